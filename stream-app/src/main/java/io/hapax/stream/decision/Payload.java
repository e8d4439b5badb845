package io.hapax.stream.decision;

/** The payload of a command, which every retry must repeat. */
public sealed interface Payload permits Payload.OfDebtor, Cancellation {
    /** What it asks for. */
    Asked asked();

    /** The payload of all commands but cancels. */
    sealed interface OfDebtor extends Payload permits Payment, Reservation, Capture, Voiding {
        /** Id of the account that is debited: the ledger judges in the order of that account. */
        String debtorAccount();
    }
}
