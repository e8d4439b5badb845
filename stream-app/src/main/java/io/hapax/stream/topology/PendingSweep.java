package io.hapax.stream.topology;

import static io.hapax.stream.topology.PaymentTopology.TO_LEDGER;

import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.Now;
import io.hapax.stream.decision.SettlementRule;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.metrics.PendingSummary;
import io.hapax.stream.records.IdempotencyRecords;
import io.hapax.stream.wire.LedgerEvents;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/**
 * Looks over the pending payments of a task and asks the ledger about those whose lease has run out, so that a payment is
 * settled even if its client never asks again.
 *
 * <p>Works in slices with a budget of time and goes on where it stopped, so that it stays cheap with millions pending.
 */
final class PendingSweep implements Punctuator {
    /** Three looks per lease find one that ran out soon enough. */
    private static final int LOOKS_PER_LEASE = 3;

    private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(10);

    /** A hundredth of the time of one task: five tasks on a thread stay within 5 % of it. */
    private static final int BUDGET_DIVISOR = 100;

    /** Inquiries of one slice, so that a slice fits into a transaction; after an outage the next slice goes on. */
    private static final int MAX_INQUIRIES = 10_000;

    private final ProcessorContext<Object, Object> context;
    private final IdempotencyRecords records;
    private final SettlementRule rule;
    private final JourneyMetrics metrics;
    private final Duration interval;

    private @Nullable UUID next;
    private Round round = new Round();

    PendingSweep(
            ProcessorContext<Object, Object> context,
            IdempotencyRecords records,
            SettlementRule rule,
            Duration lease,
            JourneyMetrics metrics) {
        this.context = context;
        this.records = records;
        this.rule = rule;
        this.metrics = metrics;
        Duration look = lease.dividedBy(LOOKS_PER_LEASE);
        this.interval = look.compareTo(LONGEST_INTERVAL) < 0 ? look : LONGEST_INTERVAL;
    }

    Duration interval() {
        return interval;
    }

    @Override
    public void punctuate(long systemTimeMs) {
        long streamTimeMs = context.currentStreamTimeMs();
        Now now = new Now(Instant.ofEpochMilli(streamTimeMs), Instant.ofEpochMilli(systemTimeMs));
        List<KeyValue<UUID, Pending>> inquiries = new ArrayList<>();
        long deadline = System.nanoTime() + interval.toNanos() / BUDGET_DIVISOR;
        try (KeyValueIterator<UUID, IdempotencyRecord> pending = records.pendingFrom(next)) {
            next = null;
            while (pending.hasNext()) {
                KeyValue<UUID, IdempotencyRecord> entry = pending.next();
                if (inquiries.size() == MAX_INQUIRIES || System.nanoTime() > deadline) {
                    next = entry.key;
                    break;
                }
                look(entry.key, (Pending) entry.value, now, inquiries);
            }
        }
        // Not while the iterator is open: it would hold back what the store wants to clean up.
        inquiries.forEach(inquiry -> inquire(inquiry.key, inquiry.value));
        if (next == null) {
            metrics.pending(context.taskId().partition(), round.summary(now));
            round = new Round();
        }
    }

    private void look(UUID paymentId, Pending pending, Now now, List<KeyValue<UUID, Pending>> inquiries) {
        round.add(pending);
        rule.inquire(pending, now).ifPresent(inquiry -> inquiries.add(KeyValue.pair(paymentId, inquiry)));
    }

    private void inquire(UUID paymentId, Pending inquiry) {
        metrics.inquired();
        records.put(paymentId, inquiry);
        // Before its first record after a restart, a task may not know its stream time; the payment's own is as good.
        long timestamp =
                Math.max(context.currentStreamTimeMs(), inquiry.first().seenAt().toEpochMilli());
        String debtor = inquiry.payment().debtorAccount();
        context.forward(
                new Record<>(debtor, LedgerEvents.inquire(paymentId, inquiry), timestamp, new RecordHeaders()),
                TO_LEDGER);
    }

    /** What one look over all pending payments adds up. */
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
