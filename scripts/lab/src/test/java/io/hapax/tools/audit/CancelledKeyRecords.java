package io.hapax.tools.audit;

import io.hapax.schemas.CancelCommand;
import io.hapax.schemas.CancelDecision;
import io.hapax.schemas.CancelEvent;
import io.hapax.schemas.CancelFound;
import io.hapax.schemas.CancelOutcome;
import io.hapax.schemas.CancelRequest;
import io.hapax.schemas.CancelVerdict;
import io.hapax.schemas.CancelledStep;
import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.LedgerOutcomeStatus;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PaymentStatus;
import io.hapax.schemas.Verdict;
import io.hapax.stream.decision.PayloadDigest;
import io.hapax.stream.decision.Payment;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/** The records of one key that is cancelled, or paid, by its first command. */
final class CancelledKeyRecords {
    static final PaymentKey KEY = new PaymentKey("shop", "k-1");
    static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    static final RetentionSchedule POLICY =
            new RetentionSchedule(Duration.ofHours(24), Duration.ofMinutes(5), Duration.ofSeconds(30));

    private CancelledKeyRecords() {}

    static CancelCommand cancel() {
        return new CancelCommand(CancelRequest.CANCEL, KEY.clientId(), KEY.idempotencyKey());
    }

    static CancelEvent event() {
        return new CancelEvent(
                CancelRequest.CANCEL, KEY.paymentId(), KEY.clientId(), KEY.idempotencyKey(), NOON, 0, 10L);
    }

    static CancelOutcome outcome() {
        return CancelOutcome.newBuilder()
                .setFound(CancelFound.CANCELLED)
                .setPaymentId(KEY.paymentId())
                .setClientId(KEY.clientId())
                .setIdempotencyKey(KEY.idempotencyKey())
                .setRecordedAcceptedAt(NOON)
                .setCommandPartition(0)
                .setCommandOffset(10)
                .build();
    }

    static CancelDecision.Builder settled() {
        return decision(10, NOON)
                .setCancelVerdict(CancelVerdict.ANSWERED)
                .setPaymentId(KEY.paymentId())
                .setFound(CancelFound.CANCELLED)
                .setFirstSeenAt(NOON)
                .setExpiresAt(NOON.plus(POLICY.retention()));
    }

    static CancelDecision.Builder tooLate(CancelledStep step) {
        return decision(11, NOON.plusSeconds(1))
                .setCancelVerdict(CancelVerdict.ANSWERED)
                .setPaymentId(KEY.paymentId())
                .setFound(CancelFound.COMPLETED)
                .setStep(step)
                .setFirstSeenAt(NOON)
                .setExpiresAt(NOON.plus(POLICY.retention()))
                .setOriginalPartition(0)
                .setOriginalOffset(10L);
    }

    static CancelDecision refused() {
        return decision(10, NOON)
                .setCancelVerdict(CancelVerdict.INVALID)
                .setViolations(List.of("GUARDS_OFF"))
                .build();
    }

    private static CancelDecision.Builder decision(long command, Instant at) {
        return CancelDecision.newBuilder()
                .setClientId(KEY.clientId())
                .setIdempotencyKey(KEY.idempotencyKey())
                .setDecidedAt(at)
                .setCommandPartition(0)
                .setCommandOffset(command);
    }

    static PaymentCommand payment() {
        return PaymentCommand.newBuilder()
                .setClientId(KEY.clientId())
                .setIdempotencyKey(KEY.idempotencyKey())
                .setDebtorAccount("alice")
                .setCreditorAccount("bob")
                .setAmountMinor(70)
                .setCurrency("EUR")
                .setReference(null)
                .setSentAt(null)
                .build();
    }

    static LedgerEvent posting(long command) {
        return LedgerEvent.newBuilder()
                .setKind(LedgerEventKind.POST)
                .setPaymentId(KEY.paymentId())
                .setClientId(KEY.clientId())
                .setIdempotencyKey(KEY.idempotencyKey())
                .setDebtorAccount("alice")
                .setCreditorAccount("bob")
                .setAmountMinor(70)
                .setCurrency("EUR")
                .setReference(null)
                .setAttempt(1)
                .setAcceptedAt(NOON)
                .setCommandPartition(0)
                .setCommandOffset(command)
                .build();
    }

    /** The replay of the cancel, to a payment. */
    static PaymentDecision cancelledPayment() {
        return payment(12, NOON.plusSeconds(2))
                .setVerdict(Verdict.REPLAYED)
                .setStatus(PaymentStatus.FAILED)
                .setFailureReason("CANCELLED")
                .setExpiresAt(NOON.plus(POLICY.retention()))
                .setOriginalPartition(0)
                .setOriginalOffset(10L)
                .build();
    }

    private static PaymentDecision.Builder payment(long command, Instant at) {
        return PaymentDecision.newBuilder()
                .setClientId(KEY.clientId())
                .setIdempotencyKey(KEY.idempotencyKey())
                .setPaymentId(KEY.paymentId())
                .setVerdict(Verdict.REPLAYED)
                .setDecidedAt(at)
                .setCommandPartition(0)
                .setCommandOffset(command);
    }

    static LedgerOutcome paidOutcome() {
        return LedgerOutcome.newBuilder()
                .setPaymentId(KEY.paymentId())
                .setClientId(KEY.clientId())
                .setIdempotencyKey(KEY.idempotencyKey())
                .setStatus(LedgerOutcomeStatus.COMPLETED)
                .setFailureReason(null)
                .setFailedAccount(null)
                .setDifferingFields(List.of())
                .setAttempt(1)
                .setAcceptedAt(NOON)
                .setCommandPartition(0)
                .setCommandOffset(10)
                .build();
    }

    static PaymentDecision settledPayment() {
        byte[] fingerprint =
                PayloadDigest.of(new Payment("alice", "bob", 70, "EUR", null)).fingerprint();
        return payment(10, NOON)
                .setVerdict(Verdict.SETTLED)
                .setStatus(PaymentStatus.COMPLETED)
                .setFirstSeenAt(NOON)
                .setExpiresAt(NOON.plus(POLICY.retention()))
                .setPayloadFingerprint(Base64.getUrlEncoder().withoutPadding().encodeToString(fingerprint))
                .build();
    }
}
