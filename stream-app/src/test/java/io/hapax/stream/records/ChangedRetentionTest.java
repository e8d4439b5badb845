package io.hapax.stream.records;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.hapax.stream.decision.IdempotencyRecord.AcceptedCommand;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.PayloadDigest;
import io.hapax.stream.decision.Payment;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.Result;
import io.hapax.stream.decision.RetentionSchedule.Change;
import io.hapax.stream.decision.RetentionSchedule.Terms;
import io.hapax.topics.LogPosition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The settings' retention changes between two runs: what is still known by that of today must still be in the store.
 */
class ChangedRetentionTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Payment PAYMENT = new Payment("alice", "bob", 1000, "EUR", null);
    private static final AcceptedCommand FIRST =
            new AcceptedCommand(PayloadDigest.of(PAYMENT), NOON, new LogPosition(0, 1), 1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

    @TempDir
    Path application;

    private Duration retention = DAY;
    private StoresOfATask task;

    /** An answer that was given. */
    private record Given(UUID paymentId, Instant settledAt) {}

    private Given settle(Instant at) {
        Given given = new Given(UUID.randomUUID(), at);
        Change settings = new Change(Instant.EPOCH, Terms.of(retention), PolicyScope.Kind.SETTINGS);
        task.put(
                StoresOfATask.ENDED,
                BucketKey.of(new BucketRows(retention).bucketOf(at, settings), given.paymentId),
                RecordCodec.encode(new Settled(FIRST, at, 1, new Result.Completed())));
        task.commit();
        return given;
    }

    private void assertKnown(Given given, String when) {
        byte[] found = task.store(StoresOfATask.ENDED).get(BucketKey.of(BucketKey.NO_BUCKET, given.paymentId));
        assertInstanceOf(Settled.class, found == null ? null : RecordCodec.decode(found), when);
    }

    private void restartWith(Duration next) throws IOException {
        task.stop();
        retention = next;
        task.start(next);
    }

    @Test
    void shouldKnowAnAnswerOfSecondsAgoAfterTheRetentionWasMadeShorter() throws IOException {
        task = new StoresOfATask(application);
        task.start(DAY);
        Given given = settle(NOON);
        restartWith(FIVE_MINUTES);
        settle(NOON.plusSeconds(13));
        assertKnown(given, "13 s later");
        settle(NOON.plus(FIVE_MINUTES));
        assertKnown(given, "at the end of the shorter retention");
        task.stop();
    }

    @Test
    void shouldKnowAnAnswerOfSecondsAgoAfterTheRetentionWasMadeLonger() throws IOException {
        task = new StoresOfATask(application);
        retention = FIVE_MINUTES;
        task.start(retention);
        Given given = settle(NOON);
        restartWith(DAY);
        for (Duration later = Duration.ZERO; later.compareTo(FIVE_MINUTES) <= 0; later = later.plusSeconds(30)) {
            settle(NOON.plus(later));
            assertKnown(given, later + " later");
        }
        task.stop();
    }

    /** Several changes, each of either kind, with answers before and after each; the folder is lost now and then. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldKnowWhatEveryRetentionSincePromisesToKnow(long seed) throws IOException {
        Random random = new Random(seed);
        task = new StoresOfATask(application);
        task.start(retention);
        Instant now = NOON;
        List<Given> known = new ArrayList<>();
        for (int step = 0; step < 100; step++) {
            now = now.plusMillis(random.nextLong(retention.toMillis() / 3));
            known.add(settle(now));
            forget(known, now);
            if (random.nextInt(10) == 0) {
                restartWith(Duration.ofMillis(random.nextLong(FIVE_MINUTES.toMillis(), 3 * DAY.toMillis())));
                // The newest bucket under the new retention.
                known.add(settle(now));
            }
            if (random.nextInt(40) == 0) {
                task.kill();
                task.start(retention);
            }
            forget(known, now);
            for (Given given : known) {
                assertKnown(given, "seed " + seed + " step " + step + " retention " + retention + " now " + now);
            }
        }
        task.stop();
    }

    /** Removes the payments that the retention of today does not promise any more. */
    private void forget(List<Given> known, Instant now) {
        Instant forgotten = now.minus(retention);
        known.removeIf(given -> !given.settledAt.isAfter(forgotten));
    }
}
