package io.hapax.ledger.posting;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The content of a payment: the fields that must be equal for two postings to be the same payment. It holds values as
 * they arrived, unchecked. The posting rule answers those that make no sense.
 *
 * @param debtorAccount account that pays
 * @param creditorAccount account that is paid
 * @param amountMinor minor units of the currency
 * @param currency ISO 4217 alphabetic code
 * @param reference free text
 * @param step of a reservation; null for a payment at once. A capture has the creditor of its reservation once it is on
 *     record, and none before. A release has neither creditor, amount nor currency, and
 *     a cancel has nothing
 */
public record PaymentContent(
        String debtorAccount,
        String creditorAccount,
        long amountMinor,
        String currency,
        @Nullable String reference,
        @Nullable Step step) {

    /** A payment at once. */
    public PaymentContent(
            String debtorAccount,
            String creditorAccount,
            long amountMinor,
            String currency,
            @Nullable String reference) {
        this(debtorAccount, creditorAccount, amountMinor, currency, reference, null);
    }

    /** A cancel, which says nothing but that. */
    public static PaymentContent cancel() {
        return new PaymentContent("", "", 0, "", null, new Step.Cancel());
    }

    public boolean isCancel() {
        return step instanceof Step.Cancel;
    }

    /** Names of the fields that differ, as in the wire schema and in its order; empty for the same payment. */
    public List<String> differingFields(PaymentContent other) {
        if (!kind().equals(other.kind())) return List.of("step");
        List<String> names = new ArrayList<>();
        if (!debtorAccount.equals(other.debtorAccount)) names.add("debtorAccount");
        if (!(step instanceof Step.Capture) && !creditorAccount.equals(other.creditorAccount)) {
            names.add("creditorAccount");
        }
        if (amountMinor != other.amountMinor) names.add("amountMinor");
        if (!currency.equals(other.currency)) names.add("currency");
        if (!Objects.equals(reference, other.reference)) names.add("reference");
        if (step != null && other.step != null) addDiffering(step, other.step, names);
        return List.copyOf(names);
    }

    /** True if money moves when it is completed: all but holding and freeing. */
    public boolean movesMoney() {
        return step == null || step instanceof Step.Capture;
    }

    private Class<?> kind() {
        return step == null ? PaymentContent.class : step.getClass();
    }

    private static void addDiffering(Step step, Step other, List<String> names) {
        if (step instanceof Step.Reserve(var hold, var multiple)
                && other instanceof Step.Reserve(var otherHold, var otherMultiple)) {
            if (!hold.equals(otherHold)) names.add("holdMs");
            if (multiple != otherMultiple) names.add("multiple");
        }
        if (step instanceof Step.Capture(var reservationId, var more)
                && other instanceof Step.Capture(var otherId, var otherMore)) {
            if (!reservationId.equals(otherId)) names.add("reservationKey");
            if (more != otherMore) names.add("moreWillFollow");
        }
        if (step instanceof Step.Release(var reservationId) && other instanceof Step.Release(var otherId)) {
            if (!reservationId.equals(otherId)) names.add("reservationKey");
        }
    }

    /** The same capture, with the creditor of its reservation. */
    PaymentContent paidTo(String creditor) {
        return new PaymentContent(debtorAccount, creditor, amountMinor, currency, reference, step);
    }
}
