package io.hapax.stream.topology;

import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.Now;
import io.hapax.stream.decision.PaymentTask;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.TaskPolicies;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.metrics.PendingSummary;
import io.hapax.stream.records.IdempotencyRecords;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/**
 * A regular look over the pending payments of a task. It asks the ledger about those whose lease has run out, so that
 * a payment is settled even if its client never asks again.
 *
 * <p>Works in slices with a budget of time and goes on where it stopped, so that it stays cheap with millions pending.
 */
final class PendingSweep implements Punctuator {
    /** Three looks per lease find one that ran out soon enough. */
    private static final int LOOKS_PER_LEASE = 3;

    private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(10);

    /**
     * A hundredth of the time of one task, looking and asking together: five tasks on a thread stay within 5 % of it.
     */
    private static final int BUDGET_DIVISOR = 100;

    /** Payments of one slice at most, so that what it sends fits into a transaction; the next slice goes on. */
    private static final int MAX_SLICE = 10_000;

    private final ProcessorContext<Object, Object> context;
    private final IdempotencyRecords records;
    private final TaskPolicies policies;
    private final PaymentTask task;
    private final TaskOutput output;
    private final JourneyMetrics metrics;
    private final LongSupplier nanoClock;
    private final Duration interval;
    private final long budgetNanos;

    private @Nullable UUID next;
    private Round round = new Round();

    /** @param nanoClock as {@link System#nanoTime()}: what a look may take is measured by it */
    PendingSweep(
            ProcessorContext<Object, Object> context,
            IdempotencyRecords records,
            TaskPolicies policies,
            PaymentTask task,
            TaskOutput output,
            Duration lease,
            JourneyMetrics metrics,
            LongSupplier nanoClock) {
        this.context = context;
        this.records = records;
        this.policies = policies;
        this.task = task;
        this.output = output;
        this.metrics = metrics;
        this.nanoClock = nanoClock;
        Duration look = lease.dividedBy(LOOKS_PER_LEASE);
        this.interval = look.compareTo(LONGEST_INTERVAL) < 0 ? look : LONGEST_INTERVAL;
        this.budgetNanos = interval.toNanos() / BUDGET_DIVISOR;
    }

    Duration interval() {
        return interval;
    }

    @Override
    public void punctuate(long systemTimeMs) {
        long started = nanoClock.getAsLong();
        long streamTimeMs = context.currentStreamTimeMs();
        Now now = new Now(Instant.ofEpochMilli(streamTimeMs), Instant.ofEpochMilli(systemTimeMs));
        // Not while the iterator is open: it would hold back what the store wants to clean up.
        List<KeyValue<UUID, Pending>> slice = slice(started + budgetNanos / 2);
        for (int i = 0; i < slice.size(); i++) {
            KeyValue<UUID, Pending> entry = slice.get(i);
            if (i > 0 && nanoClock.getAsLong() - started > budgetNanos) {
                next = entry.key;
                break;
            }
            Pending pending = entry.value;
            round.add(pending);
            // Before its first record after a restart, a task may not know its stream time. So the sweep adopts no
            // policy. And what it sends carries the time at which the payment was accepted, if that is later.
            RetentionSchedule policy = policies.inForce(pending.key());
            long eventTimeMs = Math.max(streamTimeMs, pending.first().seenAt().toEpochMilli());
            output.write(task.sweep(entry.key, pending, policy, now), policy, eventTimeMs);
        }
        if (next == null) {
            metrics.pending(context.taskId().partition(), round.summary(now));
            round = new Round();
        }
        metrics.swept(Duration.ofNanos(nanoClock.getAsLong() - started));
    }

    /** The next pending payments; leaves in {@link #next} where to go on, null at the end of a round. */
    private List<KeyValue<UUID, Pending>> slice(long untilNanos) {
        List<KeyValue<UUID, Pending>> slice = new ArrayList<>();
        try (KeyValueIterator<UUID, IdempotencyRecord> pending = records.pendingFrom(next)) {
            next = null;
            while (pending.hasNext()) {
                KeyValue<UUID, IdempotencyRecord> entry = pending.next();
                // One at least, so that it gets on however slow the store is.
                if (slice.size() == MAX_SLICE || (!slice.isEmpty() && nanoClock.getAsLong() - untilNanos > 0)) {
                    next = entry.key;
                    break;
                }
                slice.add(KeyValue.pair(entry.key, (Pending) entry.value));
            }
        }
        return slice;
    }

    /** The totals of one look over all pending payments. */
    private static final class Round {
        private long count;
        private int mostAttempts;
        private @Nullable Instant oldest;

        void add(Pending pending) {
            count++;
            mostAttempts = Math.max(mostAttempts, pending.first().attempt());
            Instant seenAt = pending.first().seenAt();
            if (oldest == null || seenAt.isBefore(oldest)) {
                oldest = seenAt;
            }
        }

        PendingSummary summary(Now now) {
            if (oldest == null) {
                return PendingSummary.NONE;
            }
            double age = Math.max(0, Duration.between(oldest, now.systemTime()).toMillis()) / 1000.0;
            return new PendingSummary(count, age, mostAttempts);
        }
    }
}
