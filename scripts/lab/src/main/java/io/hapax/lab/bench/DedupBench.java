package io.hapax.lab.bench;

import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.Folders;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The benchmark of the deduplication stage: commands in, ledger events out, exactly once. The commands are written
 * before the variants start, and all variants read the same commands. Each variant has its own application id and
 * its own JVM with the same options. Its output is deleted before the next variant starts. Its rate counts from the
 * commit that completes the first part of the commands to the last commit. So its JVM is warm.
 */
final class DedupBench {
    private static final int PARTITIONS = 4;
    private static final double DUPLICATES = 0.05;
    private static final double RETRIES = 0.3;

    /** Divisor of the number of commands: the result is the number for the warm-up. */
    private static final int WARM_UP_DIVISOR = 4;

    private static final List<Variant> COMPARED = List.of(
            Variant.passThrough,
            Variant.passThroughTuned,
            Variant.recipe,
            Variant.keyValue,
            Variant.hapax,
            Variant.against);

    private static final List<Variant> WITH_RETRIES = List.of(Variant.hapaxWithRetries, Variant.hapaxWithInsight);

    /** Variants that a quick run leaves out. No bound depends on them. */
    static final Set<Variant> LEFT_OUT_WHEN_QUICK =
            EnumSet.of(Variant.passThroughTuned, Variant.keyValue, Variant.hapaxWithRetries, Variant.hapaxWithInsight);

    private static final List<Topic> OUTPUTS =
            List.of(Topic.LEDGER_EVENTS, Topic.PAYMENT_DECISIONS, Topic.PAYMENT_COMMANDS_REROUTED, Topic.DEAD_LETTERS);

    private final Bench bench;
    private final int commands;
    private final Set<Variant> checked = EnumSet.noneOf(Variant.class);
    private int trial;

    /** The topologies that are compared. They are chosen and reported by these names. */
    enum Variant {
        /** Decodes, encodes, remembers nothing, on Kafka Streams' defaults: the limit. */
        passThrough,
        /** The same with the stream app's own settings of Kafka, such as larger batches. */
        passThroughTuned,
        /** The published recipe: range fetch on a window store. */
        recipe,
        /** A key-value store without expiry. */
        keyValue,
        /** The stream app. */
        hapax,
        /** The stream app of another build, if {@code --against} names one. */
        against,
        /** The stream app when three in ten commands are retries, beside a pass-through of the same. */
        hapaxWithRetries,
        /** The same, with an insight app beside it that reads each decision. */
        hapaxWithInsight
    }

    DedupBench(Bench bench) {
        this.bench = bench;
        this.commands = bench.settings().size(200_000, 5_000_000);
    }

    void run(Path folder) throws IOException {
        try (BenchBroker broker = BenchBroker.start(folder.resolve("sandbox"), PARTITIONS)) {
            Stage stage = new Stage(
                    broker,
                    new BenchApps(
                            broker, folder.resolve("apps"), bench.settings().appOptions()));
            if (COMPARED.stream().anyMatch(bench.settings()::chose)) {
                compare(stage);
            }
            if (WITH_RETRIES.stream().anyMatch(bench.settings()::chose)) {
                compareWithRetries(stage);
            }
        }
    }

    private void compare(Stage stage) {
        long payments = stage.write(DUPLICATES);
        Bench.Rounds rounds = bench.rounds("dedup", "commands/s");
        bench.figure("dedup", "commands", commands);
        COMPARED.stream()
                .filter(bench.settings()::chose)
                .forEach(variant -> rounds.variant(variant.name(), () -> stage.rate(variant, payments)));
        rounds.run(!bench.settings().quick());
        bench.ratio("dedup.vsPassThrough", rounds, "hapax", "passThrough");
        bench.ratio("dedup.vsPassThroughTuned", rounds, "hapax", "passThroughTuned");
        bench.ratio("dedup.vsRecipe", rounds, "hapax", "recipe");
        bench.ratio("dedup.vsKeyValue", rounds, "hapax", "keyValue");
        bench.ratio("dedup.vsAgainst", rounds, "hapax", "against");
        stage.times.tell(bench, "dedup");
        stage.times.ratio(bench, "dedup.processorVsPassThrough", "hapax", "passThrough");
        stage.times.ratio(bench, "dedup.processorVsRecipe", "hapax", "recipe");
        stage.times.ratio(bench, "dedup.processorVsAgainst", "hapax", "against");
    }

    private void compareWithRetries(Stage stage) {
        long payments = stage.write(RETRIES);
        Bench.Rounds rounds = bench.rounds("dedup.retries", "commands/s");
        bench.figure("dedup.retries", "commands", commands);
        rounds.variant("passThrough", () -> stage.rate(Variant.passThrough, payments));
        WITH_RETRIES.stream()
                .filter(bench.settings()::chose)
                .forEach(variant -> rounds.variant(variant.name(), () -> stage.rate(variant, payments)));
        rounds.run(!bench.settings().quick());
        bench.ratio("dedup.withInsight", rounds, "hapaxWithInsight", "hapaxWithRetries");
        bench.ratio("dedup.retriesVsPassThrough", rounds, "hapaxWithRetries", "passThrough");
        stage.times.tell(bench, "dedup.retries");
    }

    /** One broker on which variants take turns with the same topics. */
    private final class Stage {
        private final BenchBroker broker;
        private final BenchApps apps;
        private TrialTimes times;

        Stage(BenchBroker broker, BenchApps apps) {
            this.broker = broker;
            this.apps = apps;
            this.times = new TrialTimes(broker);
        }

        /** Replaces the commands; returns how many payments they ask for. */
        long write(double repeats) {
            broker.empty(List.of(Topic.PAYMENT_COMMANDS));
            checked.clear();
            times = new TrialTimes(broker);
            try (CommandWriter writer = new CommandWriter(broker)) {
                NumberedCommands numbered =
                        new NumberedCommands(bench.settings().seed(), Instant.now());
                Random random = new Random(bench.settings().seed());
                return writer.writeWithRepeats(numbered, commands, repeats, random);
            }
        }

        /** Commands per second of a variant that starts with no memory. */
        double rate(Variant variant, long payments) throws IOException, InterruptedException {
            String application = variant + "-" + trial++;
            List<AppProcess> running = processes(variant, application);
            double rate;
            running.forEach(AppProcess::start);
            try {
                BenchProgress progress =
                        new BenchProgress(() -> broker.committed(application, Topic.PAYMENT_COMMANDS), running);
                long first = progress.await(commands / WARM_UP_DIVISOR);
                TrialTimes.Begun begun = times.begin(running);
                long startNanos = System.nanoTime();
                long last = progress.await(commands);
                rate = (last - first) / ((System.nanoTime() - startNanos) / 1e9);
                begun.end(variant.name(), last - first);
                refuseIfWrong(variant, payments);
            } finally {
                running.forEach(AppProcess::stop);
            }
            Folders.delete(apps.folder(application));
            broker.forget(application);
            broker.empty(OUTPUTS);
            return rate;
        }

        private List<AppProcess> processes(Variant variant, String application) {
            return switch (variant) {
                case hapax, hapaxWithRetries -> List.of(apps.stream(application, Map.of()));
                case against -> List.of(apps.of(bench.settings().against()).stream(application, Map.of()));
                case hapaxWithInsight ->
                    List.of(apps.stream(application, Map.of()), apps.insight(application + "-insight"));
                case passThrough, passThroughTuned, recipe, keyValue ->
                    List.of(apps.stream(
                            application, DedupVariantApp.class, Map.of(DedupVariantApp.VARIANT, variant.name())));
            };
        }

        /** A variant that does something else than the others proves nothing. */
        private void refuseIfWrong(Variant variant, long payments) {
            if (!checked.add(variant)) {
                return;
            }
            AtomicLong events = new AtomicLong();
            TopicTail.readWhole(broker.client(), Topic.LEDGER_EVENTS, event -> events.incrementAndGet());
            boolean remembers = variant != Variant.passThrough && variant != Variant.passThroughTuned;
            long expected = remembers ? payments : commands;
            if (events.get() != expected) {
                throw new IllegalStateException(
                        variant + " emitted " + events + " ledger events where " + expected + " were due");
            }
        }
    }
}
