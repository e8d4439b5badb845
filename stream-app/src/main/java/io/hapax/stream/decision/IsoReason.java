package io.hapax.stream.decision;

import java.util.stream.Stream;

/**
 * The reason codes of ISO 20022 (ExternalStatusReason1Code) beside the ledger's reasons of failure, whose names the
 * constants have. A program of this version does not know the ledger, so a test of both compares them.
 */
public enum IsoReason {
    /** The content is incorrect. */
    INVALID_POSTING("CH16"),
    /** The account number is invalid. The failed account says whose. */
    ACCOUNT_NOT_FOUND("AC01"),
    /** The user has no right of access. */
    NOT_ALLOWED("AG08"),
    /** The account is closed. */
    ACCOUNT_CLOSED("AC04"),
    /** The amount is in a currency that can't be processed. */
    CURRENCY_MISMATCH("AM03"),
    /** The funds are not sufficient. */
    INSUFFICIENT_FUNDS("AM04"),
    /** Duplication. */
    SUSPECTED_DUPLICATE("AM05"),
    /** The amount exceeds a limit that the system sets. */
    BALANCE_OVERFLOW("AM13"),
    /** The original payment was never received. */
    RESERVATION_NOT_FOUND("AG09"),
    RESERVATION_FAILED(IsoReason.NARRATIVE),
    RESERVATION_CAPTURED(IsoReason.NARRATIVE),
    /** The authorisation is cancelled. */
    RESERVATION_VOIDED("CN01"),
    /** The authorisation expired. */
    RESERVATION_EXPIRED("EOL1"),
    RESERVATION_NOT_MULTIPLE(IsoReason.NARRATIVE),
    /** The amount exceeds what was agreed with the client. */
    AMOUNT_ABOVE_RESERVATION("AM14"),
    /** An authorised user has cancelled the order. */
    CANCELLED("DS02");

    /** Where no code says it: the ledger's own reason beside it does. */
    static final String NARRATIVE = "NARR";

    private final String code;

    IsoReason(String code) {
        this.code = code;
    }

    public String code() {
        return code;
    }

    /** The code for a reason of the ledger, of which a later ledger may have more. */
    public static String codeOf(String reason) {
        return Stream.of(values())
                .filter(known -> known.name().equals(reason))
                .findFirst()
                .map(IsoReason::code)
                .orElse(NARRATIVE);
    }
}
