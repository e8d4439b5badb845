package io.hapax.stream.gateway;

/** So many requests at once after a pause, and so many per second in the long run. Thread-safe. */
final class TokenBucket {
    static final int NONE = -1;

    private static final double NANOS_PER_SECOND = 1e9;

    private final int capacity;
    private final double perNano;
    private double tokens;
    private long filledAtNanos;

    TokenBucket(int capacity, int perSecond, long nowNanos) {
        this.capacity = capacity;
        this.perNano = perSecond / NANOS_PER_SECOND;
        this.tokens = capacity;
        this.filledAtNanos = nowNanos;
    }

    /** The number of whole tokens that are left after one is taken; {@link #NONE} if there was none to take. */
    synchronized int tryTake(long nowNanos) {
        long passed = Math.max(0, nowNanos - filledAtNanos);
        tokens = Math.min(capacity, tokens + passed * perNano);
        filledAtNanos += passed;
        if (tokens < 1) {
            return NONE;
        }
        tokens--;
        return (int) tokens;
    }
}
