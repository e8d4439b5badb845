package io.hapax.ledger.posting;

/** The state of a reservation that a capture or release names, as the ledger has it. */
sealed interface ReservationState {
    /** There is none under this id on this debtor. */
    record Unknown() implements ReservationState {}

    /** It failed, so that nothing was ever held. */
    record NeverHeld() implements ReservationState {}

    /** It holds money. */
    record Open(Reservation reservation) implements ReservationState {}

    /** It has ended. */
    record Ended(ReservationEnd.How how) implements ReservationState {}
}
