package io.hapax.tools.demo;

import io.hapax.sandbox.Folders;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows and verifies the whole journey on real parts. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a broker, a schema registry, PostgreSQL and both apps, sends payment commands, waits for the"
                    + " answers, shows them with some balances, verifies that every payment happened once, and stops"
                    + " everything.",
            "Exit code: 0 verified, 1 a check failed, 2 it could not be run."
        })
public final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--payments",
            paramLabel = "FILE",
            description = "Payments to send: CSV with a header, or JSON lines (.jsonl). Default: a sample of its own.")
    private @Nullable Path file;

    @Option(
            names = "--columns",
            defaultValue = "",
            paramLabel = "FIELD=COLUMN,...",
            description =
                    "Columns of the file by field: debtor, creditor, amount, currency, client, key, reference, sentAt."
                            + " Default: columns named like the fields.")
    @SuppressWarnings("NullAway.Init")
    private String columns;

    @Option(
            names = "--strict",
            description = "Refuses a file with a malformed line; else such lines are told and skipped.")
    private boolean strict;

    @Option(
            names = "--count",
            defaultValue = "2000",
            description = "Payments to generate without a file. Default: ${DEFAULT-VALUE}.")
    private int count;

    @Option(
            names = "--retries",
            defaultValue = "0.2",
            description = "Share of the commands sent again, at random later places. Default: ${DEFAULT-VALUE}.")
    private double retries;

    @Option(
            names = "--conflicts",
            defaultValue = "0.01",
            description = "Share of the keys used again for another amount. Default: ${DEFAULT-VALUE}.")
    private double conflicts;

    @Option(names = "--seed", defaultValue = "1", description = "Of all chance. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--currency",
            defaultValue = "EUR",
            description = "Of payments that name none. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String currency;

    @Option(
            names = "--opening-balance",
            defaultValue = "100000",
            description =
                    "What every account named by a payment is opened with, in whole units. Default: ${DEFAULT-VALUE}.")
    private long openingBalance;

    @Option(
            names = "--partitions",
            defaultValue = "4",
            description = "Partitions of every topic. Default: ${DEFAULT-VALUE}.")
    private int partitions;

    @Option(
            names = "--folder",
            description =
                    "Where everything is kept; must not exist or be empty. Default: a temporary one, deleted at the"
                            + " end.")
    private @Nullable Path folder;

    @Option(
            names = "--keep",
            description = "Stays up afterwards and prints where everything is, until interrupted (Ctrl-C).")
    private boolean keep;

    @Option(
            names = "--kill",
            description =
                    "Kills stream-app and later ledger-consumer with SIGKILL in the middle and starts them again.")
    private boolean kills;

    @Option(
            names = "--without-deduplication",
            hidden = true,
            description = "Negative control: switches the guarantee off; the verification must fail.")
    private boolean withoutDeduplication;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException {
        refuse(!(retries >= 0 && retries <= 1), "--retries must be between 0 and 1");
        refuse(!(conflicts >= 0 && conflicts <= 1), "--conflicts must be between 0 and 1");
        refuse(count < 0, "--count must not be negative");
        refuse(openingBalance < 0, "--opening-balance must not be negative");
        refuse(partitions < 1, "--partitions must be at least 1");
        refuse(file != null && !Files.exists(file), file + ": there is no such file");
        refuse(file != null && !Files.isReadable(file), file + ": no right to read it");
        refuse(folder != null && !isNew(folder), folder + " is not empty: a demo starts on a folder of its own");
        Path place = folder == null ? Files.createTempDirectory("hapax-demo-") : folder.toAbsolutePath();
        boolean holds = false;
        try {
            holds = demo(place).run(keep ? this::stay : world -> {});
            return holds ? 0 : 1;
        } finally {
            if (folder == null && holds) {
                Folders.delete(place);
            } else {
                spec.commandLine().getErr().println("Data and logs are in " + place);
            }
        }
    }

    private Demo demo(Path place) {
        var line = spec.commandLine();
        return new Demo(
                new Demo.Options(
                        place,
                        file,
                        PaymentFile.columns(columns),
                        strict,
                        count,
                        retries,
                        conflicts,
                        seed,
                        currency,
                        openingBalance,
                        partitions,
                        kills,
                        !withoutDeduplication),
                line.getOut(),
                line.getErr());
    }

    private void stay(World world) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        out.println();
        out.println("bootstrap.servers  " + world.sandbox().bootstrapServers());
        out.println("schema registry    " + world.sandbox().registryUrl());
        out.println("jdbc               " + world.sandbox().jdbcUrl() + "?user="
                + world.sandbox().user() + "&password=" + world.sandbox().password());
        out.println("stream-app         " + world.streamAdminUrl() + "/metrics and /health/ready");
        out.println("ledger-consumer    " + world.ledgerAdminUrl() + "/metrics and /health/ready");
        out.println("gateway            " + world.gatewayUrl());
        out.println("folder             " + world.sandbox().folder());
        out.println();
        out.println("To pay with curl as client " + Sample.CLIENT + " (see README.md):");
        out.println("  export GATEWAY=" + world.gatewayUrl());
        out.println("  export API_KEY=" + world.apiKey());
        out.println();
        out.println(
                "For scripts/reconcile, audit, explain and the others (insight clients, insight advice and dead-letters list"
                        + " take no --registry):");
        out.println("  T=\"--bootstrap-servers " + world.sandbox().bootstrapServers() + " --registry "
                + world.sandbox().registryUrl() + "\"");
        out.println("  D=\"--jdbc-url " + world.sandbox().jdbcUrl() + " --jdbc-user "
                + world.sandbox().user() + "\"");
        out.println("  export HAPAX_JDBC_PASSWORD=" + world.sandbox().password());
        out.println();
        out.println("Everything stays up until you press Ctrl-C; the folder is kept.");
        out.flush();
        new CountDownLatch(1).await();
    }

    private static boolean isNew(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return true;
        }
        try (Stream<Path> content = Files.list(folder)) {
            return content.findAny().isEmpty();
        }
    }

    private void refuse(boolean wrong, String why) {
        if (wrong) {
            throw new ParameterException(spec.commandLine(), why);
        }
    }
}
