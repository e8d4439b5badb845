package io.hapax.insight;

import static io.hapax.insight.Facts.DAY;
import static io.hapax.insight.Facts.HOUR;
import static io.hapax.insight.Facts.MINUTE;
import static io.hapax.insight.Facts.newKey;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.insight.UsageFact.Kind;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/**
 * The model's runs are in the tools; here each detector on its own, and what must not be taken for it.
 *
 * <p>More than 300 lines: detectors see the same facts, and what one finds the others must not.
 */
class KeyInsightTest {
    private final Facts facts = new Facts("acme");

    @Test
    void shouldOpenOneIncidentForALoopHoweverLongItGoesOn() {
        facts.accepted("order-a", 0);
        for (int i = 1; i <= 500; i++) {
            facts.replayed("order-a", i * MINUTE, 0);
        }
        assertEquals(List.of(Cause.LOOP_WITH_FIXED_DELAY), facts.opened());
        assertEquals(1, facts.alerts().size());
    }

    @Test
    void shouldSayWhoAndWhyAndWithWhatEvidence() {
        facts.accepted("order-a", 0);
        for (int i = 1; i <= Thresholds.LOOP_REPLAYS; i++) {
            facts.replayed("order-a", i * 100L, 0);
        }
        Alert alert = facts.alerts().getFirst();
        assertEquals("acme", alert.clientId());
        assertEquals(Cause.LOOP_WITHOUT_DELAY, alert.cause());
        assertTrue(
                alert.reason().startsWith("acme asks for a payment that is settled again and again"), alert.reason());
        assertTrue(alert.evidence().contains(new Evidence("idempotencyKey", "order-a")), alert.toString());
        assertTrue(alert.evidence().contains(new Evidence("replays", "20")), alert.toString());
    }

    @Test
    void shouldCloseAnIncidentWhenItIsOverAndOpenAnotherWhenItBeginsAnew() {
        loop("order-a", 0);
        facts.accepted(newKey(), 3 * HOUR);
        loop("order-b", 5 * HOUR);
        List<Alert> alerts = facts.alerts();
        assertEquals(
                List.of(Alert.Phase.OPENED, Alert.Phase.CLOSED, Alert.Phase.OPENED),
                alerts.stream().map(Alert::phase).toList());
        assertEquals(alerts.get(0).incidentId(), alerts.get(1).incidentId());
        assertTrue(!alerts.get(0).incidentId().equals(alerts.get(2).incidentId()));
    }

    @Test
    void shouldTellOfAnIncidentOnceThoughAnotherInstanceTakesOverInTheMiddle() {
        facts.accepted("order-a", 0);
        for (int i = 1; i <= 200; i++) {
            facts.replayed("order-a", i * MINUTE, 0);
            if (i % 10 == 5) {
                facts.moveToAnotherInstance();
            }
        }
        assertEquals(List.of(Cause.LOOP_WITH_FIXED_DELAY), facts.opened());
    }

    @Test
    void shouldNotMindRetriesWhileThePaymentIsInFlight() {
        for (int i = 1; i <= 200; i++) {
            facts.of(Kind.IN_FLIGHT, "order-a", i * MINUTE);
        }
        assertEquals(List.of(), facts.opened());
    }

    @Test
    void shouldNotMindAFileThatIsSentAgainAsAWhole() {
        file();
        for (int i = 0; i < 300; i++) {
            facts.replayed(line(i), 3 * HOUR + i * 1_000L, i * 1_000L);
        }
        assertEquals(List.of(), facts.opened());
    }

    @Test
    void shouldFindAFileThatSomebodyElseSendsAgain() {
        file();
        for (int i = 0; i < 300; i++) {
            facts.replayedFromElsewhere(line(i), 3 * HOUR + i * 1_000L, i * 1_000L);
        }
        assertEquals(List.of(Cause.RECORDED_COMMANDS_FROM_ELSEWHERE), facts.opened());
    }

    @Test
    void shouldFindOldKeysOfAllAgesInSequence() {
        for (int i = 0; i < 100; i++) {
            facts.accepted(line(i), i * 10 * MINUTE);
        }
        for (int i = 0; i < 60; i++) {
            facts.replayed(line(i), 18 * HOUR + i * 1_000L, i * 10 * MINUTE);
        }
        assertEquals(List.of(Cause.RECORDED_COMMANDS_FROM_THE_SAME_SOURCE), facts.opened());
    }

    @Test
    void shouldFindOldKeysOfAllAgesInSequenceThoughOnlyTheLedgerRemembersThem() {
        for (int i = 0; i < 100; i++) {
            facts.accepted(line(i), i * 10 * MINUTE);
        }
        for (int i = 0; i < 60; i++) {
            facts.lookedUp(line(i), 18 * HOUR + i * 1_000L, i * 10 * MINUTE);
        }
        assertEquals(List.of(Cause.RECORDED_COMMANDS_FROM_THE_SAME_SOURCE), facts.opened());
    }

    @Test
    void shouldNotMindAFileThatIsSentAgainAndLookedUp() {
        file();
        for (int i = 0; i < 300; i++) {
            facts.lookedUp(line(i), 8 * HOUR + i * 1_000L, i * 1_000L);
        }
        assertEquals(List.of(), facts.opened());
    }

    @Test
    void shouldFindAQueueLeftLyingThoughItsKeysAreLookedUp() {
        file();
        for (int i = 0; i < 30; i++) {
            facts.lookedUp(line(i), 30 * HOUR + i * 1_000L, i * 1_000L);
        }
        assertEquals(List.of(Cause.STALE_QUEUE), facts.opened());
    }

    @Test
    void shouldTellOneKeySentForEverFromAQueueLeftLying() {
        for (int i = 0; i < 10; i++) {
            facts.expired("order-a", i * HOUR);
        }
        assertEquals(List.of(Cause.ONE_KEY_FOR_EVER), facts.opened());

        Facts others = new Facts("globex");
        for (int i = 0; i < 30; i++) {
            others.expired(newKey(), i * 1_000L);
        }
        assertEquals(List.of(Cause.STALE_QUEUE), others.opened());
    }

    @Test
    void shouldTellWhyKeysAreReused() {
        assertEquals(List.of(Cause.ONE_KEY_FOR_ALL_PAYMENTS), conflicts(false, "debtorAccount", "amountMinor"));
        assertEquals(List.of(Cause.KEYS_STARTED_OVER), conflicts(true, "creditorAccount"));
        assertEquals(List.of(Cause.RETRY_CHANGES_THE_PAYLOAD), conflicts(true, "reference"));
    }

    @Test
    void shouldNotMindAFewConflictsADay() {
        for (int i = 0; i < 20; i++) {
            facts.conflict(newKey(), i * HOUR, "reference");
        }
        assertEquals(List.of(), facts.opened());
    }

    @Test
    void shouldFindTheSamePaymentUnderANewKeyForEachRetry() {
        aQuietWeek();
        for (int i = 0; i < 5; i++) {
            long at = 10 * DAY + i * 5 * MINUTE;
            facts.paid("first-" + newKey(), at, 77_000 + i);
            facts.paid("second-" + newKey(), at + MINUTE, 77_000 + i);
        }
        assertEquals(List.of(Cause.NEW_KEY_FOR_EACH_RETRY), facts.opened());
        assertTrue(facts.alerts().getFirst().evidence().toString().contains("first-"));
    }

    @Test
    void shouldNotMindATillThatSellsTheSameTicketAllDay() {
        Random random = new Random(1);
        for (int minute = 0; minute < 12 * 24 * 60; minute++) {
            facts.paid(newKey(), minute * MINUTE, 1 + random.nextInt(20));
        }
        assertEquals(List.of(), facts.opened());
    }

    @Test
    void shouldNameTheWeaknessOfKeys() {
        Random random = new Random(1);
        assertEquals(List.of(Cause.SEQUENTIAL_KEYS), keys(i -> "order-2026-" + (1_000 + i)));
        assertEquals(List.of(Cause.SHORT_KEYS), keys(i -> Integer.toString(random.nextInt(36 * 36 * 36 * 36), 36)));
        assertEquals(List.of(Cause.GUESSABLE_KEYS), keys(i -> "payment-" + (1_000_000 + random.nextInt(9_000_000))));
        assertEquals(List.of(), keys(i -> newKey()));
        assertEquals(List.of(), keys(i -> "pay-" + Long.toString(random.nextLong(Long.MAX_VALUE), 36)));
    }

    @Test
    void shouldFindAClientThatPaysFarMoreThanEver() {
        aQuietWeek();
        for (int i = 0; i < 400; i++) {
            facts.accepted(newKey(), 10 * DAY + i * 5_000L);
        }
        assertEquals(List.of(Cause.VOLUME), facts.opened());
    }

    @Test
    void shouldBeBoundedInMemoryAndKeepWhoHasAnIncident() {
        KeyInsight insight = new KeyInsight(10, 1 << 4);
        for (int i = 0; i <= Thresholds.LOOP_REPLAYS; i++) {
            insight.observe(new UsageFact("looping", "order-a", Kind.REPLAYED, 1_000 + i, 500, 1, true, List.of()));
        }
        for (int i = 0; i < 1_000; i++) {
            insight.observe(new UsageFact(
                    "client-" + i, newKey(), Kind.ACCEPTED, 2_000 + i, 2_000 + i, i + 1, true, List.of()));
        }
        int[] watched = {0};
        insight.forEach((clientId, usage) -> watched[0]++);
        assertEquals(10, watched[0]);
        assertEquals(
                List.of(),
                insight.observe(new UsageFact("looping", "order-a", Kind.REPLAYED, 4_000, 500, 1, true, List.of())));
    }

    @Test
    void shouldCountHowAClientUsesItsKeys() {
        for (int i = 0; i < 8; i++) {
            facts.accepted("order-" + i, i * MINUTE);
        }
        facts.replayed("order-1", 10 * MINUTE, MINUTE);
        facts.of(Kind.IN_FLIGHT, "order-2", 11 * MINUTE);
        facts.of(Kind.INVALID, "order-x", 12 * MINUTE);
        ClientUsage usage = Objects.requireNonNull(facts.insight().usage("acme"));
        assertEquals(11, usage.commands());
        assertEquals(8, usage.distinctKeys());
        assertEquals(10 / 8.0, usage.attemptsPerKey());
        assertEquals(2 / 11.0, usage.hitRate());
        assertEquals(7, usage.meanKeyLength());
        assertEquals(2, usage.delays().total());
    }

    private void loop(String key, long from) {
        facts.accepted(key, from);
        for (int i = 1; i <= 30; i++) {
            facts.replayed(key, from + i * 1_000L, from);
        }
    }

    private void file() {
        for (int i = 0; i < 300; i++) {
            facts.accepted(line(i), i * 1_000L);
        }
    }

    private static String line(int number) {
        return UUID.nameUUIDFromBytes(new byte[] {(byte) number, (byte) (number >> 8)})
                .toString();
    }

    private void aQuietWeek() {
        for (int hour = 0; hour < 10 * 24; hour++) {
            facts.accepted(newKey(), hour * HOUR);
        }
    }

    private static List<Cause> conflicts(boolean otherKeys, String... differing) {
        Facts facts = new Facts("globex");
        for (int i = 0; i < 8; i++) {
            facts.conflict(otherKeys ? newKey() : "constant", i * MINUTE, differing);
        }
        return facts.opened();
    }

    private static List<Cause> keys(IntFunction<String> key) {
        Facts facts = new Facts("globex");
        for (int i = 0; i < 60; i++) {
            facts.accepted(key.apply(i), i * MINUTE);
        }
        return facts.opened();
    }

    @Test
    void shouldWatchAClientAnewWhoseSavedStateIsBroken() {
        for (int i = 0; i < 50; i++) {
            facts.replayed("order-1", i * MINUTE, 0);
        }
        byte[] saved = Objects.requireNonNull(facts.insight().save("acme"));
        KeyInsight next = new KeyInsight(100, 1 << 10);
        Random random = new Random(14);
        for (int i = 0; i < 20_000; i++) {
            byte[] broken = Arrays.copyOf(saved, random.nextInt(saved.length + 50));
            for (int flips = random.nextInt(4); flips > 0 && broken.length > 0; flips--) {
                broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
            }
            if (broken.length != saved.length) {
                next.restore("acme", broken);
            } else if (next.restore("acme", broken)) {
                // Whatever was believed of it: a payment later nothing throws, and it can be saved.
                next.observe(
                        new UsageFact("acme", "order-2", Kind.ACCEPTED, 1_800_000_000_000L, 0, 7, true, List.of()));
                next.save("acme");
            }
        }
        assertFalse(next.restore("acme", new byte[0]));
        assertFalse(next.restore("acme", Arrays.copyOf(saved, saved.length - 1)));
        assertFalse(next.restore("acme", Arrays.copyOf(saved, saved.length + 1)));
        assertTrue(next.restore("acme", saved));
    }

    @Test
    void shouldReadAFactFromAnyTimeAtOnce() {
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            KeyInsight insight = new KeyInsight(100, 1 << 10);
            for (long atMs :
                    new long[] {-1, 0, 1_800_000_000_000L, Long.MAX_VALUE, Long.MIN_VALUE, 1_800_000_000_001L}) {
                for (Kind kind : Kind.values()) {
                    insight.observe(new UsageFact("acme", "order-1", kind, atMs, 1, 7, true, List.of()));
                }
            }
        });
    }
}
