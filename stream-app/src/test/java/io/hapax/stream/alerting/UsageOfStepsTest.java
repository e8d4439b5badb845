package io.hapax.stream.alerting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.insight.UsageFact;
import io.hapax.insight.UsageFact.Kind;
import io.hapax.schemas.ReservationDecision;
import io.hapax.schemas.ReservationStatus;
import io.hapax.schemas.ReservationStep;
import io.hapax.schemas.ReservationVerdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Decisions about reservations, captures and voidings, as facts about how their keys are used. */
class UsageOfStepsTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final UsageFacts facts = new UsageFacts(1);

    @ParameterizedTest
    @CsvSource({
        "SETTLED, COMPLETED, ACCEPTED",
        "SETTLED, FAILED, FAILED",
        "REPLAYED, COMPLETED, REPLAYED",
        "IN_FLIGHT, , IN_FLIGHT",
        "CONFLICT, , CONFLICT",
        "EXPIRED, , EXPIRED",
        "INVALID, , INVALID"
    })
    void shouldTellHowTheKeyOfAStepWasUsed(ReservationVerdict answer, @Nullable ReservationStatus status, Kind kind) {
        for (ReservationStep step : ReservationStep.values()) {
            ReservationDecision decision =
                    decision(step).setAnswer(answer).setStatus(status).build();
            assertEquals(kind, facts.fact(decision, NOON.toEpochMilli()).kind());
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellTheAgeOfAKeyThatOnlyTheLedgerKnew(ReservationStep step) {
        ReservationDecision decision =
                decision(step).setLedgerKnewSince(NOON.minusSeconds(7_200)).build();
        UsageFact fact = facts.fact(decision, NOON.toEpochMilli());
        assertEquals(Kind.CAUGHT_BY_LEDGER, fact.kind());
        assertEquals(Duration.ofHours(2).toMillis(), fact.atMs() - fact.firstSeenAtMs());
    }

    @Test
    void shouldTellWhatIsToBeDoneByTheFingerprintThatTheDecisionHas() {
        ReservationDecision decision = decision(ReservationStep.CAPTURE)
                .setPayloadFingerprint("AQIDBAUGBwgJCgsMDQ4PEA")
                .build();
        UsageFact fact = facts.fact(decision, NOON.toEpochMilli());
        assertEquals(0x0102030405060708L, fact.payload());
        assertEquals(List.of("amountMinor"), fact.differing());
        assertTrue(fact.ownPartition());
    }

    @Test
    void shouldTellNothingOfAKeyThatIsTooLong() {
        assertTrue(UsageFacts.isAboutAKey(decision(ReservationStep.VOID).build()));
        assertFalse(UsageFacts.isAboutAKey(decision(ReservationStep.VOID)
                .setIdempotencyKey("k".repeat(256))
                .build()));
    }

    private static ReservationDecision.Builder decision(ReservationStep step) {
        return ReservationDecision.newBuilder()
                .setClientId("acme")
                .setIdempotencyKey("k-1")
                .setStep(step)
                .setAnswer(ReservationVerdict.SETTLED)
                .setStatus(ReservationStatus.COMPLETED)
                .setDifferingFields(List.of("amountMinor"))
                .setFirstSeenAt(NOON)
                .setDecidedAt(NOON)
                .setCommandPartition(0)
                .setCommandOffset(1);
    }
}
