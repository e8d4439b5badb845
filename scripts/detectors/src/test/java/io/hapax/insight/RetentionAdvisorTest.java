package io.hapax.insight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.insight.RetentionAdvisor.Advice;
import io.hapax.insight.RetentionAdvisor.Ground;
import io.hapax.insight.UsageFact.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Retentions by how late commands come. */
class RetentionAdvisorTest {
    private static final Duration DAY = Duration.ofHours(24);
    private static final long NOON_MS = Instant.parse("2026-01-01T12:00:00Z").toEpochMilli();
    private static final RetentionAdvisor ADVISOR =
            new RetentionAdvisor(RetentionAdvisor.SHORTEST, DAY, RetentionAdvisor.DEFAULT_REFUSED);

    private final KeyInsight insight = new KeyInsight(1_000, 1);

    /** Twenty clients that back off from a second on, and are never later than that. */
    private void services(int commandsEach) {
        for (int client = 0; client < 20; client++) {
            for (int i = 0; i < commandsEach; i++) {
                sent("service-" + client, Duration.ofSeconds(1));
                if (i % 100 == 0) {
                    replayed("service-" + client, "key-" + i, Duration.ofSeconds(1));
                }
            }
        }
    }

    private void sent(String client, Duration late) {
        insight.sent(client, NOON_MS, NOON_MS - late.toMillis());
    }

    private void replayed(String client, String key, Duration afterIts) {
        insight.observe(
                new UsageFact(client, key, Kind.REPLAYED, NOON_MS, NOON_MS - afterIts.toMillis(), 1, true, List.of()));
    }

    private static final Duration RECALL = Duration.ofDays(45);

    private static final RetentionAdvisor RECALLING = new RetentionAdvisor(
            RetentionAdvisor.SHORTEST, DAY, RetentionAdvisor.DEFAULT_REFUSED, RetentionAdvisor.DEFAULT_ASKED, RECALL);

    /** Twenty clients, one of whose thousand commands comes hours late. */
    private void peopleWhoComeBack() {
        for (int client = 0; client < 20; client++) {
            for (int i = 0; i < 5_000; i++) {
                sent("person-" + client, i % 1_000 == 999 ? Duration.ofHours(5) : Duration.ofSeconds(10));
                if (i % 100 == 0) {
                    replayed("person-" + client, "key-" + i, Duration.ofSeconds(10));
                }
            }
        }
    }

    @Test
    void shouldKeepForALongTimeWhoComesBackOnlyWhereOldKeysAreRefused() {
        peopleWhoComeBack();
        assertEquals(DAY, advice("person-1").retention());
        Advice twoInAThousand = new RetentionAdvisor(
                        RetentionAdvisor.SHORTEST, DAY, RetentionAdvisor.DEFAULT_REFUSED, 2e-3, RECALL)
                .advise(insight)
                .get("person-1");
        assertEquals(RetentionAdvisor.SHORTEST, twoInAThousand.retention());
        assertTrue(twoInAThousand.later() <= 2e-3, twoInAThousand.toString());
        assertTrue(twoInAThousand.refused() <= RetentionAdvisor.DEFAULT_REFUSED, twoInAThousand.toString());
        // One in a thousand is seen, and more may be: as long as they come late.
        Advice oneInAThousand = RECALLING.advise(insight).get("person-1");
        assertTrue(oneInAThousand.retention().compareTo(Duration.ofHours(5)) > 0, oneInAThousand.toString());
        assertTrue(oneInAThousand.retention().compareTo(DAY) < 0, oneInAThousand.toString());
    }

    @Test
    void shouldNotLetOneClientHideAmongOthersHowOftenItIsLate() {
        services(50_000);
        for (int i = 0; i < 800; i++) {
            sent("service-3", Duration.ofHours(2));
        }
        assertEquals(
                RetentionAdvisor.SHORTEST,
                RECALLING.advise(insight).get("service-4").retention());
        assertTrue(RECALLING.advise(insight).get("service-3").retention().compareTo(Duration.ofHours(2)) > 0);
    }

    @Test
    void shouldNotShortenWithARecallEitherForWhoTellsNoTimeOrIsLittleKnown() {
        services(2_000);
        insight.sent("service-4", NOON_MS, null);
        sent("newcomer", Duration.ofSeconds(1));
        assertEquals(DAY, RECALLING.advise(insight).get("service-4").retention());
        assertEquals(DAY, RECALLING.advise(insight).get("newcomer").retention());
    }

    @Test
    void shouldNotGrowForALateCommandThatIsLookedUp() {
        assertNull(RECALLING.grown(Duration.ofMinutes(90), Duration.ofDays(3).toMillis()));
    }

    private Advice advice(String client) {
        Map<String, Advice> all = ADVISOR.advise(insight);
        return all.get(client);
    }

    @Test
    void shouldAdviseLittleWhereNobodyOfThatPaceIsLate() {
        services(2_000);
        Advice advice = advice("service-1");
        assertEquals(Ground.EVIDENCE, advice.ground());
        assertEquals(RetentionAdvisor.SHORTEST, advice.retention());
        assertTrue(advice.refused() <= RetentionAdvisor.DEFAULT_REFUSED, advice.toString());
        assertEquals(40_000, advice.commands());
    }

    @Test
    void shouldAdviseMoreOnLittleEvidence() {
        services(1_000);
        sent("service-2", Duration.ofMinutes(20));
        // 20,001 commands, none beyond half an hour: the bound of what was not seen is 150 times the level.
        Duration cautious = advice("service-1").retention();
        assertTrue(cautious.compareTo(Duration.ofHours(3)) >= 0, cautious.toString());
        assertTrue(cautious.compareTo(DAY) < 0, cautious.toString());
    }

    @Test
    void shouldKeepTwiceAsLongAsTheClientsOwnLatestCommand() {
        services(50_000);
        sent("service-3", Duration.ofHours(2));
        assertTrue(advice("service-3").retention().compareTo(Duration.ofHours(4)) >= 0);
    }

    @Test
    void shouldNotShortenForWhoTellsNoTime() {
        services(2_000);
        insight.sent("service-4", NOON_MS, null);
        assertEquals(Ground.NO_TIME_TOLD, advice("service-4").ground());
        assertEquals(DAY, advice("service-4").retention());
    }

    @Test
    void shouldNotShortenForWhoIsLittleKnown() {
        services(2_000);
        sent("newcomer", Duration.ofSeconds(1));
        assertEquals(Ground.LITTLE_KNOWN, advice("newcomer").ground());
        assertEquals(DAY, advice("newcomer").retention());
    }

    @Test
    void shouldNotLetMisuseSpeakForOthers() {
        services(2_000);
        Duration before = advice("service-1").retention();
        for (int i = 0; i < 30; i++) {
            sent("service-5", Duration.ofHours(10));
            replayed("service-5", "one key", Duration.ofMillis(1_000L + i));
        }
        assertEquals(Ground.MISUSE, advice("service-5").ground());
        assertEquals(DAY, advice("service-5").retention());
        assertEquals(before, advice("service-1").retention());
    }

    @Test
    void shouldGrowAtOnceAndShrinkByHalves() {
        Duration hour = Duration.ofMinutes(90);
        assertNull(ADVISOR.grown(hour, Duration.ofMinutes(45).toMillis()));
        assertEquals(
                Duration.ofHours(3), ADVISOR.grown(hour, Duration.ofMinutes(46).toMillis()));
        assertEquals(DAY, ADVISOR.grown(hour, Duration.ofDays(3).toMillis()));
        assertEquals(Duration.ofMinutes(45), ADVISOR.next(hour, RetentionAdvisor.SHORTEST));
        assertEquals(DAY, ADVISOR.next(hour, DAY));
    }
}
