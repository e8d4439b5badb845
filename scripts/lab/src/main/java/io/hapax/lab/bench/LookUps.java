package io.hapax.lab.bench;

import io.hapax.stream.records.PaymentLookup;
import io.hapax.stream.records.PaymentLookup.Found;
import java.time.Instant;
import java.util.Random;
import org.HdrHistogram.Histogram;

/**
 * Look-ups of random payments in the stores of an instance that holds all partitions.
 *
 * @param commands commands whose payments the instance remembers, from number 0 on
 */
record LookUps(PaymentLookup lookup, NumberedCommands commands, Random random) {
    private static final int EACH = 2_000;
    private static final long MOST_NANOS = 10_000_000_000L;

    /**
     * The times of look-ups, in nanoseconds.
     *
     * @param knownMean mean for payments that are remembered
     * @param knownP99 99th percentile for payments that are remembered
     * @param unknownMean mean for payments that are not remembered
     */
    record Times(double knownMean, double knownP99, double unknownMean) {}

    /** Looks up payments below this number, which are known, and beyond, which are not. */
    Times take(long known) {
        Histogram hits = take(0, known, true);
        Histogram misses = take(1L << 40, known, false);
        return new Times(hits.getMean(), hits.getValueAtPercentile(99), misses.getMean());
    }

    private Histogram take(long from, long bound, boolean known) {
        Histogram nanos = new Histogram(MOST_NANOS, 3);
        for (int i = 0; i < EACH; i++) {
            var key = commands.key(from + random.nextLong(bound));
            long start = System.nanoTime();
            Found found = lookup.find(key, Instant.now());
            nanos.recordValue(System.nanoTime() - start);
            if (found instanceof Found.Known != known) {
                throw new IllegalStateException(known ? "forgotten: " + found : "remembered what never was");
            }
        }
        return nanos;
    }
}
