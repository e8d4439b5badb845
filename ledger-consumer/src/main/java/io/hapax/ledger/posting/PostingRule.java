package io.hapax.ledger.posting;

import io.hapax.ledger.posting.PaymentResult.Completed;
import io.hapax.ledger.posting.PaymentResult.Failed;
import io.hapax.ledger.posting.PostingResult.AlreadySettled;
import io.hapax.ledger.posting.PostingResult.Conflict;
import io.hapax.ledger.posting.PostingResult.NotFound;
import io.hapax.ledger.posting.PostingResult.Settled;
import io.hapax.money.Currencies;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The posting rule. What is on record wins over everything; then the checks run in the order of {@link FailureReason}.
 */
public final class PostingRule {

    private PostingRule() {}

    /**
     * Decides one request.
     *
     * @param recorded the payment on record under the request's payment id
     * @param debtor the account that pays, as it stands now
     * @param creditor the account that is paid, as it stands now
     */
    public static PostingResult decide(
            PostingRequest request,
            @Nullable RecordedPayment recorded,
            @Nullable Account debtor,
            @Nullable Account creditor) {
        return decide(request, recorded, () -> settle(request, debtor, creditor));
    }

    /**
     * Decides one request of any step.
     *
     * @param recorded the payment on record under the request's payment id
     * @param ifNew what becomes of a payment that the ledger has not seen before; asked only then
     */
    static PostingResult decide(
            PostingRequest request, @Nullable RecordedPayment recorded, Supplier<PaymentResult> ifNew) {
        return switch (request.kind()) {
            case POST ->
                recorded == null ? new Settled(new RecordedPayment(request, ifNew.get())) : repeat(request, recorded);
            case INQUIRE ->
                recorded == null || wasRecordedAfter(request, recorded) ? new NotFound() : repeat(request, recorded);
        };
    }

    /** The result of a payment that the ledger has not seen before. */
    public static PaymentResult settle(PostingRequest request, @Nullable Account debtor, @Nullable Account creditor) {
        return settle(request, debtor, creditor, null);
    }

    /**
     * The same, where the payment may be suspected to be another one again.
     *
     * @param suspicion what it fails with if no check before it does
     */
    static PaymentResult settle(
            PostingRequest request, @Nullable Account debtor, @Nullable Account creditor, @Nullable Failed suspicion) {
        PaymentResult accounts = checkAccounts(request, debtor, creditor);
        if (accounts instanceof Failed || debtor == null || creditor == null) return accounts;
        if (suspicion != null) return suspicion;
        long amountMinor = request.content().amountMinor();
        if (!debtor.hasFundsFor(amountMinor)) return new Failed(FailureReason.INSUFFICIENT_FUNDS, debtor.id());
        if (!debtor.canBeDebited(amountMinor)) return new Failed(FailureReason.BALANCE_OVERFLOW, debtor.id());
        if (!creditor.canBeCredited(amountMinor)) return new Failed(FailureReason.BALANCE_OVERFLOW, creditor.id());
        return new Completed();
    }

    /** The checks that come before any look at money. */
    static PaymentResult checkAccounts(PostingRequest request, @Nullable Account debtor, @Nullable Account creditor) {
        PaymentContent content = request.content();
        long amountMinor = content.amountMinor();
        if (amountMinor <= 0) return new Failed(FailureReason.INVALID_POSTING, null);
        if (content.debtorAccount().equals(content.creditorAccount())) {
            return new Failed(FailureReason.INVALID_POSTING, null);
        }
        if (!Currencies.isMoney(content.currency())) return new Failed(FailureReason.INVALID_POSTING, null);

        if (debtor == null) return new Failed(FailureReason.ACCOUNT_NOT_FOUND, content.debtorAccount());
        if (creditor == null) return new Failed(FailureReason.ACCOUNT_NOT_FOUND, content.creditorAccount());
        if (!request.isOpening() && !debtor.owners().include(request.clientId())) {
            return new Failed(FailureReason.NOT_ALLOWED, debtor.id());
        }
        if (!debtor.open()) return new Failed(FailureReason.ACCOUNT_CLOSED, debtor.id());
        if (!creditor.open()) return new Failed(FailureReason.ACCOUNT_CLOSED, creditor.id());
        if (!debtor.currency().equals(content.currency())) {
            return new Failed(FailureReason.CURRENCY_MISMATCH, debtor.id());
        }
        if (!creditor.currency().equals(content.currency())) {
            return new Failed(FailureReason.CURRENCY_MISMATCH, creditor.id());
        }
        return new Completed();
    }

    /**
     * A cancel says nothing that could differ. So what was cancelled answers whatever comes after it, and a cancel
     * that comes second is answered by whatever came before.
     */
    private static PostingResult repeat(PostingRequest request, RecordedPayment recorded) {
        if (request.content().isCancel() || recorded.request().content().isCancel()) {
            return new AlreadySettled(recorded);
        }
        List<String> differing = recorded.request().content().differingFields(request.content());
        return differing.isEmpty() ? new AlreadySettled(recorded) : new Conflict(recorded, differing);
    }

    /**
     * An inquiry read again after a crash finds what a later posting recorded in the meantime. Its first answer was
     * "not found", and the same event always gets the same answer. The posting lies behind it on the same partition,
     * since it follows from that answer. What lies on another was recorded before: it follows from an earlier command
     * of the key, whose settlement the stream app had seen before it asked.
     */
    private static boolean wasRecordedAfter(PostingRequest inquiry, RecordedPayment recorded) {
        return recorded.request().event().isBehind(inquiry.event());
    }
}
