package io.hapax.serde;

import io.hapax.schemas.CancelCommand;
import io.hapax.schemas.CancelDecision;
import io.hapax.schemas.CancelEvent;
import io.hapax.schemas.CancelFound;
import io.hapax.schemas.CancelOutcome;
import io.hapax.schemas.CancelRequest;
import io.hapax.schemas.CancelVerdict;
import io.hapax.schemas.CancelledStep;
import io.hapax.schemas.CaptureCommand;
import io.hapax.schemas.GuardedEvent;
import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.LedgerOutcomeStatus;
import io.hapax.schemas.LedgerTime;
import io.hapax.schemas.PayRequest;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PaymentStatus;
import io.hapax.schemas.ReservationCommand;
import io.hapax.schemas.ReservationDecision;
import io.hapax.schemas.ReservationEvent;
import io.hapax.schemas.ReservationEventKind;
import io.hapax.schemas.ReservationOutcome;
import io.hapax.schemas.ReservationOutcomeStatus;
import io.hapax.schemas.ReservationStatus;
import io.hapax.schemas.ReservationStep;
import io.hapax.schemas.ReservationVerdict;
import io.hapax.schemas.Verdict;
import io.hapax.schemas.VoidCommand;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;

/**
 * One full record of every type on the wire.
 *
 * <p>More than 300 lines: all types stand side by side.
 */
final class Wire {
    static {
        // Avro makes enums of ours while it builds records, before any serializer of ours is asked for.
        TrustedClasses.trustOurs();
    }

    /** The version of the schemas that brought {@link #reservations()}, {@link #guards()} and {@link #cancels()}. */
    static final int RESERVATIONS_SINCE = 5;

    static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    static final UUID PAYMENT_ID = UUID.fromString("0f5e1cb2-4a6d-8f30-9b7a-2c4d5e6f7a8b");

    private static final String UETR = "8a562c67-ca16-48ba-b074-65581be6f011";

    private Wire() {}

    static PaymentCommand command() {
        return PaymentCommand.newBuilder()
                .setClientId("acme")
                .setIdempotencyKey("order-1")
                .setDebtorAccount("alice")
                .setCreditorAccount("bob")
                .setAmountMinor(1250)
                .setCurrency("EUR")
                .setReference("rent")
                .setSentAt(NOON)
                .build();
    }

    /** The records of payments, which every version has. */
    static Map<String, SpecificRecord> records() {
        return Map.of("command", command(), "event", event(), "outcome", outcome(), "decision", decision());
    }

    /** All of {@link #records()}, {@link #reservations()}, {@link #cancels()} and {@link #guards()}. */
    static Map<String, SpecificRecord> all() {
        Map<String, SpecificRecord> all = new HashMap<>(records());
        all.putAll(reservations());
        all.putAll(cancels());
        all.putAll(guards());
        return all;
    }

    /** The records of reservations, captures and voidings. */
    static Map<String, SpecificRecord> reservations() {
        return Map.of(
                "reserve", reserve(),
                "capture", capture(),
                "void", voiding(),
                "reservationEvent", reservationEvent(),
                "ledgerTime", new LedgerTime(NOON),
                "reservationOutcome", reservationOutcome(),
                "reservationDecision", reservationDecision());
    }

    /** The records of cancels. */
    static Map<String, SpecificRecord> cancels() {
        return Map.of(
                "cancel",
                new CancelCommand(CancelRequest.CANCEL, "acme", "order-1"),
                "cancelEvent",
                new CancelEvent(CancelRequest.CANCEL, PAYMENT_ID, "acme", "order-1", NOON, 3, 123_456_789L),
                "cancelOutcome",
                cancelOutcome(),
                "cancelDecision",
                cancelDecision());
    }

    /** The records of payments that have more to heed than those of {@link #records()}. */
    static Map<String, SpecificRecord> guards() {
        return Map.of(
                "guardedCommand",
                PaymentCommand.newBuilder(command())
                        .setConfirmsDistinctFrom("order-0")
                        .setUetr(UETR)
                        .build(),
                "guardedEvent",
                guardedEvent(),
                "guardedOutcome",
                LedgerOutcome.newBuilder(outcome())
                        .setFailureReason("SUSPECTED_DUPLICATE")
                        .setDuplicateOf("order-0")
                        .build(),
                "guardedDecision",
                PaymentDecision.newBuilder(decision())
                        .setFailureReason("SUSPECTED_DUPLICATE")
                        .setDuplicateOf("order-0")
                        .setUetr(UETR)
                        .setIsoStatus("RJCT")
                        .setIsoReason("AM05")
                        .build());
    }

    private static CancelOutcome cancelOutcome() {
        return CancelOutcome.newBuilder()
                .setFound(CancelFound.COMPLETED)
                .setPaymentId(PAYMENT_ID)
                .setClientId("acme")
                .setIdempotencyKey("order-1")
                .setStep(CancelledStep.RESERVE)
                .setRecordedAcceptedAt(NOON)
                .setCommandPartition(3)
                .setCommandOffset(123_456_789)
                .build();
    }

    private static CancelDecision cancelDecision() {
        return CancelDecision.newBuilder()
                .setCancelVerdict(CancelVerdict.ANSWERED)
                .setClientId("acme")
                .setIdempotencyKey("order-1")
                .setPaymentId(PAYMENT_ID)
                .setFound(CancelFound.FAILED)
                .setFailureReason("INSUFFICIENT_FUNDS")
                .setFailedAccount("alice")
                .setFirstSeenAt(NOON)
                .setExpiresAt(NOON.plusSeconds(86_400))
                .setDecidedAt(NOON.plusMillis(150))
                .setCommandPartition(3)
                .setCommandOffset(123_456_789)
                .setOriginalPartition(3)
                .setOriginalOffset(123_456_700L)
                .build();
    }

    private static GuardedEvent guardedEvent() {
        return GuardedEvent.newBuilder()
                .setAsksToPay(PayRequest.POST)
                .setPaymentId(PAYMENT_ID)
                .setClientId("acme")
                .setIdempotencyKey("order-1")
                .setDebtorAccount("alice")
                .setCreditorAccount("bob")
                .setPayMinor(1250)
                .setCurrency("EUR")
                .setReference("rent")
                .setAttempt(1)
                .setAcceptedAt(NOON)
                .setCommandPartition(3)
                .setCommandOffset(123_456_789)
                .setDuplicateWindowMs(600_000)
                .setConfirmsDistinctFrom("order-0")
                .setUetr(UETR)
                .build();
    }

    private static ReservationCommand reserve() {
        return ReservationCommand.newBuilder()
                .setClientId("acme")
                .setIdempotencyKey("order-1")
                .setDebtorAccount("alice")
                .setCreditorAccount("bob")
                .setHoldMinor(1250)
                .setCurrency("EUR")
                .setReference("rent")
                .setSentAt(NOON)
                .setHoldMs(3_600_000)
                .setMultiple(true)
                .build();
    }

    private static CaptureCommand capture() {
        return CaptureCommand.newBuilder()
                .setClientId("acme")
                .setIdempotencyKey("order-1")
                .setReservationKey("hold-1")
                .setDebtorAccount("alice")
                .setAmountMinor(1000)
                .setCurrency("EUR")
                .setMoreWillFollow(true)
                .setReference("March")
                .setSentAt(NOON)
                .build();
    }

    private static VoidCommand voiding() {
        return VoidCommand.newBuilder()
                .setClientId("acme")
                .setIdempotencyKey("order-1")
                .setReservationKey("hold-1")
                .setDebtorAccount("alice")
                .setSentAt(NOON)
                .build();
    }

    private static ReservationEvent reservationEvent() {
        return ReservationEvent.newBuilder()
                .setAsked(ReservationEventKind.POST)
                .setPaymentId(PAYMENT_ID)
                .setClientId("acme")
                .setIdempotencyKey("order-1")
                .setStep(ReservationStep.RESERVE)
                .setDebtorAccount("alice")
                .setCreditorAccount("bob")
                .setStepAmountMinor(1250L)
                .setCurrency("EUR")
                .setReference("rent")
                .setHoldMs(3_600_000L)
                .setMultiple(true)
                .setAttempt(1)
                .setAcceptedAt(NOON)
                .setCommandPartition(3)
                .setCommandOffset(123_456_789)
                .build();
    }

    private static ReservationOutcome reservationOutcome() {
        return ReservationOutcome.newBuilder()
                .setPaymentId(PAYMENT_ID)
                .setClientId("acme")
                .setIdempotencyKey("order-1")
                .setStep(ReservationStep.RESERVE)
                .setResult(ReservationOutcomeStatus.FAILED)
                .setFailureReason("INSUFFICIENT_FUNDS")
                .setFailedAccount("alice")
                .setAttempt(1)
                .setAcceptedAt(NOON)
                .setCommandPartition(3)
                .setCommandOffset(123_456_789)
                .build();
    }

    private static ReservationDecision reservationDecision() {
        return ReservationDecision.newBuilder()
                .setClientId("acme")
                .setIdempotencyKey("order-1")
                .setStep(ReservationStep.RESERVE)
                .setPaymentId(PAYMENT_ID)
                .setAnswer(ReservationVerdict.SETTLED)
                .setStatus(ReservationStatus.COMPLETED)
                .setFirstSeenAt(NOON)
                .setExpiresAt(NOON.plusSeconds(86_400))
                .setHeldUntil(NOON.plusMillis(3_600_000))
                .setDecidedAt(NOON.plusMillis(150))
                .setCommandPartition(3)
                .setCommandOffset(123_456_789)
                .build();
    }

    private static LedgerEvent event() {
        return LedgerEvent.newBuilder()
                .setKind(LedgerEventKind.POST)
                .setPaymentId(PAYMENT_ID)
                .setClientId("acme")
                .setIdempotencyKey("order-1")
                .setDebtorAccount("alice")
                .setCreditorAccount("bob")
                .setAmountMinor(1250)
                .setCurrency("EUR")
                .setReference("rent")
                .setAttempt(1)
                .setAcceptedAt(NOON)
                .setCommandPartition(3)
                .setCommandOffset(123_456_789)
                .build();
    }

    private static LedgerOutcome outcome() {
        return LedgerOutcome.newBuilder()
                .setPaymentId(PAYMENT_ID)
                .setClientId("acme")
                .setIdempotencyKey("order-1")
                .setStatus(LedgerOutcomeStatus.FAILED)
                .setFailureReason("INSUFFICIENT_FUNDS")
                .setFailedAccount("alice")
                .setAttempt(1)
                .setAcceptedAt(NOON)
                .setCommandPartition(3)
                .setCommandOffset(123_456_789)
                .build();
    }

    private static PaymentDecision decision() {
        return PaymentDecision.newBuilder()
                .setClientId("acme")
                .setIdempotencyKey("order-1")
                .setPaymentId(PAYMENT_ID)
                .setVerdict(Verdict.SETTLED)
                .setStatus(PaymentStatus.FAILED)
                .setFailureReason("INSUFFICIENT_FUNDS")
                .setFailedAccount("alice")
                .setViolations(List.of())
                .setDifferingFields(List.of())
                .setFirstSeenAt(NOON)
                .setExpiresAt(NOON.plusSeconds(86_400))
                .setDecidedAt(NOON.plusMillis(150))
                .setCommandPartition(3)
                .setCommandOffset(123_456_789)
                .build();
    }
}
