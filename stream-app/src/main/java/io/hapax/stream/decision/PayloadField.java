package io.hapax.stream.decision;

/** The fields that a retry must repeat, in the order of their digests. */
public enum PayloadField {
    DEBTOR_ACCOUNT(0, "debtorAccount"),
    CREDITOR_ACCOUNT(1, "creditorAccount"),
    AMOUNT_MINOR(2, "amountMinor"),
    CURRENCY(3, "currency"),
    REFERENCE(4, "reference");

    /** Position of its digest in stored records: fixed for ever. */
    private final int position;

    private final String wireName;

    PayloadField(int position, String wireName) {
        this.position = position;
        this.wireName = wireName;
    }

    int position() {
        return position;
    }

    /** The field's name in the command's schema. */
    public String wireName() {
        return wireName;
    }
}
