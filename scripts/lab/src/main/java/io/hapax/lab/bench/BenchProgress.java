package io.hapax.lab.bench;

import io.hapax.sandbox.AppProcess;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The progress of running apps, by the offsets that they have committed.
 *
 * @param done source of the number of records that are done
 * @param apps apps that must not end while the progress is watched
 */
record BenchProgress(LongSupplier done, List<AppProcess> apps) {
    private static final Duration POLL = Duration.ofMillis(20);

    /** Time without progress after which a run counts as stuck. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Waits until at least this number of records is done; returns the number that is done. */
    long await(long target) throws InterruptedException {
        long before = -1;
        long changedNanos = System.nanoTime();
        while (true) {
            long now = done.getAsLong();
            if (now >= target) {
                return now;
            }
            if (now != before) {
                before = now;
                changedNanos = System.nanoTime();
            }
            refuseIfStuck(now, target, System.nanoTime() - changedNanos);
            Thread.sleep(POLL);
        }
    }

    /**
     * The rate in records per second between two counts. It starts with the first commit that reaches the first
     * count, and ends with the first commit that reaches the second.
     */
    double rate(long from, long to) throws InterruptedException {
        long first = await(from);
        long startNanos = System.nanoTime();
        long last = await(to);
        return (last - first) / ((System.nanoTime() - startNanos) / 1e9);
    }

    private void refuseIfStuck(long now, long target, long stillNanos) {
        for (AppProcess app : apps) {
            if (!app.isAlive()) {
                throw new IllegalStateException(app.name() + " has ended, see " + app.log());
            }
        }
        if (stillNanos > PATIENCE.toNanos()) {
            throw new IllegalStateException("nothing done for " + PATIENCE + " at " + now + " of " + target);
        }
    }
}
