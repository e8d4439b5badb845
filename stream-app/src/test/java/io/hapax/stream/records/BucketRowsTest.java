package io.hapax.stream.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.stream.decision.DecisionPolicy.Change;
import io.hapax.stream.decision.DecisionPolicy.Terms;
import io.hapax.stream.decision.PolicyScope;
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
    void shouldHaveARowForTheUsualRetentionThatIsNamedByItsStart() {
        assertEquals(
                Instant.parse("2026-01-01T00:00:00Z").toEpochMilli(),
                rows.bucketOf(NOON, new Change(NOON, Terms.of(USUAL), PolicyScope.Kind.SETTINGS)));
        assertFalse(rows.isDue(BucketKey.NO_BUCKET, Long.MAX_VALUE / 2));
    }
}
