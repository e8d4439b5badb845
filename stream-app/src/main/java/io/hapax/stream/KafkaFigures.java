package io.hapax.stream;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * A few of Kafka's own metrics, a series for each thread or client. There are hundreds, some of them per partition,
 * and each costs Prometheus for every thread of every instance.
 *
 * <p>Micrometer's binder of Kafka's metrics keeps one series of each name, that of the last thread: it takes meters
 * that lack the tag of Kafka's version for poorer ones of the same kind and removes them.
 */
final class KafkaFigures implements AutoCloseable {
    private static final String OF_THREADS = "thread-id";
    private static final String OF_CLIENTS = "client-id";

    /** Threads are replaced now and then. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    private static final List<Figure> FIGURES = List.of(
            new Figure("stream-thread-metrics", "commit-latency-avg", OF_THREADS),
            new Figure("stream-thread-metrics", "commit-rate", OF_THREADS),
            new Figure("stream-thread-metrics", "poll-latency-avg", OF_THREADS),
            new Figure("stream-thread-metrics", "process-latency-avg", OF_THREADS),
            new Figure("stream-thread-metrics", "process-rate", OF_THREADS),
            new Figure("stream-thread-metrics", "punctuate-ratio", OF_THREADS),
            new Figure("consumer-fetch-manager-metrics", "records-lag-max", OF_CLIENTS),
            new Figure("consumer-coordinator-metrics", "last-rebalance-seconds-ago", OF_CLIENTS),
            new Figure("producer-metrics", "record-error-total", OF_CLIENTS),
            new Figure("producer-metrics", "record-retry-total", OF_CLIENTS),
            new Figure("producer-metrics", "request-latency-avg", OF_CLIENTS));

    private final MeterRegistry registry;
    private final Supplier<Map<MetricName, ? extends Metric>> metrics;
    private final Map<MetricName, Meter> told = new HashMap<>();
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
            work -> Thread.ofPlatform().name("kafka-figures").daemon().unstarted(work));

    /** A metric by Kafka's names. Those that have more tags are of a partition or a topic, and are left out. */
    private record Figure(String group, String name, String tag) {
        boolean isOf(MetricName found) {
            return found.name().equals(name)
                    && found.group().equals(group)
                    && found.tags().keySet().equals(Set.of(tag));
        }

        String meterName() {
            return ("kafka." + group.substring(0, group.length() - "-metrics".length()) + "." + name).replace('-', '.');
        }
    }

    KafkaFigures(MeterRegistry registry, Supplier<Map<MetricName, ? extends Metric>> metrics) {
        this.registry = registry;
        this.metrics = metrics;
    }

    /** Looks for threads and clients at once, and again and again until it is closed. */
    @SuppressWarnings(
            "FutureReturnValueIgnored") // A look that fails is followed by no other: then the series stay as they are.
    void bind() {
        look();
        looks.scheduleWithFixedDelay(this::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }

    private synchronized void look() {
        Set<MetricName> gone = new HashSet<>(told.keySet());
        metrics.get().forEach((name, metric) -> {
            gone.remove(name);
            FIGURES.stream()
                    .filter(figure -> figure.isOf(name))
                    .forEach(figure -> told.computeIfAbsent(name, unheard -> register(figure, metric)));
        });
        gone.forEach(name -> registry.remove(requireNonNull(told.remove(name))));
    }

    private Meter register(Figure figure, Metric metric) {
        List<Tag> tags = List.of(Tag.of(
                figure.tag().replace('-', '.'),
                requireNonNull(metric.metricName().tags().get(figure.tag()))));
        String description = metric.metricName().description();
        return figure.name().endsWith("-total")
                ? FunctionCounter.builder(figure.meterName(), metric, KafkaFigures::number)
                        .description(description)
                        .tags(tags)
                        .register(registry)
                : Gauge.builder(figure.meterName(), () -> number(metric))
                        .description(description)
                        .tags(tags)
                        .register(registry);
    }

    /** Kafka has no number for the mean or the maximum of nothing; nothing took no time and lags by nothing. */
    private static double number(Metric metric) {
        double value = metric.metricValue() instanceof Number number ? number.doubleValue() : 0;
        return Double.isNaN(value) ? 0 : value;
    }
}
