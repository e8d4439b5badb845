package io.hapax.stream.records;

import java.time.Duration;
import java.time.Instant;

/**
 * Rows of buckets of time, for retentions of different length: in each, a bucket is as wide as its retentions are long at most, so that
 * what is still known lies in the bucket of now or in the one before, and goes whole when its time has come.
 *
 * <p>The first row is that of the usual retention, from the settings, and the only one while nothing else is published. The others are
 * for retentions up to 5 minutes, up to 10, and so on by doubling: few rows, and nothing is kept for more than twice as long as in a
 * bucket of its own width.
 *
 * <p>A bucket is named by one number: the row in its highest byte, below it the start, epoch milliseconds.
 */
public final class BucketRows {
    private static final int ROW_SHIFT = Long.SIZE - Byte.SIZE;
    private static final long START_MASK = (1L << ROW_SHIFT) - 1;
    private static final int USUAL = 0;

    /** Width of the second row; the shortest retention that there is. */
    private static final long NARROWEST_MS = Duration.ofMinutes(5).toMillis();

    /** More than 45 days. */
    private static final int MOST_ROWS = 15;

    private final long usualMs;

    /** @param usual retention of those for whom nothing is published; zero: nothing in this store ends */
    public BucketRows(Duration usual) {
        this.usualMs = usual.toMillis();
    }

    /** Where what ended then and is kept for that long belongs. */
    public long bucketOf(Instant ended, Duration retention) {
        int row = rowOf(retention.toMillis());
        long widthMs = widthMs(row);
        long start = Math.floorDiv(ended.toEpochMilli(), widthMs) * widthMs;
        return row == USUAL ? start : (long) row << ROW_SHIFT | start;
    }

    /** Whether nothing in the bucket can be known any more, when that time has come. */
    public boolean isDue(long bucket, long nowMs) {
        return bucket != BucketKey.NO_BUCKET && startMs(bucket) <= nowMs - 2 * widthMs(row(bucket));
    }

    /** Start of the bucket, epoch milliseconds. */
    public static long startMs(long bucket) {
        return bucket & START_MASK;
    }

    static int row(long bucket) {
        return bucket == BucketKey.NO_BUCKET ? USUAL : (int) (bucket >>> ROW_SHIFT);
    }

    private int rowOf(long retentionMs) {
        if (retentionMs == usualMs) {
            return USUAL;
        }
        int row = USUAL + 1;
        while (widthMs(row) < retentionMs && row < MOST_ROWS) {
            row++;
        }
        return row;
    }

    private long widthMs(int row) {
        return row == USUAL ? usualMs : NARROWEST_MS << (row - 1);
    }
}
