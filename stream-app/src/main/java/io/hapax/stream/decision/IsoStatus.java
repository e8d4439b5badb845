package io.hapax.stream.decision;

/** The status codes of ISO 20022 (ExternalPaymentTransactionStatus1Code) that a command or its key can have. */
public enum IsoStatus {
    /** Received: Kafka has the command, and it is not known what became of it. */
    RCVD,
    /** Pending: accepted, and not settled. */
    PDNG,
    /** Accepted after a check of the funds: the money is held. */
    ACFC,
    /** Settled on the creditor's account: the money moved. */
    ACCC,
    /** Cancelled: the hold was voided, or nothing is ever done under the key. */
    CANC,
    /** Rejected: failed for good. */
    RJCT;

    /** The status of what is settled. */
    public static IsoStatus of(Asked.Kind kind, Result result) {
        return switch (result) {
            case Result.Completed completed -> done(kind);
            case Result.Failed failed -> RJCT;
            case Result.DoneBefore(var before) -> done(before);
        };
    }

    /** The status of what is done. */
    public static IsoStatus done(Asked.Kind kind) {
        return switch (kind) {
            case PAYMENT, CAPTURE -> ACCC;
            case RESERVE -> ACFC;
            case VOID, CANCEL -> CANC;
        };
    }
}
