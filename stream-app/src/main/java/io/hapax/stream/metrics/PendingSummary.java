package io.hapax.stream.metrics;

/**
 * The pending payments of a partition, as one round of the sweep found them.
 *
 * @param count how many
 * @param oldestAgeSeconds age of the oldest, 0 if there is none
 * @param mostAttempts POSTs of the payment that was posted most often
 */
public record PendingSummary(long count, double oldestAgeSeconds, int mostAttempts) {
    public static final PendingSummary NONE = new PendingSummary(0, 0, 0);
}
