package io.hapax.stream.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A retention that changes. The argument is in docs/decisions/6; seeded worlds are in the simulation. */
class DecisionPolicyTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration SKEW = Duration.ofMinutes(1);
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final DecisionPolicy HOUR = new DecisionPolicy(Duration.ofHours(1), SKEW, LEASE);

    @Test
    void shouldKeepWhatWasSettledBeforeAChangeForAsLongAsWasTold() {
        DecisionPolicy shorter = HOUR.withRetention(Duration.ofMinutes(10), NOON);
        assertEquals(NOON.plus(Duration.ofHours(1)), shorter.expiresAt(NOON));
        assertEquals(NOON.plusMillis(1).plus(Duration.ofMinutes(10)), shorter.expiresAt(NOON.plusMillis(1)));
    }

    @Test
    void shouldRefuseWhatMayBeForgottenUnderAShorterRetentionThatIsOver() {
        DecisionPolicy policy = HOUR.withRetention(Duration.ofMinutes(10), NOON)
                .withRetention(Duration.ofDays(1), NOON.plus(Duration.ofMinutes(1)));
        Instant now = NOON.plus(Duration.ofMinutes(30));
        // Settled in the minute of the short retention, and forgotten since.
        assertTrue(policy.mayBeForgotten(NOON.plus(Duration.ofSeconds(30)), now));
        // Settled later at the earliest: known for a day.
        assertFalse(policy.mayBeForgotten(NOON.plus(Duration.ofMinutes(3)), now));
    }

    @Test
    void shouldFollowTheOldRetentionUntilWhatWasSettledUnderItIsGone() {
        DecisionPolicy longer = HOUR.withRetention(Duration.ofDays(1), NOON);
        Instant beforeTheChange = NOON.minus(Duration.ofMinutes(5));
        assertFalse(longer.mayBeForgotten(beforeTheChange, NOON.plus(Duration.ofMinutes(50))));
        assertTrue(longer.mayBeForgotten(beforeTheChange, NOON.plus(Duration.ofMinutes(54))));
    }

    @Test
    void shouldForgetOldChangesAndRefuseWhatTheyRefused() {
        DecisionPolicy policy = HOUR;
        for (int i = 0; i < 1_000; i++) {
            policy = policy.withRetention(
                    Duration.ofMinutes(i % 2 == 0 ? 10 : 60), NOON.plus(Duration.ofMinutes(30L * i)));
        }
        assertTrue(policy.changes().size() <= 5, policy.changes().toString());
        assertTrue(policy.mayBeForgotten(NOON, NOON.plus(Duration.ofMinutes(30L * 1_000))));
    }

    @Test
    void shouldNeverAcceptWhatItHasForgotten() {
        Random random = new Random(5);
        for (int world = 0; world < 2_000; world++) {
            DecisionPolicy policy = HOUR;
            Instant now = NOON;
            Instant settled = null;
            for (int step = 0; step < 30; step++) {
                now = now.plusSeconds(random.nextInt(900));
                if (random.nextBoolean()) {
                    policy = policy.withRetention(Duration.ofMinutes(5 + random.nextInt(90)), now);
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

    @Test
    void shouldRefuseARetentionThatIsNoLongerThanTheSkew() {
        assertThrows(IllegalArgumentException.class, () -> HOUR.withRetention(SKEW, NOON));
    }

    @Test
    void shouldAdoptWhatIsPublishedAtTheTasksOwnTimeAndGoBackWhenItIsTakenBack() {
        Map<String, Duration> published = new HashMap<>();
        Map<String, DecisionPolicy> adopted = new HashMap<>();
        TaskPolicies policies = new TaskPolicies(HOUR, published::get, new TaskPolicies.Adopted() {
            @Override
            public DecisionPolicy get(String clientId) {
                return adopted.get(clientId);
            }

            @Override
            public void put(String clientId, DecisionPolicy policy) {
                adopted.put(clientId, policy);
            }
        });
        assertEquals(HOUR, policies.of("acme", NOON));
        published.put("acme", Duration.ofMinutes(10));
        assertEquals(
                Duration.ofMinutes(10),
                policies.of("acme", NOON.plusSeconds(60)).retention());
        assertEquals(
                Duration.ofHours(1), policies.of("globex", NOON.plusSeconds(60)).retention());
        published.clear();
        DecisionPolicy back = policies.of("acme", NOON.plusSeconds(120));
        assertEquals(Duration.ofHours(1), back.retention());
        assertEquals(3, back.changes().size());
        assertEquals(back, adopted.get("acme"));
    }
}
