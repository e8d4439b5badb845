package io.hapax.lab;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.topics.PaymentKey;
import java.time.Instant;

/** An event that tells the ledger to post a payment that no command asked for: alice pays bob. */
public final class ForeignEvent {
    private ForeignEvent() {}

    public static LedgerEvent post(PaymentKey key, long amountMinor, long commandOffset) {
        return LedgerEvent.newBuilder()
                .setKind(LedgerEventKind.POST)
                .setPaymentId(key.paymentId())
                .setClientId(key.clientId())
                .setIdempotencyKey(key.idempotencyKey())
                .setDebtorAccount("alice")
                .setCreditorAccount("bob")
                .setAmountMinor(amountMinor)
                .setCurrency("EUR")
                .setReference(null)
                .setAttempt(1)
                .setAcceptedAt(Instant.now())
                .setCommandPartition(0)
                .setCommandOffset(commandOffset)
                .build();
    }
}
