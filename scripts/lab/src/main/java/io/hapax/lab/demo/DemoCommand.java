package io.hapax.lab.demo;

import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.Folders;
import io.hapax.tools.cli.Positive;
import io.hapax.tools.cli.Refusal;
import io.hapax.tools.table.Columns;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command that shows and verifies the whole journey on real parts. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the whole journey of payments, for newcomers.",
            "It starts a broker, a schema registry, PostgreSQL and both apps. It sends payment"
                    + " commands, waits for the answers, and shows them with some balances. Then it verifies"
                    + " that every payment happened once, and stops everything.",
            "Exit code: 0 verified, 1 a check failed, 2 it could not be run."
        })
public final class DemoCommand implements Callable<Integer> {
    /** Largest opening balance, in units. The sum over all accounts fits in 64 bits, even with four decimals. */
    private static final long MOST_OPENED = 1_000_000_000L;

    private static final int MOST_TOLD = 40;

    private static final long LOOK_EVERY_MS = 500;

    private final Instant now = Instant.now();

    @Option(
            names = "--payments",
            paramLabel = "FILE",
            description = "File of payments to send: CSV with a header, or JSON lines (.jsonl). Default: the demo's"
                    + " own sample.")
    private @Nullable Path file;

    @Option(
            names = "--columns",
            defaultValue = "",
            paramLabel = "FIELD=COLUMN,...",
            description = "Columns of the file by field: debtor, creditor, amount, currency, client, key,"
                    + " reference, sentAt. Default: columns with the names of the fields.")
    @SuppressWarnings("NullAway.Init")
    private String columns;

    @Option(
            names = "--ignore-columns",
            split = ",",
            paramLabel = "COLUMN",
            description = "Columns of the file that are ignored. Any other unknown column is refused.")
    private List<String> ignored = List.of();

    @Option(
            names = "--strict",
            description = "Refuses a file with a malformed line. Without this option, such lines are reported and"
                    + " skipped.")
    private boolean strict;

    @Option(
            names = "--count",
            defaultValue = "2000",
            description = "Number of payments to generate if there is no file. Default: ${DEFAULT-VALUE}.")
    private int count;

    @Option(
            names = "--retries",
            defaultValue = "0.2",
            description = "Share of the commands that are sent again, at random later places, from 0 to 1. Default:"
                    + " ${DEFAULT-VALUE}.")
    private double retries;

    @Option(
            names = "--conflicts",
            defaultValue = "0.01",
            description = "Share of the keys that are used again for another amount, from 0 to 1. Default:"
                    + " ${DEFAULT-VALUE}.")
    private double conflicts;

    @Option(
            names = "--two-steps",
            defaultValue = "0",
            paramLabel = "SHARE",
            description =
                    "Share of the payments that are made as a reservation and a capture or voiding, from 0 to 1. A"
                            + " few of these reservations are forgotten. Default: ${DEFAULT-VALUE}.")
    private double twoSteps;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of all random values. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--currency",
            defaultValue = "EUR",
            description = "Currency of payments that name none. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String currency;

    @Option(
            names = "--opening-balance",
            defaultValue = "100000",
            description = "Opening balance of every account that a payment names, in whole units. Default:"
                    + " ${DEFAULT-VALUE}.")
    private long openingBalance;

    @Option(
            names = "--brokers",
            defaultValue = "1",
            converter = Positive.class,
            description = "Number of brokers. With 3, every partition is on all of them. Default: ${DEFAULT-VALUE}.")
    private int brokers;

    @Option(
            names = "--partitions",
            defaultValue = "4",
            converter = Positive.class,
            description = "Number of partitions of every topic. Default: ${DEFAULT-VALUE}.")
    private int partitions;

    @Option(
            names = "--folder",
            description = "Folder for all data. It must be empty or not exist. Default: a temporary folder, deleted"
                    + " at the end.")
    private @Nullable Path folder;

    @Option(
            names = "--keep",
            description = "Keeps everything running after the verification and prints the addresses. Ctrl-C ends it.")
    private boolean keep;

    @Option(
            names = "--kill",
            description =
                    "Kills stream-app, one of several brokers, and ledger-consumer with SIGKILL during the run, and"
                            + " restarts them.")
    private boolean kills;

    @Option(
            names = "--without-deduplication",
            hidden = true,
            description = "Switches the guarantee off, as a negative control. The verification must fail.")
    private boolean withoutDeduplication;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException {
        Refusal.when(!(retries >= 0 && retries <= 1), spec, "--retries must be between 0 and 1");
        Refusal.when(!(conflicts >= 0 && conflicts <= 1), spec, "--conflicts must be between 0 and 1");
        Refusal.when(!(twoSteps >= 0 && twoSteps <= 1), spec, "--two-steps must be between 0 and 1");
        Refusal.when(
                openingBalance < 0 || openingBalance > MOST_OPENED,
                spec,
                "--opening-balance must be from 0 to " + MOST_OPENED);
        Refusal.when(brokers != 1 && brokers != 3, spec, "--brokers must be 1 or 3");
        Refusal.when(
                folder != null && !Folders.isNew(folder),
                spec,
                folder + " is not empty: a demo starts on a folder of its own");
        // All of it, before anything is started or written.
        PaymentFile payments = payments();
        Path place = folder == null ? Files.createTempDirectory("hapax-demo-") : folder.toAbsolutePath();
        boolean holds = false;
        try {
            holds = demo(place, payments).run(keep ? this::stay : world -> {});
            return holds ? 0 : 1;
        } finally {
            if (folder == null && holds) {
                Folders.delete(place);
            } else {
                spec.commandLine().getErr().println("Data and logs are in " + place);
            }
        }
    }

    private Demo demo(Path place, @Nullable PaymentFile payments) {
        var line = spec.commandLine();
        return new Demo(
                new Demo.Options(
                        place,
                        now,
                        payments,
                        count,
                        retries,
                        conflicts,
                        twoSteps,
                        seed,
                        currency,
                        openingBalance,
                        brokers,
                        partitions,
                        kills,
                        !withoutDeduplication),
                line.getOut(),
                line.getErr());
    }

    private @Nullable PaymentFile payments() throws IOException {
        Columns known = columns();
        if (file == null) {
            return null;
        }
        PaymentFile read = PaymentFile.read(file, known, new PaymentFile.Defaults("file-client", currency, seed, now));
        PrintWriter err = spec.commandLine().getErr();
        read.malformed().stream()
                .limit(MOST_TOLD)
                .forEach(line ->
                        err.println("line " + line.number() + (strict ? " refused: " : " skipped: ") + line.why()));
        if (read.malformed().size() > MOST_TOLD) {
            err.println("and " + (read.malformed().size() - MOST_TOLD) + " more");
        }
        Refusal.when(
                strict && !read.malformed().isEmpty(),
                spec,
                read.malformed().size() + " malformed lines, and --strict wants none: nothing was sent");
        Refusal.when(read.payments().isEmpty(), spec, file + " has no payment: nothing was sent");
        err.println("Read " + read.payments().size() + " payments, " + (strict ? "refused " : "skipped ")
                + read.malformed().size() + " malformed lines");
        return read;
    }

    private Columns columns() {
        try {
            return PaymentFile.columns(columns, Set.copyOf(ignored));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private void stay(DemoWorld world) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        out.println();
        out.println("bootstrap.servers  " + world.sandbox().bootstrapServers());
        out.println("schema registry    " + world.sandbox().registryUrl());
        out.println("jdbc               " + world.sandbox().jdbcUrl() + "?user="
                + world.sandbox().user() + "&password=" + world.sandbox().password());
        out.println("stream-app         " + world.streamAdminUrl() + "/metrics and /health/ready, process "
                + world.streamApp().pid());
        out.println("ledger-consumer    " + world.ledgerAdminUrl() + "/metrics and /health/ready, process "
                + world.ledgerConsumer().pid());
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
        CountDownLatch never = new CountDownLatch(1);
        while (!never.await(LOOK_EVERY_MS, TimeUnit.MILLISECONDS)) {
            boolean isDown =
                    !world.streamApp().isAlive() || !world.ledgerConsumer().isAlive();
            // Ctrl-C reaches the apps as well, and may reach them first.
            boolean isTold = isDown && (never.await(LOOK_EVERY_MS, TimeUnit.MILLISECONDS) || world.isClosing());
            if (isDown && !isTold) {
                requireAlive(world.streamApp());
                requireAlive(world.ledgerConsumer());
            }
        }
    }

    private static void requireAlive(AppProcess app) {
        if (!app.isAlive()) {
            OptionalInt exitCode = app.awaitExit(Duration.ZERO);
            throw new IllegalStateException(app.name() + " ended by itself"
                    + (exitCode.isPresent() ? ", with exit code " + exitCode.getAsInt() : "") + "; its log: "
                    + app.log());
        }
    }
}
