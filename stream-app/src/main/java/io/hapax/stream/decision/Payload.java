package io.hapax.stream.decision;

/** The payload of a command, which every retry must repeat. */
public sealed interface Payload permits Payment {
    /** Id of the account that is debited: the ledger judges in the order of that account. */
    String debtorAccount();
}
