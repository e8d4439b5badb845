package io.hapax.insight;

/**
 * An incident that is not closed yet.
 *
 * @param lastSeenMs event time of the last fact that belongs to it
 */
record Incident(Cause cause, long openedAtMs, long lastSeenMs) {
    Incident seenAt(long atMs) {
        return new Incident(cause, openedAtMs, Math.max(lastSeenMs, atMs));
    }

    boolean isOver(long nowMs) {
        return nowMs - lastSeenMs > cause.kind().quiet().toMillis();
    }
}
