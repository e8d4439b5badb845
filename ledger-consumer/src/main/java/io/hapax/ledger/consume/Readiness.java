package io.hapax.ledger.consume;

import java.time.Instant;

/** Whether the ledger gets on, for others to read: any thread may ask. */
public final class Readiness {

    /** What the ledger is doing. */
    public sealed interface State {}

    /** Not yet reading events. */
    public record Starting() implements State {}

    /**
     * Dealing with events as they come.
     *
     * @param partitions of {@code ledger-events} that this instance has; 0 while it has none
     */
    public record Running(int partitions) implements State {}

    /**
     * Something that the ledger needs is away. Nothing is lost or skipped; it tries again and again.
     *
     * @param since when it first failed
     * @param failures in a row
     * @param reason what failed, without data of payments
     */
    public record Waiting(Instant since, int failures, String reason) implements State {}

    /** No longer reading events. */
    public record Stopped() implements State {}

    private volatile State state = new Starting();
    private volatile long lastTurnNanos = System.nanoTime();

    public State state() {
        return state;
    }

    /** When the ledger last turned to its next batch, as {@link System#nanoTime()}. */
    public long lastTurnNanos() {
        return lastTurnNanos;
    }

    void turn() {
        lastTurnNanos = System.nanoTime();
    }

    void is(State now) {
        state = now;
    }
}
