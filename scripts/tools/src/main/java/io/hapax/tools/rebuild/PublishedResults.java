package io.hapax.tools.rebuild;

import io.hapax.ledger.posting.FailureReason;
import io.hapax.ledger.posting.PaymentResult;
import io.hapax.ledger.posting.PaymentResult.Completed;
import io.hapax.ledger.posting.PaymentResult.Failed;
import io.hapax.ledger.posting.PostingBatch;
import io.hapax.ledger.posting.PostingRequest;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The results that the live ledger has published for a set of events. Where only the order of postings may explain that
 * the rule decides otherwise, the published result counts.
 *
 * <p>How a reservation ended never depends on that order: all that concerns it is on one partition.
 */
final class PublishedResults implements PostingBatch.LastWord {
    /**
     * The reasons that depend on a balance, or on the time at which an account was opened or closed, or its owners were
     * changed. Or on guarded payments before, which a rebuild does not remember: the published result tells.
     */
    private static final Set<FailureReason> BY_ORDER = EnumSet.of(
            FailureReason.INSUFFICIENT_FUNDS,
            FailureReason.BALANCE_OVERFLOW,
            FailureReason.ACCOUNT_NOT_FOUND,
            FailureReason.NOT_ALLOWED,
            FailureReason.ACCOUNT_CLOSED,
            FailureReason.SUSPECTED_DUPLICATE);

    private final Map<UUID, PaymentResult> published = new HashMap<>();
    private final Map<String, String> contradictions = new HashMap<>();
    private long byOrder;

    void add(UUID paymentId, PaymentResult result) {
        published.put(paymentId, result);
    }

    /** True if just that was published for the payment. */
    boolean say(UUID paymentId, PaymentResult result) {
        return result.equals(published.get(paymentId));
    }

    /** Results that the rule contradicts, by the place of the event. */
    Map<String, String> contradictions() {
        return contradictions;
    }

    /** Payments whose result was taken as published, against the rule. */
    long byOrder() {
        return byOrder;
    }

    @Override
    public PaymentResult settled(PostingRequest request, PaymentResult decided) {
        PaymentResult told = published.get(request.paymentId());
        if (told == null || told.equals(decided)) {
            return decided;
        }
        boolean isExplained = dependsOnOrder(decided) || dependsOnOrder(told);
        boolean isImpossible = told instanceof Completed
                && decided instanceof Failed(var reason, var account, var duplicateOf)
                && reason == FailureReason.ACCOUNT_NOT_FOUND;
        if (isImpossible || !isExplained) {
            contradictions.put(
                    request.event().partition() + "@" + request.event().offset(),
                    told + " was published, the rule decides " + decided);
            return decided;
        }
        byOrder++;
        return told;
    }

    private static boolean dependsOnOrder(PaymentResult settlement) {
        return settlement instanceof Failed failed && BY_ORDER.contains(failed.reason());
    }
}
