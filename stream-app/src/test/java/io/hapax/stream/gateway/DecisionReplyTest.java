package io.hapax.stream.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PaymentStatus;
import io.hapax.schemas.ReservationDecision;
import io.hapax.schemas.ReservationStatus;
import io.hapax.schemas.ReservationStep;
import io.hapax.schemas.ReservationVerdict;
import io.hapax.schemas.Verdict;
import io.hapax.stream.decision.Asked;
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
import io.hapax.stream.decision.Violation;
import io.hapax.stream.decision.Voiding;
import io.hapax.stream.gateway.journey.Decided;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
                DecisionReply.found(LookedUp.PAYMENT, KEY, known, null)
                        .headers()
                        .get("Idempotency-First-Seen"));
    }

    @Test
    void shouldTellWhatWasPaidWheneverItTellsWhatBecameOfIt() {
        assertEquals(
                paid("COMPLETED", "ACCC") + CONTENT + "}",
                reply(Verdict.SETTLED, null).body().toString());
        assertEquals(
                paid("COMPLETED", "ACCC") + CONTENT + "}",
                reply(Verdict.REPLAYED, null).body().toString());
        Settled completed = new Settled(FIRST, NOON, 3, new Result.Completed());
        assertEquals(paid("COMPLETED", "ACCC") + CONTENT + "}", found(completed));
        Settled failed = new Settled(FIRST, NOON, 3, new Result.Failed("ACCOUNT_CLOSED", "bob"));
        assertEquals(
                paid("FAILED", "RJCT") + CONTENT + ", failureReason=ACCOUNT_CLOSED, isoReason=AC04, failedAccount=bob}",
                found(failed));
        assertEquals(
                paid("PENDING", "PDNG") + CONTENT + "}",
                DecisionReply.found(LookedUp.PAYMENT, KEY, new Pending(FIRST, KEY, PAYMENT, NOON), null)
                        .body()
                        .toString());
    }

    /** Of a payment that an earlier version settled only digests are stored. */
    @Test
    void shouldTellNoContentThatIsNotKnown() {
        PayloadDigest made = PayloadDigest.of(PAYMENT);
        PayloadDigest stored = PayloadDigest.ofStored(made.fingerprint(), made.fieldDigests());
        AcceptedCommand first = new AcceptedCommand(stored, NOON, new LogPosition(0, 7), 1);
        assertEquals(paid("COMPLETED", "ACCC") + "}", found(new Settled(first, NOON, 3, new Result.Completed())));
    }

    /** The command is taken; whether the key is another payment's, nobody knows. */
    @Test
    void shouldNotTellTheContentOfARequestAsThatOfThePaymentBeforeItIsDecided() {
        assertEquals(
                paid("PENDING", "RCVD") + "}",
                DecisionReply.pending(KEY, Asked.PAYMENT).body().toString());
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
                assertEquals(
                        404,
                        DecisionReply.found(LookedUp.PAYMENT, KEY, known, null).status(),
                        known.toString());
            }
        }
    }

    /** To its client a replay is the answer, and the look-up says the same. */
    @Test
    void shouldTellWhatBecameOfEachStepOfAPayment() {
        Reservation reservation = new Reservation("alice", "bob", 5, "EUR", "rent", Duration.ofMinutes(1), true);
        String held = step("RESERVE", "HELD", "ACFC")
                + ", debtorAccount=alice, creditorAccount=bob, amountMinor=5, currency=EUR, reference=rent"
                + ", holdMs=60000, multiple=true, heldUntil=2026-01-01T12:01:00Z}";
        assertEquals(
                held,
                answered(ReservationStep.RESERVE, null, reservation).body().toString());
        Settled settled = new Settled(first(reservation), NOON, 3, new Result.Completed());
        Reply found = DecisionReply.found(LookedUp.RESERVATION, KEY, settled, NOON);
        assertEquals(200, found.status());
        assertEquals(held, found.body().toString());
        assertEquals(
                step("CAPTURE", "CAPTURED", "ACCC")
                        + ", reservationKey=hold-1, debtorAccount=alice, amountMinor=5, currency=EUR"
                        + ", moreWillFollow=false}",
                answered(ReservationStep.CAPTURE, null, new Capture("hold-1", "alice", 5, "EUR", false, null))
                        .body()
                        .toString());
        assertEquals(
                step("VOID", "VOIDED", "CANC") + ", reservationKey=hold-1, debtorAccount=alice}",
                answered(ReservationStep.VOID, null, new Voiding("hold-1", "alice"))
                        .body()
                        .toString());
        Reply failed = answered(ReservationStep.VOID, "RESERVATION_EXPIRED", new Voiding("hold-1", "alice"));
        assertEquals(409, failed.status());
        assertEquals("FAILED", failed.body().get("stepStatus"));
        assertEquals("RJCT", failed.body().get("isoStatus"));
        assertEquals("EOL1", failed.body().get("isoReason"));
        assertEquals("{sameKey=false}", failed.body().get("retry").toString());
    }

    @Test
    void shouldFindNoReservationUnderTheKeyOfAPaymentOrACapture() {
        assertEquals(
                404,
                DecisionReply.found(LookedUp.RESERVATION, KEY, new Pending(FIRST, KEY, PAYMENT, NOON), null)
                        .status());
        Capture capture = new Capture("hold-1", "alice", 1, "EUR", false, null);
        Reply ofCapture = DecisionReply.found(
                LookedUp.RESERVATION, KEY, new Settled(first(capture), NOON, 3, new Result.Completed()), NOON);
        assertEquals(404, ofCapture.status());
        assertEquals(Map.of(), ofCapture.headers());
        assertEquals(LookedUp.RESERVATION.notFound(), ofCapture);
    }

    @Test
    void shouldSayThatPaymentsInTwoStepsAreOffAndNotThatTheClientMadeAMistake() {
        Reply off = DecisionReply.reply(
                Decided.of(wire(ReservationStep.RESERVE)
                        .setAnswer(ReservationVerdict.INVALID)
                        .setPaymentId(null)
                        .setStatus(null)
                        .setHeldUntil(null)
                        .setFirstSeenAt(null)
                        .setViolations(List.of(Violation.TWO_STEPS_OFF.name()))
                        .build()),
                new Voiding("hold-1", "alice"));
        assertEquals(403, off.status());
        assertEquals("urn:hapax:problem:two-steps-off", off.body().get("type"));
        assertEquals("{sameKey=true}", off.body().get("retry").toString());
    }

    /** No repair of the request makes this key right. */
    @Test
    void shouldSayThatTheKeyNeedsAnotherForm() {
        Reply refused = DecisionReply.invalid(List.of("KEY_NOT_UUID"));
        assertEquals(422, refused.status());
        assertEquals("urn:hapax:problem:key-form", refused.body().get("type"));
        assertEquals(
                List.of(new BrokenRule("KEY_NOT_UUID", "Idempotency-Key")),
                refused.body().get("violations"));
        assertEquals("{sameKey=false}", refused.body().get("retry").toString());
        assertEquals(
                400,
                DecisionReply.invalid(List.of("KEY_NOT_UUID", "SENT_IN_FUTURE")).status());
    }

    @Test
    void shouldNameNoPlaceToLookUpWhatHasNoLookUp() {
        assertEquals(
                "/v1/reservations/order-1",
                DecisionReply.pending(KEY, Asked.RESERVATION).headers().get("Location"));
        for (Asked.Kind kind : List.of(Asked.Kind.CAPTURE, Asked.Kind.VOID)) {
            Reply pending = DecisionReply.pending(KEY, new Asked(kind, "hold-1"));
            assertEquals(202, pending.status());
            assertEquals(Map.of("Retry-After", "1"), pending.headers());
            assertEquals(
                    step(kind.name(), "PENDING", "RCVD") + "}", pending.body().toString());
        }
    }

    private static AcceptedCommand first(Payload payload) {
        return new AcceptedCommand(PayloadDigest.of(payload), NOON, new LogPosition(0, 7), 1);
    }

    private static String step(String step, String status, String iso) {
        return "{paymentId=" + KEY.paymentId() + ", idempotencyKey=order-1, step=" + step + ", stepStatus=" + status
                + ", isoStatus=" + iso;
    }

    private static Reply answered(ReservationStep step, @Nullable String failure, Payload payload) {
        Reply[] answers = Stream.of(ReservationVerdict.SETTLED, ReservationVerdict.REPLAYED)
                .map(verdict -> DecisionReply.reply(
                        Decided.of(wire(step)
                                .setAnswer(verdict)
                                .setStatus(failure == null ? ReservationStatus.COMPLETED : ReservationStatus.FAILED)
                                .setFailureReason(failure)
                                .build()),
                        payload))
                .toArray(Reply[]::new);
        assertEquals(answers[0].body(), answers[1].body());
        assertEquals(answers[0].status(), answers[1].status());
        return answers[0];
    }

    private static ReservationDecision.Builder wire(ReservationStep step) {
        return ReservationDecision.newBuilder()
                .setClientId(KEY.clientId())
                .setIdempotencyKey(KEY.idempotencyKey())
                .setPaymentId(KEY.paymentId())
                .setStep(step)
                .setFirstSeenAt(NOON)
                .setExpiresAt(NOON.plusSeconds(86_400))
                .setHeldUntil(step == ReservationStep.RESERVE ? NOON.plusSeconds(60) : null)
                .setDecidedAt(NOON)
                .setCommandPartition(0)
                .setCommandOffset(7);
    }

    private static String found(Settled settled) {
        return DecisionReply.found(LookedUp.PAYMENT, KEY, settled, NOON).body().toString();
    }

    private static String paid(String status, String iso) {
        return "{paymentId=" + KEY.paymentId() + ", idempotencyKey=order-1, paymentStatus=" + status + ", isoStatus="
                + iso;
    }

    private static Reply reply(Verdict verdict, Instant ledgerKnewSince) {
        return DecisionReply.reply(
                Decided.of(PaymentDecision.newBuilder()
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
                        .build()),
                PAYMENT);
    }
}
