package io.hapax.stream.alerting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.insight.KeyInsight;
import io.hapax.insight.RetentionAdvisor;
import io.hapax.insight.UsageFact;
import io.hapax.insight.UsageFact.Kind;
import io.hapax.schemas.RetentionPolicy;
import io.hapax.stream.decision.PolicyScope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests of the published policies: their terms, their times and their evidence. */
class AdaptiveRetentionTest {
    private static final long DAY_MS = Duration.ofDays(1).toMillis();
    private static final long NOON_MS = Instant.parse("2026-01-01T12:00:00Z").toEpochMilli();
    private static final PolicyScope SERVICE = PolicyScope.ofClient("service-1");

    private final KeyInsight insight = new KeyInsight(1_000, 1);
    private final AdaptiveRetention adaptive = new AdaptiveRetention(
            new RetentionAdvisor(RetentionAdvisor.SHORTEST, Duration.ofHours(24), RetentionAdvisor.DEFAULT_REFUSED));

    AdaptiveRetentionTest() {
        for (int client = 0; client < 20; client++) {
            for (int i = 0; i < 2_000; i++) {
                insight.sent("service-" + client, NOON_MS, NOON_MS - 1_000);
                if (i % 100 == 0) {
                    insight.observe(new UsageFact(
                            "service-" + client,
                            "key-" + i,
                            Kind.REPLAYED,
                            NOON_MS,
                            NOON_MS - 1_000,
                            1,
                            true,
                            List.of()));
                }
            }
        }
    }

    private RetentionPolicy afterDay(int day, PolicyScope scope) {
        adaptive.pass(NOON_MS + day * DAY_MS, insight);
        return adaptive.take().get(scope);
    }

    @Test
    void shouldLearnForADayAndThenHalveDayByDayWithTheEvidence() {
        adaptive.pass(NOON_MS, insight);
        assertFalse(adaptive.wantsAny());
        RetentionPolicy first = afterDay(1, SERVICE);
        assertEquals(Duration.ofHours(12).toMillis(), first.getRetentionMs());
        assertEquals("ADAPTIVE", first.getPublishedBy());
        assertEquals("EVIDENCE", first.getEvidence().get("reason"));
        assertEquals("40000", first.getEvidence().get("commandsSeen"));
        adaptive.pass(NOON_MS + DAY_MS + 1, insight);
        assertFalse(adaptive.wantsAny(), "twice in a day");
        assertEquals(Duration.ofHours(6).toMillis(), afterDay(2, SERVICE).getRetentionMs());
    }

    @Test
    void shouldWantTheSameAgainAfterItHasForgottenIt() {
        adaptive.pass(NOON_MS, insight);
        adaptive.take();
        adaptive.pass(NOON_MS + DAY_MS, insight);
        assertTrue(adaptive.wantsAny());
        adaptive.forget();
        assertFalse(adaptive.wantsAny());
        assertEquals(Duration.ofHours(12).toMillis(), afterDay(1, SERVICE).getRetentionMs());
    }

    @Test
    void shouldGrowAtOnceWhenACommandComesLate() {
        adaptive.pass(NOON_MS, insight);
        afterDay(1, SERVICE);
        adaptive.sent("service-1", NOON_MS + DAY_MS, Duration.ofHours(7).toMillis());
        RetentionPolicy grown = adaptive.take().get(SERVICE);
        assertEquals(Duration.ofHours(24).toMillis(), grown.getRetentionMs());
        assertEquals("25200000", grown.getEvidence().get("latenessMs"));
    }

    @Test
    void shouldLeaveAloneWhatSomebodyElseHasPublished() {
        RetentionPolicy operators = new RetentionPolicy(
                Duration.ofHours(1).toMillis(), 0L, Instant.ofEpochMilli(NOON_MS), "OPERATOR", Map.of(), null, null);
        adaptive.pass(NOON_MS, insight);
        adaptive.pass(NOON_MS + DAY_MS, insight);
        // Published while the day's look was under way.
        adaptive.read(Map.of(SERVICE, operators));
        Map<PolicyScope, RetentionPolicy> taken = adaptive.take();
        assertFalse(taken.containsKey(SERVICE));
        assertTrue(taken.containsKey(PolicyScope.ofClient("service-2")));
        adaptive.sent("service-1", NOON_MS + DAY_MS, Duration.ofHours(7).toMillis());
        assertFalse(adaptive.wantsAny());
    }

    @Test
    void shouldPublishARecallWithEachPolicyAndWithThoseOfBefore() {
        Duration recall = Duration.ofDays(45);
        AdaptiveRetention recalling = new AdaptiveRetention(new RetentionAdvisor(
                RetentionAdvisor.SHORTEST,
                Duration.ofHours(24),
                RetentionAdvisor.DEFAULT_REFUSED,
                RetentionAdvisor.DEFAULT_ASKED,
                recall));
        recalling.pass(NOON_MS, insight);
        // Shortest already, and published this morning by a program that knew no recall.
        long morning = NOON_MS + DAY_MS - Duration.ofHours(2).toMillis();
        Map<PolicyScope, RetentionPolicy> before = Map.of(
                PolicyScope.ALL,
                new RetentionPolicy(DAY_MS, 0L, Instant.ofEpochMilli(NOON_MS), "ADAPTIVE", Map.of(), null, null),
                SERVICE,
                new RetentionPolicy(
                        RetentionAdvisor.SHORTEST.toMillis(),
                        0L,
                        Instant.ofEpochMilli(morning),
                        "ADAPTIVE",
                        Map.of(),
                        null,
                        null));
        recalling.read(before);
        recalling.pass(NOON_MS + DAY_MS, insight);
        Map<PolicyScope, RetentionPolicy> taken = recalling.take();
        taken.values().forEach(policy -> assertEquals(recall.toMillis(), policy.getRecallMs()));
        assertEquals(DAY_MS, taken.get(PolicyScope.ALL).getRetentionMs());
        assertEquals(RetentionAdvisor.SHORTEST.toMillis(), taken.get(SERVICE).getRetentionMs());
        assertTrue(taken.get(SERVICE).getEvidence().containsKey("chanceOfRefusalAtMost"), taken.toString());
        recalling.sent("service-1", NOON_MS + DAY_MS, Duration.ofHours(7).toMillis());
        recalling.pass(NOON_MS + 2 * DAY_MS, insight);
        assertFalse(recalling.take().containsKey(SERVICE), "nothing has changed for it");
    }

    @Test
    void shouldGoOnFromWhatAPredecessorPublished() {
        adaptive.pass(NOON_MS, insight);
        Map<PolicyScope, RetentionPolicy> before = Map.of(
                SERVICE,
                new RetentionPolicy(
                        Duration.ofMinutes(45).toMillis(),
                        0L,
                        Instant.ofEpochMilli(NOON_MS),
                        "ADAPTIVE",
                        Map.of(),
                        null,
                        null));
        adaptive.read(before);
        assertEquals(
                Duration.ofMillis(22 * 60_000 + 30_000).toMillis(),
                afterDay(1, SERVICE).getRetentionMs());
    }
}
