package io.hapax.stream.decision;

/**
 * The parts of the service that an operator switches on once all instances know them.
 *
 * @param twoSteps whether new reservations, captures and voidings are accepted
 * @param guards whether new cancels are accepted
 */
public record SwitchedOn(boolean twoSteps, boolean guards) {
    /** Payments in one step alone. */
    public static final SwitchedOn NOTHING = new SwitchedOn(false, false);

    /** All of it. */
    public static final SwitchedOn ALL = new SwitchedOn(true, true);
}
