package io.hapax.ledger.consume;

import static java.util.Objects.requireNonNullElse;

import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.Step;
import io.hapax.schemas.ReservationEvent;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.util.UUID;

/**
 * The content of an event about a reservation, as the ledger takes it. What an event leaves out becomes a value that
 * makes no sense, and the rule answers it.
 */
public final class StepContent {
    private static final String NONE = "";

    private StepContent() {}

    public static PaymentContent of(ReservationEvent event) {
        String debtor = event.getDebtorAccount();
        long amountMinor = requireNonNullElse(event.getStepAmountMinor(), 0L);
        String currency = requireNonNullElse(event.getCurrency(), NONE);
        return switch (event.getStep()) {
            case RESERVE ->
                new PaymentContent(
                        debtor,
                        requireNonNullElse(event.getCreditorAccount(), NONE),
                        amountMinor,
                        currency,
                        event.getReference(),
                        new Step.Reserve(
                                Duration.ofMillis(requireNonNullElse(event.getHoldMs(), 0L)),
                                requireNonNullElse(event.getMultiple(), false)));
            case CAPTURE ->
                new PaymentContent(
                        debtor,
                        NONE,
                        amountMinor,
                        currency,
                        event.getReference(),
                        new Step.Capture(reservationId(event), requireNonNullElse(event.getMoreWillFollow(), false)));
            case VOID -> new PaymentContent(debtor, NONE, 0, NONE, null, new Step.Release(reservationId(event)));
        };
    }

    private static UUID reservationId(ReservationEvent event) {
        return new PaymentKey(event.getClientId(), requireNonNullElse(event.getReservationKey(), NONE)).paymentId();
    }
}
