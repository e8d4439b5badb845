package io.hapax.insight;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;

/**
 * A histogram of the delays between a key's first command and its retries. Its buckets grow by the half power of two:
 * counts are exact, values are known to a factor of 1.42. A sketch of quantiles would know values better. It would
 * know the rare long delays, which count here, worse.
 */
public final class DelayHistogram {
    /** From one second up to 2^23 s, more than 45 days twice. */
    private static final int BUCKETS = 48;

    private final int[] counts = new int[BUCKETS];
    private long total;

    void add(long delayMs) {
        counts[bucketOf(delayMs)]++;
        total++;
    }

    /** Adds all of another. */
    void add(DelayHistogram other) {
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            counts[bucket] += other.counts[bucket];
        }
        total += other.total;
    }

    /** Counts everything half; a single one is forgotten. */
    void halve() {
        total = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            counts[bucket] /= 2;
            total += counts[bucket];
        }
    }

    public long total() {
        return total;
    }

    /** Retries that may have come later than that: those of the bucket it falls into count as later. */
    public long laterThan(Duration delay) {
        long later = 0;
        for (int bucket = bucketOf(delay.toMillis()); bucket < BUCKETS; bucket++) {
            later += counts[bucket];
        }
        return later;
    }

    /** At least that share of the retries had come by then; zero when there were none. */
    public Duration quantile(double share) {
        long needed = (long) Math.ceil(share * total);
        long seen = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            seen += counts[bucket];
            if (seen >= needed && seen > 0) {
                return Duration.ofMillis(endMs(bucket));
            }
        }
        return Duration.ZERO;
    }

    /** The longest delay that was seen, rounded up. */
    public Duration longest() {
        return quantile(1);
    }

    private static int bucketOf(long delayMs) {
        if (delayMs <= 1_000) {
            return 0;
        }
        int bucket = 1 + (int) Math.floor(2 * Math.log(delayMs / 1_000.0) / Math.log(2));
        return Math.min(bucket, BUCKETS - 1);
    }

    private static long endMs(int bucket) {
        return Math.round(1_000 * Math.pow(2, bucket / 2.0));
    }

    void write(DataOutput out) throws IOException {
        for (int count : counts) {
            out.writeInt(count);
        }
    }

    void read(DataInput in) throws IOException {
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] = in.readInt();
            total += counts[i];
        }
    }
}
