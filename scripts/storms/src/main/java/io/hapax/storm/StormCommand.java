package io.hapax.storm;

import io.hapax.sandbox.Folders;
import io.hapax.storm.broken.Broken;
import io.hapax.storm.faults.FaultKind;
import io.hapax.storm.history.RunFolder;
import io.hapax.storm.world.StormSettings;
import io.hapax.tools.cli.Positive;
import io.hapax.tools.cli.Refusal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that runs the service on real parts under load and faults, and checks afterwards what became of it. */
@Command(
        name = "storm",
        mixinStandardHelpOptions = true,
        description = {
            "Runs two instances of every app on real parts, under load and under faults. For developers.",
            "Afterwards it heals everything, waits, writes down all that is there, and checks it. The folder of the"
                    + " run is kept, so that a violation can be looked at again (--check).",
            "Exit code: 0 every promise held, 1 a promise is broken, 2 it could not be done, or proves nothing."
        })
public final class StormCommand implements Callable<Integer> {
    /** As many as the check holds in the heap that the script gives it. */
    private static final int MOST_OPERATIONS = 300_000;

    /** The folder of the history, below that of the whole run. */
    private static final String RUN = "run";

    @Option(
            names = "--minutes",
            converter = Positive.class,
            defaultValue = "5",
            description = "Minutes of load and faults. Default: ${DEFAULT-VALUE}.")
    private int minutes;

    @Option(
            names = "--rate",
            converter = Positive.class,
            defaultValue = "40",
            description = "Operations of clients a second. Default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(
            names = "--brokers",
            converter = Positive.class,
            defaultValue = "1",
            description = "Number of brokers, 1 or 3. Default: ${DEFAULT-VALUE}.")
    private int brokers;

    @Option(
            names = "--protocol",
            defaultValue = "classic",
            description = "Protocol of the stream app's group: classic or streams. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String protocol;

    @Option(
            names = "--standbys",
            defaultValue = "0",
            description = "Copies of each store on another instance, 0 or 1. Default: ${DEFAULT-VALUE}.")
    private int standbys;

    @Option(
            names = "--faults",
            split = ",",
            paramLabel = "KIND",
            description = "Kinds of faults to make: ${COMPLETION-CANDIDATES}. Default: all that this machine can have.")
    private @Nullable List<FaultKind> faults;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of load and faults. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--folder",
            description = "Folder of the run, which is kept. It must be empty or not exist. Default: a new one in the"
                    + " temporary directory.")
    private @Nullable Path folder;

    @Option(
            names = "--broken",
            defaultValue = "NOTHING",
            description = "What is broken in the apps, to see that it is found: ${COMPLETION-CANDIDATES}. Default:"
                    + " ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Broken broken;

    @Option(
            names = "--check",
            paramLabel = "FOLDER",
            description = "Checks an earlier run by its folder, and runs nothing. Exit codes as above.")
    private @Nullable Path checked;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException {
        if (checked != null) {
            Path run = Files.isDirectory(checked.resolve(RUN)) ? checked.resolve(RUN) : checked;
            return Storm.check(new RunFolder(run), this::print).exitCode();
        }
        Refusal.when(brokers != 1 && brokers != 3, spec, "--brokers must be 1 or 3");
        Refusal.when(!Set.of("classic", "streams").contains(protocol), spec, "--protocol must be classic or streams");
        Refusal.when(
                standbys > StormSettings.INSTANCES - 1, spec, "--standbys must be 0 or 1: there are two instances");
        Refusal.when(
                rate > MOST_OPERATIONS / (60L * minutes),
                spec,
                "--minutes and --rate make more than %,d operations, which no check holds in its memory"
                        .formatted(MOST_OPERATIONS));
        Refusal.when(
                brokers == 1 && faults != null && faults.stream().anyMatch(FaultKind::needsSeveralBrokers),
                spec,
                "--faults names kinds that need --brokers 3");
        Refusal.when(
                folder != null && !Folders.isNew(folder),
                spec,
                folder + " is not empty: a storm starts on a folder of its own");
        Set<FaultKind> kinds = faults == null ? EnumSet.allOf(FaultKind.class) : EnumSet.copyOf(faults);
        Path place = folder == null ? Files.createTempDirectory("hapax-storm-") : folder.toAbsolutePath();
        Storm storm = new Storm(
                new Storm.Options(
                        seed,
                        Duration.ofMinutes(minutes),
                        rate,
                        new StormSettings(
                                brokers,
                                protocol,
                                standbys,
                                kinds.stream().anyMatch(FaultKind::fillsDisk),
                                broken.streamApp(),
                                broken.ledgerConsumer()),
                        kinds),
                new RunFolder(Files.createDirectories(place.resolve(RUN))),
                place.resolve("world"),
                options(),
                this::print);
        try {
            return storm.run().exitCode();
        } finally {
            print("The run is in " + place + "; to check it again: scripts/storm --check " + place);
        }
    }

    private void print(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    private Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("minutes", String.valueOf(minutes));
        options.put("rate", String.valueOf(rate));
        options.put("brokers", String.valueOf(brokers));
        options.put("protocol", protocol);
        options.put("standbys", String.valueOf(standbys));
        options.put("broken", broken.name());
        options.put("faults", faults == null ? "all" : faults.toString());
        return options;
    }
}
