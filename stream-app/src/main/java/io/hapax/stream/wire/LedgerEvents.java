package io.hapax.stream.wire;

import io.hapax.schemas.GuardedEvent;
import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.PayRequest;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.Payment;
import io.hapax.stream.wire.LedgerEventSerializer.Told;

/** The mapping of what the ledger is told and asked to Avro. */
final class LedgerEvents {
    private LedgerEvents() {}

    static LedgerEvent event(Told told, Payment payment) {
        Pending pending = told.pending();
        return new LedgerEvent(
                told.kind(),
                told.paymentId(),
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

    /** A payment with more for the ledger to heed. */
    static GuardedEvent guarded(Told told, Payment payment) {
        Pending pending = told.pending();
        return new GuardedEvent(
                PayRequest.POST,
                told.paymentId(),
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
                pending.first().origin().offset(),
                pending.guard().window().toMillis(),
                pending.guard().confirmsDistinctFrom(),
                null);
    }
}
