package io.hapax.ledger.consume;

import java.time.Instant;

/** The state of the consumer loop, published for health checks. Any thread may read it. */
public final class Readiness {

    /** One state of the consumer loop. */
    public sealed interface State {}

    /** The loop does not read events yet. */
    public record Starting() implements State {}

    /**
     * The loop handles events as they come.
     *
     * @param partitions of {@code ledger-events} that this instance has; 0 while it has none
     */
    public record Running(int partitions) implements State {}

    /**
     * The loop waits, because something that the ledger needs is away. Nothing is lost or skipped: the loop tries
     * again and again.
     *
     * @param since when it first failed
     * @param failures in a row
     * @param reason what failed, without data of payments
     */
    public record Waiting(Instant since, int failures, String reason) implements State {}

    /** The loop does not read events any more. */
    public record Stopped() implements State {}

    private volatile State state = new Starting();
    private volatile long lastTurnNanos = System.nanoTime();

    public State state() {
        return state;
    }

    /** The time, as {@link System#nanoTime()}, at which the consumer loop last began a turn. */
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
