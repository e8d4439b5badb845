package io.hapax.stream.decision;

import java.util.List;

/** The fields that a retry must repeat. */
public enum PayloadField {
    DEBTOR_ACCOUNT("debtorAccount"),
    CREDITOR_ACCOUNT("creditorAccount"),
    AMOUNT_MINOR("amountMinor"),
    CURRENCY("currency"),
    REFERENCE("reference"),
    /** The kind itself: a key was used for another step, or for a payment. */
    STEP("step"),
    RESERVATION_KEY("reservationKey"),
    HOLD_MS("holdMs"),
    MULTIPLE("multiple"),
    MORE_WILL_FOLLOW("moreWillFollow");

    /** The fields of a payment in the order of their digests in stored records: fixed for ever. */
    public static final List<PayloadField> OF_PAYMENT =
            List.of(DEBTOR_ACCOUNT, CREDITOR_ACCOUNT, AMOUNT_MINOR, CURRENCY, REFERENCE);

    private final String wireName;

    PayloadField(String wireName) {
        this.wireName = wireName;
    }

    /** The field's name in answers. It is the name in the command's schema, but for the amount of a reservation. */
    public String wireName() {
        return wireName;
    }
}
