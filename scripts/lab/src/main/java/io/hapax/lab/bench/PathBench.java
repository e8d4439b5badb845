package io.hapax.lab.bench;

import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.Part;
import io.hapax.topics.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The benchmark of the whole path: both apps as processes beside broker, registry and database. First it measures
 * the payments settled per second when all commands are written, and each stage alone on the same commands. An app
 * that takes no part is stopped ({@code SIGSTOP}). Then it measures the time of a payment when commands come at a
 * part of that rate.
 */
final class PathBench {
    private static final int PARTITIONS = 4;
    private static final String STREAM = "path";
    private static final String AGAINST = "against";
    private static final List<Integer> LOAD_PERCENT = List.of(20, 50, 80);

    private final Bench bench;
    private final int payments;
    private final Duration warmUp;
    private final Duration measured;

    PathBench(Bench bench) {
        this.bench = bench;
        this.payments = bench.settings().size(15_000, 150_000);
        boolean quick = bench.settings().quick();
        this.warmUp = Duration.ofSeconds(quick ? 2 : 10);
        this.measured = Duration.ofSeconds(quick ? 5 : 60);
    }

    void run(Path folder) throws IOException, SQLException, InterruptedException {
        @Nullable Path against = bench.settings().against();
        try (Journey own = new Journey(folder.resolve("own"), null);
                Journey other = against == null ? null : new Journey(folder.resolve("against"), against)) {
            own.warmUp();
            if (other != null) {
                other.warmUp();
                other.standStill();
            }
            double rate = throughput(own, other);
            latencies(own, rate);
            own.refuseIfLost();
            if (other != null) {
                other.refuseIfLost();
            }
        }
    }

    private double throughput(Journey journey, @Nullable Journey other) {
        Bench.Rounds rounds = bench.rounds("path", "payments/s");
        bench.figure("path", "commands", payments);
        rounds.variant("decideAlone", journey::decideAlone);
        rounds.variant("postAlone", journey::postAlone);
        rounds.variant("settleAlone", journey::settleAlone);
        rounds.variant("path", journey::all);
        if (other != null) {
            rounds.variant(AGAINST, () -> {
                journey.standStill();
                double rate = other.all();
                other.standStill();
                journey.goOn();
                return rate;
            });
        }
        rounds.run(!bench.settings().quick());
        tellProcessorTime(journey, "path.processorMicros.");
        if (other != null) {
            tellProcessorTime(other, "path.processorMicros.against.");
            bench.ratio("path.vsAgainst", rounds, "path", AGAINST);
        }
        String slower = Stream.of("decideAlone", "postAlone", "settleAlone")
                .min(Comparator.comparingDouble(rounds::median))
                .orElseThrow();
        bench.ratio("path.vsSlowerStage", rounds, "path", slower);
        return rounds.median("path");
    }

    /**
     * Prints the processor time of each process per payment. Where all parts share a machine, the processors limit
     * the path.
     */
    private void tellProcessorTime(Journey journey, String prefix) {
        Map<String, Double> micros = new LinkedHashMap<>();
        for (String process : journey.microsEach.getFirst().keySet()) {
            micros.put(
                    process,
                    Bench.median(journey.microsEach.stream()
                            .map(round -> round.getOrDefault(process, 0.0))
                            .toList()));
        }
        bench.figure("path", prefix + "each", micros);
        micros.forEach((process, each) -> bench.result(prefix + process, each));
    }

    private void latencies(Journey journey, double rate) throws InterruptedException {
        bench.heading("path.latency (ms from the time a command was due to its settlement)");
        for (int percent : LOAD_PERCENT) {
            double load = rate * percent / 100;
            long from = journey.written();
            long count = Math.round(load * (warmUp.toMillis() + measured.toMillis()) / 1e3);
            OpenLoop loop = new OpenLoop(journey.broker, journey.commands(), load, warmUp);
            Latencies latencies = loop.run(from, from + count);
            journey.wrote(count);
            bench.figure("path.latency", percent + "%", latencies.figures(load));
            bench.result("path.p50Ms.at" + percent, latencies.ms(50));
            bench.result("path.p99Ms.at" + percent, latencies.ms(99));
            bench.result("path.p99.9Ms.at" + percent, latencies.ms(99.9));
            bench.result("path.latestSendMs.at" + percent, latencies.latestSendMs());
        }
    }

    /** Both apps of one build on parts of their own, and the commands that are sent to them. */
    private final class Journey implements AutoCloseable {
        private final BenchBroker broker;
        private final BenchLedger book;
        private final AppProcess stream;
        private final AppProcess ledger;
        private final CommandWriter writer;
        private final NumberedCommands commands =
                new NumberedCommands(bench.settings().seed(), Instant.now());
        private final ProcessorTime processors;
        private final List<Map<String, Double>> microsEach = new ArrayList<>();
        private long written;

        /** @param archives of another build; null: this one */
        Journey(Path folder, @Nullable Path archives) throws SQLException {
            broker = BenchBroker.start(folder.resolve("sandbox"), PARTITIONS, Part.POSTGRES);
            book = BenchLedger.open(broker.sandbox());
            BenchApps apps = new BenchApps(
                    broker, folder.resolve("apps"), bench.settings().appOptions(), archives);
            stream = apps.stream(STREAM, Map.of());
            ledger = apps.ledger(book.settings());
            writer = new CommandWriter(broker);
            processors = new ProcessorTime()
                    .of("streamApp", stream::pid)
                    .of("ledgerConsumer", ledger::pid)
                    .of("broker", () -> broker.sandbox().pid(Part.KAFKA))
                    .of("database", () -> broker.sandbox().pid(Part.POSTGRES));
            stream.start();
            ledger.start();
        }

        /** A path that loses or doubles payments proves nothing. */
        void refuseIfLost() throws SQLException {
            book.refuseIfContradicted();
            long completed = book.completedPayments();
            if (completed != written) {
                throw new IllegalStateException(completed + " payments were completed of " + written);
            }
        }

        void standStill() {
            stream.pause();
            ledger.pause();
        }

        void goOn() {
            ledger.resume();
            stream.resume();
        }

        @Override
        public void close() {
            goOn();
            stream.stop();
            ledger.stop();
            writer.close();
            broker.close();
        }

        NumberedCommands commands() {
            return commands;
        }

        long written() {
            return written;
        }

        /** Counts commands that another class has written. */
        void wrote(long count) {
            written += count;
        }

        void warmUp() throws InterruptedException {
            write();
            settled().await(written);
        }

        double all() throws InterruptedException {
            long before = standStillAndWrite();
            Map<String, Long> processorTime = processors.nanos();
            goOn();
            double rate = settled().rate(before + 1, written);
            microsEach.add(processors.microsEach(processorTime, written - before));
            return rate;
        }

        /** Commands decided per second while the ledger stands still. */
        double decideAlone() throws InterruptedException {
            long before = standStillAndWrite();
            stream.resume();
            double rate = decided().rate(before + 1, written);
            ledger.resume();
            settled().await(written);
            return rate;
        }

        /** Events posted per second, with their outcomes, while the stream app stands still. */
        double postAlone() throws InterruptedException {
            long before = standStillAndWrite();
            stream.resume();
            decided().await(written);
            stream.pause();
            ledger.resume();
            double rate = posted().rate(before + 1, written);
            stream.resume();
            settled().await(written);
            return rate;
        }

        /** Outcomes settled per second while the ledger stands still. */
        double settleAlone() throws InterruptedException {
            long before = standStillAndWrite();
            stream.resume();
            decided().await(written);
            stream.pause();
            ledger.resume();
            posted().await(written);
            ledger.pause();
            stream.resume();
            double rate = settled().rate(before + 1, written);
            ledger.resume();
            return rate;
        }

        /** Returns how many were there before. */
        private long standStillAndWrite() {
            standStill();
            long before = written;
            write();
            return before;
        }

        private void write() {
            writer.write(commands, written, written + payments);
            written += payments;
        }

        private BenchProgress decided() {
            return progress(() -> broker.committed(STREAM, Topic.PAYMENT_COMMANDS));
        }

        /** The progress of posting: the topic of outcomes holds nothing else, and one outcome per event. */
        private BenchProgress posted() {
            return progress(() -> broker.end(Topic.LEDGER_OUTCOMES));
        }

        private BenchProgress settled() {
            return progress(() -> broker.committed(STREAM, Topic.LEDGER_OUTCOMES));
        }

        private BenchProgress progress(LongSupplier done) {
            return new BenchProgress(done, List.of(stream, ledger));
        }
    }
}
