package io.hapax.stream.gateway;

/** So many requests at once after a pause, and so many per second in the long run. Thread-safe. */
final class TokenBucket {
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

    synchronized boolean tryTake(long nowNanos) {
        long passed = Math.max(0, nowNanos - filledAtNanos);
        tokens = Math.min(capacity, tokens + passed * perNano);
        filledAtNanos += passed;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
