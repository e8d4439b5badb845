package io.hapax.stream.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.RetentionSchedule.Change;
import io.hapax.stream.decision.RetentionSchedule.Terms;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BucketRowsTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration USUAL = Duration.ofHours(24);

    private final BucketRows rows = new BucketRows(USUAL);

    @Test
    void shouldKeepABucketUntilAllInItIsForgottenAndNotMuchLonger() {
        Random random = new Random(3);
        for (int i = 0; i < 100_000; i++) {
            Duration retention = Duration.ofMillis(random.nextLong(
                    Duration.ofMinutes(5).toMillis(), Duration.ofDays(45).toMillis()));
            Instant ended = NOON.plusMillis(random.nextLong(Duration.ofDays(400).toMillis()));
            long bucket = rows.bucketOf(ended, new Change(NOON, Terms.of(retention), PolicyScope.Kind.CLIENT));
            Instant expires = ended.plus(retention);
            assertFalse(rows.isDue(bucket, expires.toEpochMilli() - 1), retention + " from " + ended);
            assertTrue(
                    rows.isDue(
                            bucket,
                            ended.plus(retention.multipliedBy(5).dividedBy(2)).toEpochMilli()),
                    retention + " from " + ended);
            assertTrue(BucketRows.startMs(bucket) <= ended.toEpochMilli());
        }
    }

    @Test
    void shouldTellStartAndEndOfABucketWhateverTheSettingsAreToday() {
        Random random = new Random(4);
        for (int i = 0; i < 100_000; i++) {
            Duration usual = Duration.ofMillis(random.nextLong(
                    RetentionSchedule.MIN_RETENTION.toMillis(), RetentionSchedule.MAX_RETENTION.toMillis() + 1));
            Instant ended =
                    NOON.plusMillis(random.nextLong(Duration.ofDays(40_000).toMillis()));
            long bucket = new BucketRows(usual)
                    .bucketOf(ended, new Change(Instant.EPOCH, Terms.of(usual), PolicyScope.Kind.SETTINGS));
            String told = usual + " from " + ended;
            for (Duration today : new Duration[] {USUAL, RetentionSchedule.MIN_RETENTION}) {
                Duration longest = usual.compareTo(today) < 0 ? today : usual;
                BucketRows rowsToday = new BucketRows(today);
                assertFalse(rowsToday.isDue(bucket, ended.plus(longest).toEpochMilli()), told);
                assertTrue(
                        rowsToday.isDue(bucket, ended.plus(usual).plus(longest).toEpochMilli()), told);
            }
            assertTrue(BucketRows.startMs(bucket) <= ended.toEpochMilli(), told);
            assertTrue(BucketRows.startMs(bucket) + usual.toMillis() > ended.toEpochMilli(), told);
            assertTrue(bucket > 0, told);
        }
    }

    /** Older versions named a bucket by its start alone. */
    @Test
    void shouldKeepABucketThatDoesNotTellItsWidthForADayAtLeast() {
        long midnight = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
        BucketRows fiveMinutes = new BucketRows(Duration.ofMinutes(5));
        long twoDays = Duration.ofDays(2).toMillis();
        assertFalse(fiveMinutes.isDue(midnight, midnight + twoDays - 1));
        assertTrue(fiveMinutes.isDue(midnight, midnight + twoDays));
        assertFalse(new BucketRows(Duration.ofDays(2)).isDue(midnight, midnight + 2 * twoDays - 1));
        assertFalse(rows.isDue(BucketKey.NO_BUCKET, Long.MAX_VALUE / 2));
    }

    @Test
    void shouldSortBucketsOfARowByTime() {
        Change usual = new Change(NOON, Terms.of(USUAL), PolicyScope.Kind.SETTINGS);
        long today = rows.bucketOf(NOON, usual);
        long tomorrow = rows.bucketOf(NOON.plus(USUAL), usual);
        assertEquals(today + 1, tomorrow);
        assertEquals(BucketRows.row(today), BucketRows.row(tomorrow));
        long narrower = new BucketRows(Duration.ofHours(1))
                .bucketOf(NOON, new Change(NOON, Terms.of(Duration.ofHours(1)), PolicyScope.Kind.SETTINGS));
        assertNotEquals(BucketRows.row(today), BucketRows.row(narrower));
    }
}
