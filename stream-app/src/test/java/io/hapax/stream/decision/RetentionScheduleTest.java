package io.hapax.stream.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.stream.decision.RetentionSchedule.Terms;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A retention that changes. The argument is in docs/decisions/6; seeded worlds are in the simulation. */
class RetentionScheduleTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration SKEW = Duration.ofMinutes(1);
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final PolicyScope.Kind CLIENT = PolicyScope.Kind.CLIENT;
    private static final RetentionSchedule HOUR = new RetentionSchedule(Duration.ofHours(1), SKEW, LEASE);

    @Test
    void shouldKeepWhatWasSettledBeforeAChangeForAsLongAsWasTold() {
        RetentionSchedule shorter = HOUR.withTerms(Terms.of(Duration.ofMinutes(10)), CLIENT, NOON);
        assertEquals(NOON.plus(Duration.ofHours(1)), shorter.expiresAt(NOON));
        assertEquals(NOON.plusMillis(1).plus(Duration.ofMinutes(10)), shorter.expiresAt(NOON.plusMillis(1)));
    }

    @Test
    void shouldRefuseWhatMayBeForgottenUnderAShorterRetentionThatIsOver() {
        RetentionSchedule policy = HOUR.withTerms(Terms.of(Duration.ofMinutes(10)), CLIENT, NOON)
                .withTerms(Terms.of(Duration.ofDays(1)), CLIENT, NOON.plus(Duration.ofMinutes(1)));
        Instant now = NOON.plus(Duration.ofMinutes(30));
        // Settled in the minute of the short retention, and forgotten since.
        assertTrue(policy.mayBeForgotten(NOON.plus(Duration.ofSeconds(30)), now));
        // Settled later at the earliest: known for a day.
        assertFalse(policy.mayBeForgotten(NOON.plus(Duration.ofMinutes(3)), now));
    }

    @Test
    void shouldFollowTheOldRetentionUntilWhatWasSettledUnderItIsGone() {
        RetentionSchedule longer = HOUR.withTerms(Terms.of(Duration.ofDays(1)), CLIENT, NOON);
        Instant beforeTheChange = NOON.minus(Duration.ofMinutes(5));
        assertFalse(longer.mayBeForgotten(beforeTheChange, NOON.plus(Duration.ofMinutes(50))));
        assertTrue(longer.mayBeForgotten(beforeTheChange, NOON.plus(Duration.ofMinutes(54))));
    }

    @Test
    void shouldForgetOldChangesAndRefuseWhatTheyRefused() {
        RetentionSchedule policy = HOUR;
        for (int i = 0; i < 1_000; i++) {
            policy = policy.withTerms(
                    Terms.of(Duration.ofMinutes(i % 2 == 0 ? 10 : 60)), CLIENT, NOON.plus(Duration.ofMinutes(30L * i)));
        }
        assertTrue(policy.changes().size() <= 5, policy.changes().toString());
        assertTrue(policy.mayBeForgotten(NOON, NOON.plus(Duration.ofMinutes(30L * 1_000))));
    }

    @Test
    void shouldNeverAcceptWhatItHasForgotten() {
        Random random = new Random(5);
        for (int world = 0; world < 2_000; world++) {
            RetentionSchedule policy = HOUR;
            Instant now = NOON;
            Instant settled = null;
            for (int step = 0; step < 30; step++) {
                now = now.plusSeconds(random.nextInt(900));
                if (random.nextBoolean()) {
                    policy = policy.withTerms(Terms.of(Duration.ofMinutes(5 + random.nextInt(90))), CLIENT, now);
                }
                if (settled == null && random.nextInt(5) == 0) {
                    settled = now;
                }
                boolean forgotten = settled != null && !now.isBefore(policy.expiresAt(settled));
                // By a clock that is a minute ahead, the worst that is allowed.
                if (forgotten) {
                    assertTrue(policy.mayBeForgotten(settled.plus(SKEW), now), policy + " " + settled + " " + now);
                }
            }
        }
    }

    /** The case is a restart under other settings: the stored schedule is decoded with the skew of today. */
    @Test
    void shouldNeverAcceptWhatItHasForgottenWhenMoreSkewIsAllowedThanWhatIsKept() {
        Random random = new Random(7);
        for (int world = 0; world < 2_000; world++) {
            RetentionSchedule before =
                    HOUR.withTerms(Terms.of(Duration.ofMinutes(5 + random.nextInt(50))), CLIENT, NOON);
            Duration skew = before.retention().plusMinutes(random.nextInt(3) - 1L);
            RetentionSchedule today = new RetentionSchedule(before.retention(), skew, LEASE, before.changes());
            Instant settled = NOON.plusSeconds(random.nextInt(3_600));
            Instant now = settled.plus(today.retention()).plusSeconds(random.nextInt(3_600));
            RetentionSchedule next = today.withTerms(Terms.of(skew.plusMinutes(1)), CLIENT, now);
            for (RetentionSchedule policy : List.of(today, next)) {
                assertTrue(now.isBefore(policy.expiresAt(settled)) || policy.mayBeForgotten(settled.plus(skew), now));
            }
        }
    }

    @Test
    void shouldRecallWhatIsYoungerThanTheRecallInForceThen() {
        Terms recalling = new Terms(Duration.ofMinutes(10), Duration.ofDays(2));
        RetentionSchedule policy = HOUR.withTerms(recalling, CLIENT, NOON);
        Instant later = NOON.plusMillis(1);
        assertFalse(HOUR.recalls(NOON.minus(Duration.ofHours(5)), NOON));
        // A decision of this moment was made before, one of the next is made under the new policy, whoever decides
        // again.
        assertFalse(policy.recalls(NOON.minus(Duration.ofHours(5)), NOON));
        assertTrue(policy.recalls(NOON.minus(Duration.ofHours(5)), later));
        assertFalse(policy.recalls(later.minus(Duration.ofDays(2)), later));
        assertTrue(policy.recalls(later.minus(Duration.ofDays(2)).plusMillis(1), later));
        assertEquals(later.minus(Duration.ofDays(2)), policy.refusedUntil(later));
        assertEquals(HOUR.horizon(NOON), policy.refusedUntil(NOON));
    }

    @Test
    void shouldTakeUpARecallAloneAndGiveItUpAgain() {
        Duration hour = Duration.ofHours(1);
        RetentionSchedule policy = HOUR.withTerms(new Terms(hour, Duration.ofDays(2)), CLIENT, NOON);
        assertEquals(2, policy.changes().size());
        assertSame(policy, policy.withTerms(new Terms(hour, Duration.ofDays(2)), CLIENT, NOON.plusSeconds(1)));
        RetentionSchedule without = policy.withTerms(Terms.of(hour), CLIENT, NOON.plusSeconds(1));
        Instant old = NOON.minus(Duration.ofHours(5));
        assertTrue(without.recalls(old, NOON.plusSeconds(1)));
        assertFalse(without.recalls(old, NOON.plusSeconds(2)));
        // A recall changes nothing of what is known, or may be forgotten.
        for (int minutes = 0; minutes < 200; minutes++) {
            Instant at = NOON.plus(Duration.ofMinutes(minutes));
            assertEquals(HOUR.expiresAt(at), without.expiresAt(at));
            assertEquals(HOUR.horizon(at), without.horizon(at));
        }
    }

    @Test
    void shouldRefuseARetentionThatIsNoLongerThanTheSkew() {
        assertThrows(IllegalArgumentException.class, () -> HOUR.withTerms(Terms.of(SKEW), CLIENT, NOON));
    }

    @Test
    void shouldTellTheHorizonByWhichItRefuses() {
        Random random = new Random(6);
        for (int world = 0; world < 500; world++) {
            RetentionSchedule policy = HOUR;
            Instant now = NOON;
            for (int step = 0; step < 20; step++) {
                now = now.plusSeconds(random.nextInt(1_500));
                policy = policy.withTerms(Terms.of(Duration.ofMinutes(5 + random.nextInt(90))), CLIENT, now);
                Instant horizon = policy.horizon(now);
                assertTrue(policy.mayBeForgotten(horizon, now), policy + " " + now);
                assertFalse(policy.mayBeForgotten(horizon.plusMillis(1), now), policy + " " + now);
            }
        }
    }

    /**
     * The case is a crash that the store outlived: the change lies ahead of the task's clock, and nothing was settled
     * under it.
     */
    @Test
    void shouldPutAChangeInPlaceOfOneThatNeverCameIntoForce() {
        RetentionSchedule tomorrow =
                HOUR.withTerms(Terms.of(Duration.ofMinutes(10)), CLIENT, NOON.plus(Duration.ofDays(1)));
        RetentionSchedule policy = tomorrow.withTerms(Terms.of(Duration.ofMinutes(20)), CLIENT, NOON);
        assertEquals(2, policy.changes().size());
        assertEquals(Duration.ofMinutes(20), policy.retention());
        assertEquals(
                tomorrow.changes().getLast().from(), policy.changes().getLast().from());
        // Settings of a program that started later than its first change say when they hold as well.
        RetentionSchedule first = policy(policy.changes().getLast());
        assertEquals(
                2,
                first.withTerms(Terms.of(Duration.ofHours(2)), CLIENT, NOON)
                        .changes()
                        .size());
    }

    @Test
    void shouldKnowWhatWasSettledInTheFirstMomentOfAChangeByTheChange() {
        RetentionSchedule policy = HOUR.withTerms(Terms.of(Duration.ofMinutes(10)), CLIENT, NOON);
        assertEquals(CLIENT, policy.changeAt(NOON.plusMillis(1)).by());
        assertEquals(PolicyScope.Kind.SETTINGS, policy.changeAt(NOON).by());
        assertEquals(
                PolicyScope.Kind.SETTINGS,
                policy.changeAt(Instant.EPOCH.minusSeconds(1)).by());
    }

    private static RetentionSchedule policy(RetentionSchedule.Change only) {
        return new RetentionSchedule(only.retention(), SKEW, LEASE, List.of(only));
    }
}
