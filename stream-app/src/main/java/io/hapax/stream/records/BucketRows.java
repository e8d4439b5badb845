package io.hapax.stream.records;

import io.hapax.stream.decision.DecisionPolicy.Change;
import io.hapax.stream.decision.PolicyScope;
import java.time.Duration;
import java.time.Instant;

/**
 * Rows of buckets of time, for retentions of different length: a bucket goes whole when the longest retention of its row has passed
 * since its end, so nothing in it can be known any more.
 *
 * <p>The first row is that of the usual retention, from the settings, and the only one while nothing was published: its buckets are as
 * wide as the retention, two are kept and asked. The others are for published retentions up to 5 min 37.5 s, up to twice that, and so
 * on, a day among them; their buckets are a sixth as wide, so that less is kept that is forgotten, and more are asked.
 *
 * <p>A bucket is named by one number: the row in its highest byte, below it the start, epoch milliseconds.
 */
public final class BucketRows {
    /** Width of the narrowest buckets; those of every published retention end where one of these does. */
    public static final Duration NARROWEST = Duration.ofMillis(56_250);

    private static final int BUCKETS_PER_RETENTION = 6;

    private static final int ROW_SHIFT = Long.SIZE - Byte.SIZE;
    private static final long START_MASK = (1L << ROW_SHIFT) - 1;
    private static final int USUAL = 0;

    /** Enough for 45 days. */
    private static final int MOST_ROWS = 15;

    private final long usualMs;

    /** @param usual retention of those for whom nothing is published; zero: nothing in this store ends */
    public BucketRows(Duration usual) {
        this.usualMs = usual.toMillis();
    }

    /**
     * Where what ended then belongs.
     *
     * @param policy that it is kept by
     */
    public long bucketOf(Instant ended, Change policy) {
        int row = policy.by() == PolicyScope.Kind.SETTINGS && policy.retention().toMillis() <= usualMs
                ? USUAL
                : rowOf(policy.retention().toMillis());
        long widthMs = widthMs(row);
        long start = Math.floorDiv(ended.toEpochMilli(), widthMs) * widthMs;
        return row == USUAL ? start : (long) row << ROW_SHIFT | start;
    }

    /** Whether nothing in the bucket can be known any more, when that time has come. */
    public boolean isDue(long bucket, long nowMs) {
        int row = row(bucket);
        return bucket != BucketKey.NO_BUCKET && startMs(bucket) + widthMs(row) + longestMs(row) <= nowMs;
    }

    /** Start of the bucket, epoch milliseconds. */
    public static long startMs(long bucket) {
        return bucket & START_MASK;
    }

    static int row(long bucket) {
        return bucket == BucketKey.NO_BUCKET ? USUAL : (int) (bucket >>> ROW_SHIFT);
    }

    static boolean isUsual(long bucket) {
        return row(bucket) == USUAL;
    }

    private int rowOf(long retentionMs) {
        int row = USUAL + 1;
        while (longestMs(row) < retentionMs && row < MOST_ROWS) {
            row++;
        }
        return row;
    }

    private long longestMs(int row) {
        return row == USUAL ? usualMs : BUCKETS_PER_RETENTION * widthMs(row);
    }

    private long widthMs(int row) {
        return row == USUAL ? usualMs : NARROWEST.toMillis() << (row - 1);
    }
}
