package io.hapax.stream.wire;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.Payment;
import java.util.UUID;

/** The mapping of what the ledger is told and asked to Avro. */
final class LedgerEvents {
    private LedgerEvents() {}

    static LedgerEvent event(LedgerEventKind kind, UUID paymentId, Pending pending) {
        Payment payment = pending.payment();
        return new LedgerEvent(
                kind,
                paymentId,
                pending.key().clientId(),
                pending.key().idempotencyKey(),
                payment.debtorAccount(),
                payment.creditorAccount(),
                payment.amountMinor(),
                payment.currency(),
                payment.reference(),
                pending.first().attempt(),
                pending.first().seenAt(),
                pending.first().origin().partition(),
                pending.first().origin().offset());
    }
}
