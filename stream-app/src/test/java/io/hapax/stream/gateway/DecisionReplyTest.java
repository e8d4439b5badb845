package io.hapax.stream.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PaymentStatus;
import io.hapax.schemas.Verdict;
import io.hapax.stream.decision.Capture;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.AcceptedCommand;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.Payload;
import io.hapax.stream.decision.PayloadDigest;
import io.hapax.stream.decision.Payment;
import io.hapax.stream.decision.Reservation;
import io.hapax.stream.decision.Result;
import io.hapax.stream.decision.Voiding;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecisionReplyTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Instant YESTERDAY = Instant.parse("2025-12-31T12:00:00Z");
    private static final PaymentKey KEY = new PaymentKey("acme", "order-1");
    private static final Payment PAYMENT = new Payment("alice", "bob", 1, "EUR", "rent");
    private static final AcceptedCommand FIRST =
            new AcceptedCommand(PayloadDigest.of(PAYMENT), NOON, new LogPosition(0, 7), 1);
    private static final String CONTENT =
            ", debtorAccount=alice, creditorAccount=bob, amountMinor=1, currency=EUR, reference=rent";

    /** Forgotten here, known to the ledger: to its client the same as a replay. */
    @Test
    void shouldTellThatAnAnswerIsThatOfAnEarlierRequest() {
        assertEquals("false", reply(Verdict.SETTLED, null).headers().get("Idempotent-Replayed"));
        assertEquals("true", reply(Verdict.REPLAYED, null).headers().get("Idempotent-Replayed"));
        assertEquals("true", reply(Verdict.SETTLED, YESTERDAY).headers().get("Idempotent-Replayed"));
    }

    @Test
    void shouldTellWhenThePaymentWasAcceptedAndNotWhenItsKeyCameBack() {
        assertEquals(
                "2026-01-01T12:00:00Z", reply(Verdict.SETTLED, null).headers().get("Idempotency-First-Seen"));
        for (Verdict verdict : List.of(Verdict.SETTLED, Verdict.REPLAYED, Verdict.CONFLICT)) {
            assertEquals(
                    "2025-12-31T12:00:00Z", reply(verdict, YESTERDAY).headers().get("Idempotency-First-Seen"));
        }
        Settled known = new Settled(FIRST, NOON, 3, new Result.Completed(), YESTERDAY);
        assertEquals(
                "2025-12-31T12:00:00Z",
                DecisionReply.found(KEY, known, null).headers().get("Idempotency-First-Seen"));
    }

    @Test
    void shouldTellWhatWasPaidWheneverItTellsWhatBecameOfIt() {
        assertEquals(
                paid("COMPLETED") + CONTENT + "}",
                reply(Verdict.SETTLED, null).body().toString());
        assertEquals(
                paid("COMPLETED") + CONTENT + "}",
                reply(Verdict.REPLAYED, null).body().toString());
        Settled completed = new Settled(FIRST, NOON, 3, new Result.Completed());
        assertEquals(paid("COMPLETED") + CONTENT + "}", found(completed));
        Settled failed = new Settled(FIRST, NOON, 3, new Result.Failed("ACCOUNT_CLOSED", "bob"));
        assertEquals(paid("FAILED") + CONTENT + ", failureReason=ACCOUNT_CLOSED, failedAccount=bob}", found(failed));
        assertEquals(
                paid("PENDING") + CONTENT + "}",
                DecisionReply.found(KEY, new Pending(FIRST, KEY, PAYMENT, NOON), null)
                        .body()
                        .toString());
    }

    /** Of a payment that an earlier version settled only digests are stored. */
    @Test
    void shouldTellNoContentThatIsNotKnown() {
        PayloadDigest made = PayloadDigest.of(PAYMENT);
        PayloadDigest stored = PayloadDigest.ofStored(made.fingerprint(), made.fieldDigests());
        AcceptedCommand first = new AcceptedCommand(stored, NOON, new LogPosition(0, 7), 1);
        assertEquals(paid("COMPLETED") + "}", found(new Settled(first, NOON, 3, new Result.Completed())));
    }

    /** The command is taken; whether the key is another payment's, nobody knows. */
    @Test
    void shouldNotTellTheContentOfARequestAsThatOfThePaymentBeforeItIsDecided() {
        assertEquals(paid("PENDING") + "}", DecisionReply.pending(KEY).body().toString());
    }

    /** Money that is held has not moved, and "COMPLETED" would say so. */
    @Test
    void shouldFindNoPaymentUnderTheKeyOfAReservationACaptureOrAVoiding() {
        for (Payload payload : List.of(
                new Reservation("alice", "bob", 1, "EUR", "rent", Duration.ofDays(7), false),
                new Capture("hold-1", "alice", 1, "EUR", false, null),
                new Voiding("hold-1", "alice"))) {
            AcceptedCommand first = new AcceptedCommand(PayloadDigest.of(payload), NOON, new LogPosition(0, 7), 1);
            for (IdempotencyRecord known : List.of(
                    new Pending(first, KEY, payload, NOON), new Settled(first, NOON, 3, new Result.Completed()))) {
                assertEquals(404, DecisionReply.found(KEY, known, null).status(), known.toString());
            }
        }
    }

    private static String found(Settled settled) {
        return DecisionReply.found(KEY, settled, NOON).body().toString();
    }

    private static String paid(String status) {
        return "{paymentId=" + KEY.paymentId() + ", idempotencyKey=order-1, paymentStatus=" + status;
    }

    private static Reply reply(Verdict verdict, Instant ledgerKnewSince) {
        return DecisionReply.reply(
                PaymentDecision.newBuilder()
                        .setClientId(KEY.clientId())
                        .setIdempotencyKey(KEY.idempotencyKey())
                        .setPaymentId(KEY.paymentId())
                        .setVerdict(verdict)
                        .setStatus(verdict == Verdict.CONFLICT ? null : PaymentStatus.COMPLETED)
                        .setViolations(List.of())
                        .setDifferingFields(List.of())
                        .setFirstSeenAt(NOON)
                        .setExpiresAt(NOON.plusSeconds(86_400))
                        .setDecidedAt(NOON)
                        .setCommandPartition(0)
                        .setCommandOffset(7)
                        .setLedgerKnewSince(ledgerKnewSince)
                        .build(),
                PAYMENT);
    }
}
