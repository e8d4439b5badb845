package io.hapax.lab.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** A histogram of latencies, with three significant digits. */
final class Latencies {
    private static final List<Double> PERCENTILES = List.of(50.0, 75.0, 90.0, 95.0, 99.0, 99.5, 99.9, 99.99, 100.0);

    private final Histogram micros = new Histogram(TimeUnit.MINUTES.toMicros(10), 3);
    private volatile long latestSendNanos;

    void record(long nanos) {
        micros.recordValue(TimeUnit.NANOSECONDS.toMicros(nanos));
    }

    /** Stores the largest delay of the sender. A large delay means that the sender was the limit. */
    void latestSend(long nanos) {
        latestSendNanos = nanos;
    }

    double latestSendMs() {
        return latestSendNanos / 1e6;
    }

    double ms(double percentile) {
        return micros.getValueAtPercentile(percentile) / 1e3;
    }

    /** The figures for the results file. */
    Map<String, Object> figures(double ratePerSecond) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("ratePerSecond", ratePerSecond);
        figures.put("counted", micros.getTotalCount());
        figures.put("latestSendMs", latestSendMs());
        Map<String, Double> percentiles = new LinkedHashMap<>();
        PERCENTILES.forEach(percentile -> percentiles.put(String.valueOf(percentile), ms(percentile)));
        figures.put("percentilesMs", percentiles);
        return figures;
    }
}
