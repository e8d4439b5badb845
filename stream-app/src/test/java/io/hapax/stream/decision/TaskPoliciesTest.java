package io.hapax.stream.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.stream.decision.RetentionSchedule.Terms;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The policies that a task has adopted, against those that are published. */
class TaskPoliciesTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration SKEW = Duration.ofMinutes(1);
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final PolicyScope.Kind CLIENT = PolicyScope.Kind.CLIENT;
    private static final RetentionSchedule HOUR = new RetentionSchedule(Duration.ofHours(1), SKEW, LEASE);

    private final PublishedInMap published = new PublishedInMap();
    private final FollowedInMap followed = new FollowedInMap();

    @Test
    void shouldFollowWhatIsPublishedAtTheTasksOwnTimeAndGoBackWhenItIsTakenBack() {
        TaskPolicies policies = new TaskPolicies(HOUR, published, followed);
        assertSame(HOUR, policies.adopt(key("acme", "1"), NOON));
        published.put(PolicyScope.ofClient("acme"), Terms.of(Duration.ofMinutes(10)));
        assertEquals(
                Duration.ofMinutes(10),
                policies.adopt(key("acme", "1"), NOON.plusSeconds(60)).retention());
        assertEquals(HOUR, policies.adopt(key("globex", "1"), NOON.plusSeconds(60)));
        published.clear();
        RetentionSchedule back = policies.adopt(key("acme", "1"), NOON.plusSeconds(120));
        assertEquals(Duration.ofHours(1), back.retention());
        assertEquals(PolicyScope.Kind.SETTINGS, back.by());
        assertEquals(3, back.changes().size());
        assertEquals(back, followed.get(PolicyScope.ofClient("acme")));
    }

    @Test
    void shouldKeepWhatItPromisedWhenItStartsAgainAndHasHeardOfNoPolicyYet() {
        followed.put(PolicyScope.ofClient("acme"), HOUR.withTerms(Terms.of(Duration.ofMinutes(10)), CLIENT, NOON));
        TaskPolicies policies = new TaskPolicies(HOUR, published, followed);
        RetentionSchedule policy = policies.adopt(key("acme", "1"), NOON.plusSeconds(60));
        Instant settled = NOON.plusSeconds(30);
        assertEquals(settled.plus(Duration.ofMinutes(10)), policy.expiresAt(settled));
    }

    @Test
    void shouldFollowTheNarrowestAndGoOnFromWhatTheWiderPromised() {
        TaskPolicies policies = new TaskPolicies(HOUR, published, followed);
        published.put(PolicyScope.ALL, Terms.of(Duration.ofMinutes(30)));
        published.put(PolicyScope.ofOperation("acme", "refund"), Terms.of(Duration.ofDays(1)));
        RetentionSchedule refunds = policies.adopt(key("acme", "refund:1"), NOON);
        assertEquals(Duration.ofDays(1), refunds.retention());
        assertEquals(PolicyScope.Kind.OPERATION, refunds.by());
        RetentionSchedule others = policies.adopt(key("acme", "order:1"), NOON.plusSeconds(1));
        assertEquals(Duration.ofMinutes(30), others.retention());
        assertEquals(PolicyScope.Kind.ALL, others.by());
        // What the settings promised before counts for both.
        assertEquals(NOON.plus(Duration.ofHours(1)), refunds.expiresAt(NOON));
        assertEquals(NOON.plus(Duration.ofHours(1)), others.expiresAt(NOON));
        // From outside it looks the same.
        assertEquals(refunds, TaskPolicies.of(key("acme", "refund:1"), HOUR, followed::get));
        assertEquals(others, TaskPolicies.of(key("acme", "order:1"), HOUR, followed::get));
    }

    @Test
    void shouldFollowAWiderPolicyThatChangesWhereTheNarrowerWasTakenBack() {
        TaskPolicies policies = new TaskPolicies(HOUR, published, followed);
        published.put(PolicyScope.ofClient("acme"), Terms.of(Duration.ofMinutes(10)));
        policies.adopt(key("acme", "1"), NOON);
        published.clear();
        published.put(PolicyScope.ALL, Terms.of(Duration.ofHours(2)));
        RetentionSchedule now = policies.adopt(key("acme", "1"), NOON.plusSeconds(60));
        assertEquals(Duration.ofHours(2), now.retention());
        assertEquals(PolicyScope.Kind.ALL, now.by());
    }

    /** The sweep has no stream time of its own. So it must not say from when on a policy counts. */
    @Test
    void shouldTellThePolicyInForceWithoutAdoptingWhatWasPublished() {
        TaskPolicies policies = new TaskPolicies(HOUR, published, followed);
        assertSame(HOUR, policies.inForce(key("acme", "1")));
        published.put(PolicyScope.ofClient("acme"), Terms.of(Duration.ofMinutes(10)));
        assertSame(HOUR, policies.inForce(key("acme", "1")));
        assertTrue(followed.isNone());
        RetentionSchedule adopted = policies.adopt(key("acme", "1"), NOON);
        assertEquals(adopted, policies.inForce(key("acme", "1")));
        assertSame(HOUR, policies.inForce(key("globex", "1")));
        published.clear();
        assertEquals(adopted, policies.inForce(key("acme", "1")));
    }

    private static PaymentKey key(String clientId, String idempotencyKey) {
        return new PaymentKey(clientId, idempotencyKey);
    }

    private static final class PublishedInMap implements TaskPolicies.Published {
        private final Map<PolicyScope, Terms> policies = new HashMap<>();
        private boolean none = true;

        void put(PolicyScope scope, Terms terms) {
            policies.put(scope, terms);
            none = false;
        }

        void clear() {
            policies.clear();
        }

        @Override
        public boolean isNone() {
            return none;
        }

        @Override
        public Terms termsOf(PolicyScope scope) {
            return policies.get(scope);
        }
    }

    private static final class FollowedInMap implements TaskPolicies.Followed {
        private final Map<PolicyScope, RetentionSchedule> policies = new HashMap<>();

        @Override
        public boolean isNone() {
            return policies.isEmpty();
        }

        @Override
        public RetentionSchedule get(PolicyScope scope) {
            return policies.get(scope);
        }

        @Override
        public void put(PolicyScope scope, RetentionSchedule policy) {
            policies.put(scope, policy);
        }
    }
}
