package io.hapax.stream.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.hapax.insight.UsageFact;
import io.hapax.insight.UsageFact.Kind;
import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.LedgerOutcomeStatus;
import io.hapax.schemas.PaymentDecision;
import io.hapax.stream.alerting.UsageFacts;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of the facts about the use of keys that follow from decisions. */
class UsageJourneyTest {
    private final UsageFacts facts = new UsageFacts(1);

    @Test
    void shouldTellEqualPaymentsUnderTwoKeysFromOthers() {
        try (Journey journey = new Journey()) {
            journey.send(journey.command("order-1").build());
            journey.send(journey.command("order-2").build());
            journey.send(journey.command("order-3").setAmountMinor(1001).build());
            journey.ledgerCompletes(journey.events());
            List<PaymentDecision> settled = journey.decisions();
            assertEquals(settled.get(0).getPayloadFingerprint(), settled.get(1).getPayloadFingerprint());
            assertNotEquals(
                    settled.get(0).getPayloadFingerprint(), settled.get(2).getPayloadFingerprint());
            assertEquals(
                    List.of(Kind.ACCEPTED, Kind.ACCEPTED, Kind.ACCEPTED),
                    settled.stream().map(this::kind).toList());
        }
    }

    @Test
    void shouldTellWhatHadBeenForgottenAndOnlyTheLedgerCaught() {
        try (Journey journey = new Journey()) {
            journey.complete(journey.command("order-1").setSentAt(null).build());
            journey.after(Duration.ofHours(3))
                    .send(journey.command("order-1").setSentAt(null).build());
            LedgerEvent again = journey.events().getFirst();
            LedgerOutcome known = LedgerOutcome.newBuilder(journey.outcome(again, LedgerOutcomeStatus.COMPLETED, null))
                    .setAcceptedAt(Journey.NOON)
                    .build();
            journey.publish(known);
            PaymentDecision decision = journey.decisions().getFirst();
            assertEquals(Journey.NOON, decision.getLedgerKnewSince());
            UsageFact fact = facts.fact(decision, journey.now().toEpochMilli());
            assertEquals(Kind.CAUGHT_BY_LEDGER, fact.kind());
            assertEquals(Duration.ofHours(3).toMillis(), fact.atMs() - fact.firstSeenAtMs(), "the age of the key");

            journey.after(Duration.ofMinutes(5))
                    .send(journey.command("order-1").setSentAt(null).build());
            PaymentDecision replay = journey.decisions().getFirst();
            assertEquals("REPLAYED", replay.getVerdict().name());
            assertEquals(Journey.NOON, replay.getLedgerKnewSince(), "a replay of that answer tells it as well");
        }
    }

    @Test
    void shouldTellReplaysWithTheAgeOfTheirKey() {
        try (Journey journey = new Journey()) {
            journey.complete(journey.command("order-1").build());
            journey.after(Duration.ofMinutes(20))
                    .send(journey.command("order-1").build());
            PaymentDecision replay = journey.decisions().getFirst();
            assertNull(replay.getLedgerKnewSince());
            UsageFact fact = facts.fact(replay, journey.now().toEpochMilli());
            assertEquals(Kind.REPLAYED, fact.kind());
            assertEquals(Duration.ofMinutes(20).toMillis(), fact.atMs() - fact.firstSeenAtMs());
        }
    }

    private Kind kind(PaymentDecision decision) {
        return facts.fact(decision, decision.getDecidedAt().toEpochMilli()).kind();
    }
}
