package io.hapax.stream;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answer to a stream thread that dies of a fault. The thread is replaced, since most faults pass (a fenced
 * producer, a stall longer than a transaction). When too many die within a time, the fault does not pass. Then the
 * process stops, so that somebody is called and another instance takes over.
 */
final class ThreadFailures implements StreamsUncaughtExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadFailures.class);

    /**
     * Longer than Streams itself retries (task.timeout.ms is 5 minutes): a lost broker alone never adds up to the
     * bound.
     */
    private static final Duration WITHIN = Duration.ofMinutes(10);

    private static final int REPLACEMENTS_PER_THREAD = 5;

    private final int bound;
    private final LongSupplier nanoClock;
    private final Runnable countReplaced;
    private final Deque<Long> failures = new ArrayDeque<>();

    ThreadFailures(int threads, LongSupplier nanoClock, Runnable countReplaced) {
        this.bound = REPLACEMENTS_PER_THREAD * threads;
        this.nanoClock = nanoClock;
        this.countReplaced = countReplaced;
    }

    @Override
    public synchronized StreamThreadExceptionResponse handle(Throwable failure) {
        long now = nanoClock.getAsLong();
        failures.addLast(now);
        while (now - failures.getFirst() > WITHIN.toNanos()) {
            failures.removeFirst();
        }
        if (failures.size() > bound) {
            LOG.error(
                    "stopping: {} stream threads died within {} minutes, the last of",
                    failures.size(),
                    WITHIN.toMinutes(),
                    failure);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        LOG.warn(
                "replacing a stream thread ({} of {} within {} minutes) that died of",
                failures.size(),
                bound,
                WITHIN.toMinutes(),
                failure);
        countReplaced.run();
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
}
