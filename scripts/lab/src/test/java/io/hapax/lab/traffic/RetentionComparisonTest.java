package io.hapax.lab.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.insight.RetentionAdvisor;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Few clients and days; the figures of docs/policies.md come from {@code scripts/insight retention}. */
class RetentionComparisonTest {
    private static final long SEED = 7;
    private static final int CLIENTS = 90;
    private static final int DAYS = 6;

    /** All tests compare with it. */
    private static final RetentionComparison.Outcome FIXED = RetentionComparison.run(SEED, CLIENTS, DAYS, null);

    private static RetentionComparison.Outcome adaptive(double level) {
        return RetentionComparison.run(
                SEED, CLIENTS, DAYS, new RetentionAdvisor(RetentionAdvisor.SHORTEST, RetentionComparison.FIXED, level));
    }

    @Test
    void shouldKeepHalfRefuseNobodyAndAcceptNothingAgainWhereOldKeysAreLookedUp() {
        RetentionComparison.Outcome recalling = RetentionComparison.run(
                SEED,
                CLIENTS,
                DAYS,
                new RetentionAdvisor(
                        RetentionAdvisor.SHORTEST,
                        RetentionComparison.FIXED,
                        RetentionAdvisor.DEFAULT_REFUSED,
                        RetentionAdvisor.DEFAULT_ASKED,
                        Duration.ofDays(45)));
        assertTrue(recalling.kept() < 0.8 * FIXED.kept(), recalling + " and " + FIXED);
        assertEquals(0, recalling.refusedHonest());
        assertEquals(0, recalling.acceptedAgain());
        // Both kinds: forgotten ones, and first commands out of an outage.
        assertTrue(recalling.recalledKnown() > 0, recalling.toString());
        assertTrue(recalling.recalled() > recalling.recalledKnown(), recalling.toString());
    }

    @Test
    void shouldKeepLessRefuseNoMoreAndAcceptNothingAgain() {
        RetentionComparison.Outcome adaptive = adaptive(RetentionAdvisor.DEFAULT_REFUSED);
        assertTrue(adaptive.kept() < 0.95 * FIXED.kept(), adaptive + " and " + FIXED);
        assertTrue(adaptive.refusedHonest() <= FIXED.refusedHonest(), adaptive + " and " + FIXED);
        assertEquals(0, adaptive.acceptedAgain());
        assertEquals(0, FIXED.acceptedAgain());
    }

    /** So the comparison would notice. */
    @Test
    void shouldRefuseHonestRetriesAtALevelThatAllowsIt() {
        RetentionComparison.Outcome reckless = adaptive(0.5);
        assertTrue(reckless.refusedHonest() > FIXED.refusedHonest(), reckless + " and " + FIXED);
        assertEquals(0, reckless.acceptedAgain());
    }
}
