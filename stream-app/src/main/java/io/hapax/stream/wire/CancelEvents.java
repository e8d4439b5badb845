package io.hapax.stream.wire;

import io.hapax.schemas.CancelEvent;
import io.hapax.schemas.CancelRequest;
import io.hapax.stream.decision.IdempotencyRecord.AcceptedCommand;
import io.hapax.stream.wire.LedgerEventSerializer.Told;

/** The mapping of what the ledger is told about cancels to Avro. Order and question are the same event. */
final class CancelEvents {
    private CancelEvents() {}

    static CancelEvent event(Told told) {
        AcceptedCommand first = told.pending().first();
        return new CancelEvent(
                CancelRequest.CANCEL,
                told.paymentId(),
                told.pending().key().clientId(),
                told.pending().key().idempotencyKey(),
                first.seenAt(),
                first.origin().partition(),
                first.origin().offset());
    }
}
