package io.hapax.serde;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.LedgerOutcomeStatus;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PaymentStatus;
import io.hapax.schemas.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;

/** One full record of every wire type. */
final class Wire {
    static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    static final UUID PAYMENT_ID = UUID.fromString("0f5e1cb2-4a6d-8f30-9b7a-2c4d5e6f7a8b");

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

    static Map<String, SpecificRecord> records() {
        return Map.of("command", command(), "event", event(), "outcome", outcome(), "decision", decision());
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
