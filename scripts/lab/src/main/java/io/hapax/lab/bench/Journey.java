package io.hapax.lab.bench;

import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.Part;
import io.hapax.topics.Topic;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Both apps of one build on parts of their own, and the commands that are sent to them. */
final class Journey implements AutoCloseable {
    private static final int PARTITIONS = 4;
    private static final String STREAM = "path";

    private final Bench bench;
    private final int payments;

    /** Time at the start of a load whose commands are not counted. */
    private final Duration warmUp;

    /** Time after it. */
    private final Duration measured;

    private final BenchBroker broker;
    private final BenchLedger book;
    private final AppProcess stream;
    private final AppProcess ledger;
    private final CommandWriter writer;
    private final NumberedCommands commands;
    private final ProcessorTime processors;
    private final List<Map<String, Double>> microsEach = new ArrayList<>();
    private long written;

    private Journey(Bench bench, Path folder, @Nullable Path archives, int brokers) throws SQLException {
        this.bench = bench;
        payments = bench.settings().size(15_000, 150_000);
        boolean quick = bench.settings().quick();
        warmUp = Duration.ofSeconds(quick ? 2 : 10);
        measured = Duration.ofSeconds(quick ? 5 : 60);
        commands = new NumberedCommands(bench.settings().seed(), Instant.now());
        broker = BenchBroker.start(folder.resolve("sandbox"), PARTITIONS, brokers, Part.POSTGRES);
        book = BenchLedger.open(broker.sandbox());
        BenchApps apps =
                new BenchApps(broker, folder.resolve("apps"), bench.settings().appOptions(), archives);
        stream = apps.stream(STREAM, Map.of());
        ledger = apps.ledger(book.settings());
        writer = new CommandWriter(broker);
        processors = new ProcessorTime()
                .of("streamApp", stream::pid)
                .of("ledgerConsumer", ledger::pid)
                .of("database", () -> broker.sandbox().pid(Part.POSTGRES));
        for (int node = 1; node <= brokers; node++) {
            processors.of(
                    node == 1 ? "broker" : "broker-" + node, broker.sandbox().broker(node)::pid);
        }
        stream.start();
        ledger.start();
    }

    /** On one broker. */
    static Journey start(Bench bench, Path folder) throws SQLException {
        return new Journey(bench, folder, null, 1);
    }

    /** With the apps of another build. */
    static Journey of(Bench bench, Path folder, Path archives) throws SQLException {
        return new Journey(bench, folder, archives, 1);
    }

    /** On several brokers, each of which has all records. */
    static Journey on(Bench bench, Path folder, int brokers) throws SQLException {
        return new Journey(bench, folder, null, brokers);
    }

    /** The number of payments that a measurement makes. */
    int payments() {
        return payments;
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

    /** Measures this one, which stood still before and stands still again after it, while another one does. */
    double whileAnotherStandsStill(Journey another, Bench.Trial trial) throws Exception {
        another.standStill();
        goOn();
        double rate = trial.rate();
        standStill();
        another.goOn();
        return rate;
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

    /**
     * The times of payments whose commands come at a rate, whatever becomes of them.
     *
     * @param rate commands per second
     */
    Latencies latencies(double rate) throws InterruptedException {
        long from = written;
        written += Math.round(rate * (warmUp.toMillis() + measured.toMillis()) / 1e3);
        return new OpenLoop(broker, commands, rate, warmUp).run(from, written);
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

    /**
     * Prints the processor time of each process per payment of {@link #all}. Where all parts share a machine, the
     * processors limit the path.
     */
    void tellProcessorTime(String scenario, String prefix) {
        Map<String, Double> micros = new LinkedHashMap<>();
        for (String process : microsEach.getFirst().keySet()) {
            micros.put(
                    process,
                    Bench.median(microsEach.stream()
                            .map(round -> round.getOrDefault(process, 0.0))
                            .toList()));
        }
        bench.figure(scenario, prefix + "each", micros);
        micros.forEach((process, each) -> bench.result(prefix + process, each));
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
