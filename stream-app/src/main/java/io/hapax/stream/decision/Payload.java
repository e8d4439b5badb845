package io.hapax.stream.decision;

/** The payload of a command, which every retry must repeat. */
public sealed interface Payload permits Payment, Reservation, Capture, Voiding {
    /** Id of the account that is debited: the ledger judges in the order of that account. */
    String debtorAccount();

    /** What it asks for. */
    Asked asked();
}
