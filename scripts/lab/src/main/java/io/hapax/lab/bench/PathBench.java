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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The benchmark of the whole path: both apps as processes beside broker, registry and database. First it measures
 * the payments settled per second when all commands are written, and each stage alone on the same commands. An app
 * that takes no part is stopped ({@code SIGSTOP}). Then it measures the time of a payment when commands come at a
 * part of that rate.
 */
final class PathBench {
    private static final int PARTITIONS = 4;
    private static final String STREAM = "path";
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
        try (BenchBroker broker = BenchBroker.start(folder.resolve("sandbox"), PARTITIONS, Part.POSTGRES)) {
            BenchLedger book = BenchLedger.open(broker.sandbox());
            BenchApps apps = new BenchApps(
                    broker, folder.resolve("apps"), bench.settings().appOptions());
            AppProcess stream = apps.stream(STREAM, Map.of());
            AppProcess ledger = apps.ledger(book.settings());
            stream.start();
            ledger.start();
            try (CommandWriter writer = new CommandWriter(broker)) {
                Journey journey = new Journey(broker, stream, ledger, writer);
                journey.warmUp();
                double rate = throughput(journey);
                latencies(broker, journey, rate);
                refuseIfLost(book, journey.written());
            } finally {
                stream.stop();
                ledger.stop();
            }
        }
    }

    private double throughput(Journey journey) {
        Bench.Rounds rounds = bench.rounds("path", "payments/s");
        bench.figure("path", "commands", payments);
        rounds.variant("decideAlone", journey::decideAlone);
        rounds.variant("postAlone", journey::postAlone);
        rounds.variant("settleAlone", journey::settleAlone);
        rounds.variant("path", journey::all);
        rounds.run(!bench.settings().quick());
        tellProcessorTime(journey);
        String slower = Stream.of("decideAlone", "postAlone", "settleAlone")
                .min((one, other) -> Double.compare(rounds.median(one), rounds.median(other)))
                .orElseThrow();
        bench.ratio("path.vsSlowerStage", rounds, "path", slower);
        return rounds.median("path");
    }

    /**
     * Prints the processor time of each process per payment. Where all parts share a machine, the processors limit
     * the path.
     */
    private void tellProcessorTime(Journey journey) {
        Map<String, Double> micros = new LinkedHashMap<>();
        for (String process : journey.microsEach.getFirst().keySet()) {
            micros.put(
                    process,
                    Bench.median(journey.microsEach.stream()
                            .map(round -> round.getOrDefault(process, 0.0))
                            .toList()));
        }
        bench.figure("path", "processorMicrosPerPayment", micros);
        micros.forEach((process, each) -> bench.result("path.processorMicros." + process, each));
    }

    private void latencies(BenchBroker broker, Journey journey, double rate) throws InterruptedException {
        bench.heading("path.latency (ms from the time a command was due to its settlement)");
        for (int percent : LOAD_PERCENT) {
            double load = rate * percent / 100;
            long from = journey.written();
            long count = Math.round(load * (warmUp.toMillis() + measured.toMillis()) / 1e3);
            OpenLoop loop = new OpenLoop(broker, journey.commands(), load, warmUp);
            Latencies latencies = loop.run(from, from + count);
            journey.wrote(count);
            bench.figure("path.latency", percent + "%", latencies.figures(load));
            bench.result("path.p50Ms.at" + percent, latencies.ms(50));
            bench.result("path.p99Ms.at" + percent, latencies.ms(99));
            bench.result("path.p99.9Ms.at" + percent, latencies.ms(99.9));
            bench.result("path.latestSendMs.at" + percent, latencies.latestSendMs());
        }
    }

    /** A path that loses or doubles payments proves nothing. */
    private static void refuseIfLost(BenchLedger book, long written) throws SQLException {
        book.refuseIfContradicted();
        long completed = book.completedPayments();
        if (completed != written) {
            throw new IllegalStateException(completed + " payments were completed of " + written);
        }
    }

    /** Both apps, and the commands that are sent to them. */
    private final class Journey {
        private final BenchBroker broker;
        private final AppProcess stream;
        private final AppProcess ledger;
        private final CommandWriter writer;
        private final NumberedCommands commands =
                new NumberedCommands(bench.settings().seed(), Instant.now());
        private final ProcessorTime processors;
        private final List<Map<String, Double>> microsEach = new ArrayList<>();
        private long written;

        Journey(BenchBroker broker, AppProcess stream, AppProcess ledger, CommandWriter writer) {
            this.broker = broker;
            this.stream = stream;
            this.ledger = ledger;
            this.writer = writer;
            this.processors = new ProcessorTime()
                    .of("streamApp", stream::pid)
                    .of("ledgerConsumer", ledger::pid)
                    .of("broker", () -> broker.sandbox().pid(Part.KAFKA))
                    .of("database", () -> broker.sandbox().pid(Part.POSTGRES));
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
            ledger.resume();
            stream.resume();
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
            stream.pause();
            ledger.pause();
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
