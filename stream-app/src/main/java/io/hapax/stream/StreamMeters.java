package io.hapax.stream;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import java.nio.file.Path;
import java.util.Set;
import org.apache.kafka.streams.KafkaStreams.State;

/** Metrics of the running app as a whole: its tasks and stores, and a few of Kafka Streams' own. */
final class StreamMeters implements AutoCloseable {
    /**
     * Of Kafka's own metrics only these: there are hundreds, some of them per partition, and each costs Prometheus for every
     * thread of every instance.
     */
    private static final Set<String> KAFKA = Set.of(
            "kafka.stream.thread.commit.latency.avg",
            "kafka.stream.thread.commit.rate",
            "kafka.stream.thread.poll.latency.avg",
            "kafka.stream.thread.process.latency.avg",
            "kafka.stream.thread.process.rate",
            "kafka.stream.thread.punctuate.ratio",
            "kafka.consumer.fetch.manager.records.lag.max",
            "kafka.consumer.coordinator.last.rebalance.seconds.ago",
            "kafka.producer.record.error.total",
            "kafka.producer.record.retry.total",
            "kafka.producer.request.latency.avg");

    private final KafkaStreamsMetrics kafka;

    private StreamMeters(KafkaStreamsMetrics kafka) {
        this.kafka = kafka;
    }

    /** Lets through what is worth its price. For the registry, before anything is bound to it. */
    static MeterFilter[] filters() {
        return new MeterFilter[] {MeterFilter.deny(StreamMeters::isTooMuch), MeterFilter.ignoreTags("kafka.version")};
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
        StreamMeters meters = new StreamMeters(new KafkaStreamsMetrics(payments.streams()));
        meters.kafka.bindTo(registry);
        return meters;
    }

    @Override
    public void close() {
        kafka.close();
    }

    private static void gauge(
            MeterRegistry registry, String name, String description, java.util.function.Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    private static boolean isTooMuch(Meter.Id id) {
        return id.getName().startsWith("kafka.") && !KAFKA.contains(id.getName());
    }
}
