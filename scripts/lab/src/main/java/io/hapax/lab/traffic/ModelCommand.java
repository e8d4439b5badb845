package io.hapax.lab.traffic;

import io.hapax.stream.decision.Payment;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A command as a client of the model sends it.
 *
 * @param firstSentAt time at which the command says that it was first sent; null if it gives none
 * @param valid false if the command breaks a rule
 * @param fails whether the ledger will refuse the payment
 * @param ownPartition whether the producer sent it to the partition of its key
 * @param planted misuse to which it belongs; null if it is honest
 */
record ModelCommand(
        PaymentKey key,
        Payment payment,
        @Nullable Instant firstSentAt,
        boolean valid,
        boolean fails,
        boolean ownPartition,
        @Nullable Planted planted) {

    ModelCommand by(Planted misuse, boolean fromOwnPartition) {
        return new ModelCommand(key, payment, firstSentAt, valid, fails, fromOwnPartition, misuse);
    }

    ModelCommand under(PaymentKey otherKey, Planted misuse) {
        return new ModelCommand(otherKey, payment, firstSentAt, valid, fails, ownPartition, misuse);
    }

    ModelCommand paying(Payment otherPayment, Planted misuse) {
        return new ModelCommand(key, otherPayment, firstSentAt, valid, fails, ownPartition, misuse);
    }
}
