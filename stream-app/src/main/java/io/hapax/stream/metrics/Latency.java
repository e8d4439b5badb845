package io.hapax.stream.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** A part of the way of a payment, measured from the broker's append time of its command by this machine's clock. */
final class Latency {
    /** From a decision at low load to a payment that waited for its ledger. */
    private static final long[] BUCKETS_MS = {
        5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 1_800_000
    };

    private final Timer timer;

    Latency(MeterRegistry registry, String name, String description) {
        timer = Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(
                        LongStream.of(BUCKETS_MS).mapToObj(Duration::ofMillis).toArray(Duration[]::new))
                .register(registry);
    }

    /** Clocks that differ show as zero, not as less. */
    void record(long fromMs, long toMs) {
        timer.record(Math.max(0, toMs - fromMs), TimeUnit.MILLISECONDS);
    }
}
