package io.hapax.stream.records;

import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.RetentionSchedule.Change;
import java.time.Duration;
import java.time.Instant;

/**
 * Rows of buckets of time, for retentions of different length: a bucket goes whole when the longest retention of its
 * row has passed since its end, so nothing in it can be known any more.
 *
 * <p>The usual retention, from the settings, has a row of its own, and while nothing was published no other is in
 * use: its buckets are as wide as the retention, two are kept and asked. The others are for published retentions up
 * to 5 min 37.5 s, up to twice that, and so on, a day among them; their buckets are a sixth as wide, so that less is
 * kept that is forgotten, and more are asked.
 *
 * <p>A bucket is named by one number, from which its row, its start and its width follow. So a bucket that was begun
 * under other settings is kept as long as those promised, or as long as today's do if that is longer. In the highest
 * byte is the kind of row. Below it is the start, epoch milliseconds; or, for the usual retention, the width in
 * milliseconds (32 bits) and how many such widths the start lies after the epoch (24 bits).
 */
public final class BucketRows {
    /** Width of the narrowest buckets; those of every published retention end where one of these does. */
    public static final Duration NARROWEST = Duration.ofMillis(56_250);

    /**
     * Buckets of the usual retention were once named by their start alone. They are taken for this wide at least: it
     * was the retention of whoever had not set another.
     */
    private static final Duration WIDTH_OF_UNTOLD = Duration.ofHours(24);

    private static final int BUCKETS_PER_RETENTION = 6;

    private static final int KIND_SHIFT = Long.SIZE - Byte.SIZE;
    private static final long START_MASK = (1L << KIND_SHIFT) - 1;
    private static final int INDEX_BITS = 24;
    private static final long INDEX_MASK = (1L << INDEX_BITS) - 1;
    private static final long WIDTH_MASK = (1L << (KIND_SHIFT - INDEX_BITS)) - 1;

    /** Kind of row: usual retention, width untold. From one to {@link #MOST_ROWS}: published retentions. */
    private static final int UNTOLD = 0;

    /** Enough for 45 days. */
    private static final int MOST_ROWS = 15;

    /** Kind of row: usual retention, width told. */
    private static final int USUAL = 16;

    private final long usualMs;

    /** @param usual retention of those for whom nothing is published; zero: nothing in this store ends */
    public BucketRows(Duration usual) {
        this.usualMs = usual.toMillis();
    }

    /**
     * The bucket of a payment that ended then.
     *
     * @param policy that it is kept by
     */
    public long bucketOf(Instant ended, Change policy) {
        boolean usual =
                policy.by() == PolicyScope.Kind.SETTINGS && policy.retention().toMillis() <= usualMs;
        if (usual) {
            return (long) USUAL << KIND_SHIFT | usualMs << INDEX_BITS | Math.floorDiv(ended.toEpochMilli(), usualMs);
        }
        int row = rowOf(policy.retention().toMillis());
        long widthMs = NARROWEST.toMillis() << (row - 1);
        return (long) row << KIND_SHIFT | Math.floorDiv(ended.toEpochMilli(), widthMs) * widthMs;
    }

    /** True when, at that time, nothing in the bucket can be known any more. */
    public boolean isDue(long bucket, long nowMs) {
        if (bucket == BucketKey.NO_BUCKET) {
            return false;
        }
        long widthMs = widthMs(bucket);
        // Of what was settled before, today's settings may promise more.
        long longestMs = isUsual(bucket) ? Math.max(widthMs, usualMs) : BUCKETS_PER_RETENTION * widthMs;
        return startMs(bucket) + widthMs + longestMs <= nowMs;
    }

    /** Start of the bucket, epoch milliseconds. */
    public static long startMs(long bucket) {
        return kind(bucket) == USUAL ? (bucket & INDEX_MASK) * toldWidthMs(bucket) : bucket & START_MASK;
    }

    /** The same for all buckets of a row; only buckets of one width are a row. */
    static long row(long bucket) {
        return bucket >>> (kind(bucket) == USUAL ? INDEX_BITS : KIND_SHIFT);
    }

    static boolean isUsual(long bucket) {
        return bucket == BucketKey.NO_BUCKET || kind(bucket) == UNTOLD || kind(bucket) == USUAL;
    }

    private long widthMs(long bucket) {
        return switch (kind(bucket)) {
            case USUAL -> toldWidthMs(bucket);
            case UNTOLD -> Math.max(usualMs, WIDTH_OF_UNTOLD.toMillis());
            default -> NARROWEST.toMillis() << (kind(bucket) - 1);
        };
    }

    private static long toldWidthMs(long bucket) {
        return bucket >>> INDEX_BITS & WIDTH_MASK;
    }

    private static int kind(long bucket) {
        return (int) (bucket >>> KIND_SHIFT);
    }

    private static int rowOf(long retentionMs) {
        int row = 1;
        while (BUCKETS_PER_RETENTION * (NARROWEST.toMillis() << (row - 1)) < retentionMs && row < MOST_ROWS) {
            row++;
        }
        return row;
    }
}
