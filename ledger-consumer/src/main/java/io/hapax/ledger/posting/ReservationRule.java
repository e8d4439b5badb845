package io.hapax.ledger.posting;

import io.hapax.ledger.posting.PaymentResult.Completed;
import io.hapax.ledger.posting.PaymentResult.Failed;
import io.hapax.money.Currencies;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The rule of reservations: what becomes of a step that the ledger has not seen before. Checks run in the order of
 * these methods, and the first that fails is the answer.
 *
 * <p>What is over by the clock of the log is over before a step is judged, see {@link PostingBatch}. No other clock
 * decides.
 */
final class ReservationRule {
    private ReservationRule() {}

    /**
     * Whether an amount can be held.
     *
     * @param expiresAt until when it is to be held
     * @param clock time of the log
     */
    static PaymentResult reserve(
            PostingRequest request,
            @Nullable Account debtor,
            @Nullable Account creditor,
            Instant expiresAt,
            Instant clock) {
        // Only an outsider can have written it: no command is accepted at such a time.
        if (expiresAt.isAfter(LogTime.LATEST)) return failed(FailureReason.INVALID_POSTING);
        PaymentResult accounts = PostingRule.checkAccounts(request, debtor, creditor);
        if (accounts instanceof Failed || debtor == null) return accounts;
        if (!clock.isBefore(expiresAt)) return failed(FailureReason.RESERVATION_EXPIRED);
        long amountMinor = request.content().amountMinor();
        if (!debtor.hasFundsFor(amountMinor)) return new Failed(FailureReason.INSUFFICIENT_FUNDS, debtor.id());
        if (!debtor.canHold(amountMinor)) return new Failed(FailureReason.BALANCE_OVERFLOW, debtor.id());
        return new Completed();
    }

    /**
     * Whether held money can be moved. That the debtor was closed since does not matter, nor that the client no longer
     * owns it: the money was promised before.
     *
     * @param creditor of the reservation, as it stands now
     */
    static PaymentResult capture(
            PaymentContent content, Step.Capture capture, ReservationState state, @Nullable Account creditor) {
        if (content.amountMinor() <= 0 || !Currencies.isMoney(content.currency())) {
            return failed(FailureReason.INVALID_POSTING);
        }
        return switch (state) {
            case ReservationState.Open(var reservation) -> captureOpen(content, capture, reservation, creditor);
            default -> refused(state);
        };
    }

    private static PaymentResult captureOpen(
            PaymentContent content, Step.Capture capture, Reservation reservation, @Nullable Account creditor) {
        if (!content.currency().equals(reservation.currency())) return failed(FailureReason.CURRENCY_MISMATCH);
        if (capture.moreWillFollow() && !reservation.multiple()) {
            return failed(FailureReason.RESERVATION_NOT_MULTIPLE);
        }
        if (content.amountMinor() > reservation.remainingMinor()) {
            return failed(FailureReason.AMOUNT_ABOVE_RESERVATION);
        }
        if (creditor == null) return new Failed(FailureReason.ACCOUNT_NOT_FOUND, reservation.creditor());
        if (!creditor.open()) return new Failed(FailureReason.ACCOUNT_CLOSED, creditor.id());
        if (!creditor.canBeCredited(content.amountMinor())) {
            return new Failed(FailureReason.BALANCE_OVERFLOW, creditor.id());
        }
        return new Completed();
    }

    /** Whether held money can be freed. */
    static PaymentResult release(ReservationState state) {
        return state instanceof ReservationState.Open ? new Completed() : refused(state);
    }

    private static PaymentResult refused(ReservationState state) {
        return switch (state) {
            case ReservationState.Unknown unknown -> failed(FailureReason.RESERVATION_NOT_FOUND);
            case ReservationState.NeverHeld neverHeld -> failed(FailureReason.RESERVATION_FAILED);
            case ReservationState.Ended(var how) ->
                switch (how) {
                    case CAPTURED -> failed(FailureReason.RESERVATION_CAPTURED);
                    case VOIDED -> failed(FailureReason.RESERVATION_VOIDED);
                    case EXPIRED -> failed(FailureReason.RESERVATION_EXPIRED);
                };
            case ReservationState.Open open ->
                throw new IllegalArgumentException("an open reservation refuses nothing");
        };
    }

    /** About no account. */
    private static Failed failed(FailureReason reason) {
        return new Failed(reason, null);
    }
}
