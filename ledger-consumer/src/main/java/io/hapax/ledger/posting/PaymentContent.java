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
 */
public record PaymentContent(
        String debtorAccount,
        String creditorAccount,
        long amountMinor,
        String currency,
        @Nullable String reference) {

    /** Names of the fields that differ, as in the wire schema and in its order; empty for the same payment. */
    public List<String> differingFields(PaymentContent other) {
        List<String> names = new ArrayList<>();
        if (!debtorAccount.equals(other.debtorAccount)) names.add("debtorAccount");
        if (!creditorAccount.equals(other.creditorAccount)) names.add("creditorAccount");
        if (amountMinor != other.amountMinor) names.add("amountMinor");
        if (!currency.equals(other.currency)) names.add("currency");
        if (!Objects.equals(reference, other.reference)) names.add("reference");
        return List.copyOf(names);
    }
}
