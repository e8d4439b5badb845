package io.hapax.storm;

import io.hapax.app.settings.ProductVersion;
import io.hapax.storm.check.StormCheck;
import io.hapax.storm.check.StormVerdict;
import io.hapax.storm.collect.Collector;
import io.hapax.storm.faults.FaultKind;
import io.hapax.storm.faults.Faults;
import io.hapax.storm.history.Fault;
import io.hapax.storm.history.RunFolder;
import io.hapax.storm.load.Load;
import io.hapax.storm.world.Quiet;
import io.hapax.storm.world.StormSettings;
import io.hapax.storm.world.StormWorld;
import io.hapax.storm.world.Watch;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.internals.AppInfoParser;

/** One run: start the world, load it, make faults, heal it, wait until it is quiet, write all down, check it. */
final class Storm {
    private static final Duration STARTED_WITHIN = Duration.ofMinutes(4);
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Duration QUIET_WITHIN = Duration.ofMinutes(4);

    private final Options options;
    private final RunFolder folder;
    private final Path place;
    private final Map<String, String> given;
    private final Consumer<String> told;

    /**
     * The options of a run.
     *
     * @param lasts how long load and faults go on
     * @param rate operations of clients a second
     * @param kinds the kinds of faults to choose from
     */
    record Options(long seed, Duration lasts, int rate, StormSettings world, Set<FaultKind> kinds) {}

    /**
     * @param folder folder of the history
     * @param place folder of the world
     * @param given options as they were given
     * @param told takes each line for the screen
     */
    Storm(Options options, RunFolder folder, Path place, Map<String, String> given, Consumer<String> told) {
        this.options = options;
        this.folder = folder;
        this.place = place;
        this.given = given;
        this.told = told;
    }

    /** Runs it, and checks what became of it. */
    StormVerdict run() throws IOException, SQLException, InterruptedException {
        told.accept("Storm with seed " + options.seed() + ", " + given + ", in " + place.getParent());
        StormWorld world = StormWorld.start(place, options.world());
        // For Ctrl-C: nothing is left running.
        Thread ending = new Thread(world::close, "end-of-storm");
        Runtime.getRuntime().addShutdownHook(ending);
        try {
            long healedMs;
            try (Watch watch = Watch.over(world, folder)) {
                requireReady(world, watch);
                healedMs = run(world, watch);
            }
            told.accept("Writing down what is there ...");
            new Collector(world.sources()).collect(folder, healedMs, OperatorTools.on(world.parts()));
        } finally {
            Runtime.getRuntime().removeShutdownHook(ending);
            world.close();
        }
        return check(folder, told);
    }

    /** Checks a run by its folder alone. */
    static StormVerdict check(RunFolder folder, Consumer<String> told) {
        StormVerdict verdict = StormCheck.of(folder);
        told.accept("");
        AnswerTimes.of(folder).forEach(told);
        told.accept("Checked from the history of the run:");
        verdict.words().forEach(told);
        return verdict;
    }

    /** Returns when all was healed. */
    private long run(StormWorld world, Watch watch) throws InterruptedException {
        Faults kinds = new Faults(world, watch, folder, options.seed(), options.kinds(), told);
        long beganMs = System.currentTimeMillis();
        Load load = Load.start(world, folder, options.seed(), options.rate());
        List<Fault> faults;
        Map<String, Long> operations;
        try {
            Thread.sleep(WARM_UP);
            faults = kinds.make(options.lasts());
        } finally {
            operations = load.stop();
        }
        long endedMs = System.currentTimeMillis();
        folder.writeFacts(world.facts(options.seed(), given, versions(), beganMs, endedMs));
        world.heal();
        told.accept("");
        new StormReport(told).operations(operations).faults(faults);
        told.accept(
                new Quiet(world, watch).await(endedMs, QUIET_WITHIN)
                        ? "All instances are ready, and nothing is left to do."
                        : "NOT all instances are ready and done with their work.");
        return endedMs;
    }

    private static void requireReady(StormWorld world, Watch watch) throws InterruptedException {
        Map<String, Long> ready = watch.awaitReady(System.currentTimeMillis(), STARTED_WITHIN);
        if (ready.size() < world.instances().size()) {
            throw new IllegalStateException("ready within " + STARTED_WITHIN.toMinutes() + " min were only "
                    + ready.keySet() + "; logs are in " + world.sandbox().folder());
        }
    }

    private static Map<String, String> versions() {
        return Map.of(
                "hapax", ProductVersion.number(),
                "kafka", AppInfoParser.getVersion(),
                "java", System.getProperty("java.version"));
    }
}
