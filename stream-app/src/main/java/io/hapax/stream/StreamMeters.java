package io.hapax.stream;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams.State;

/** Metrics of the running app as a whole: its tasks and stores, and a few of Kafka Streams' own. */
final class StreamMeters implements AutoCloseable {
    private final KafkaFigures kafka;

    private StreamMeters(KafkaFigures kafka) {
        this.kafka = kafka;
    }

    /** Adds the metrics to the registry; until it is closed. */
    static StreamMeters bind(MeterRegistry registry, PaymentStreams payments, Path stateDir) {
        gauge(
                registry,
                "hapax.running",
                "1 while the streams are running, 0 while they start, rebalance or stop",
                () -> payments.streams().state() == State.RUNNING ? 1 : 0);
        gauge(registry, "hapax.tasks.active", "Tasks of this instance, one per partition", payments::activeTasks);
        gauge(
                registry,
                "hapax.restore.remaining.records",
                "Records of changelogs to be read before all keys get answers",
                () -> payments.restoring().remainingRecords());
        gauge(
                registry,
                "hapax.restore.stores",
                "Stores being restored",
                () -> payments.restoring().stores());
        StoreSize size = new StoreSize(stateDir, System::nanoTime);
        Gauge.builder("hapax.store.size", size::bytes)
                .description("Bytes of the stores on disk")
                .baseUnit("bytes")
                .register(registry);
        StreamMeters meters = new StreamMeters(
                new KafkaFigures(registry, () -> payments.streams().metrics()));
        meters.kafka.bind();
        return meters;
    }

    @Override
    public void close() {
        kafka.close();
    }

    private static void gauge(MeterRegistry registry, String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }
}
