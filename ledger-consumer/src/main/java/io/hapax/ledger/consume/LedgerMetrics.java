package io.hapax.ledger.consume;

import io.hapax.ledger.posting.FailureReason;
import io.hapax.ledger.posting.PaymentResult;
import io.hapax.ledger.posting.PostingAnswer;
import io.hapax.ledger.posting.PostingResult;
import io.hapax.schemas.CancelFound;
import io.hapax.serde.UnreadableReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Counters, gauges and latencies of the ledger. */
public final class LedgerMetrics {
    private static final long[] BUCKETS_MS = {
        5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 1_800_000
    };
    private static final double[] BATCH_BUCKETS = {1, 10, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000};

    /** Outcomes by what became of the payment; failures by reason below. */
    private final Counter completed;

    private final Counter conflicts;
    private final Counter notFound;
    private final Map<FailureReason, Counter> failed = new EnumMap<>(FailureReason.class);
    private final Map<CancelFound, Counter> cancels = new EnumMap<>(CancelFound.class);
    private final Map<UnreadableReason, Counter> deadLetters = new EnumMap<>(UnreadableReason.class);
    private final Counter postedBefore;
    private final Counter waits;
    private final DistributionSummary batch;
    private final Timer booked;
    private final Timer published;
    private final Timer posting;
    private final HoldMetrics holds;
    private volatile long lag;

    public LedgerMetrics(MeterRegistry registry) {
        completed = outcome(registry, "COMPLETED", "");
        conflicts = outcome(registry, "CONFLICT", "");
        notFound = outcome(registry, "NOT_FOUND", "");
        for (FailureReason reason : FailureReason.values()) {
            failed.put(reason, outcome(registry, "FAILED", reason.name()));
        }
        for (CancelFound found : CancelFound.values()) {
            cancels.put(
                    found,
                    Counter.builder("hapax.ledger.cancels")
                            .description("Cancels answered, by what stands under the key")
                            .tag("found", found.name())
                            .register(registry));
        }
        for (UnreadableReason reason : UnreadableReason.values()) {
            deadLetters.put(
                    reason,
                    Counter.builder("hapax.dead.letters")
                            .description("Records that could not be read, by reason")
                            .tag("reason", reason.name())
                            .register(registry));
        }
        postedBefore = Counter.builder("hapax.ledger.repeated")
                .description("Events whose payment was on record already: repeated or asked about")
                .register(registry);
        waits = Counter.builder("hapax.ledger.waits")
                .description("Batches put off because database, registry or broker were away")
                .register(registry);
        batch = DistributionSummary.builder("hapax.ledger.batch.events")
                .description("Events in a batch, which is one database transaction")
                .serviceLevelObjectives(BATCH_BUCKETS)
                .register(registry);
        booked = timer(registry, "hapax.ledger.database", "Database transaction of a batch");
        published = timer(registry, "hapax.ledger.publish", "Outcomes of a batch until they are acknowledged");
        posting = timer(registry, "hapax.posting.latency", "From a command's append to its outcome's acknowledgement");
        holds = new HoldMetrics(registry);
        Gauge.builder("hapax.ledger.lag.events", () -> lag)
                .description("Events not dealt with yet in this instance's partitions, as last heard from the broker")
                .register(registry);
    }

    /** Those of reservations. */
    public HoldMetrics holds() {
        return holds;
    }

    void booked(long nanos, List<PostingAnswer> answers) {
        booked.record(nanos, TimeUnit.NANOSECONDS);
        for (PostingAnswer answer : answers) {
            count(answer.result());
            if (answer.request().content().isCancel()) {
                increment(cancels.get(CancelOutcomes.found(answer)));
            }
        }
    }

    void published(long nanos) {
        published.record(nanos, TimeUnit.NANOSECONDS);
    }

    /**
     * An event is answered for good.
     *
     * @param commandAppendedMs negative if the event has no time, from which no latency follows
     */
    void answered(long commandAppendedMs, long nowMs) {
        if (commandAppendedMs < 0) return;
        posting.record(Math.max(0, nowMs - commandAppendedMs), TimeUnit.MILLISECONDS);
    }

    void deadLetter(UnreadableReason reason) {
        increment(deadLetters.get(reason));
    }

    void batch(int events, long lagAfter) {
        batch.record(events);
        lag = lagAfter;
    }

    void lag(long events) {
        lag = events;
    }

    void waits() {
        waits.increment();
    }

    private void count(PostingResult result) {
        switch (result) {
            case PostingResult.Settled settled -> count(settled.payment().settlement());
            case PostingResult.AlreadySettled already -> {
                postedBefore.increment();
                count(already.payment().settlement());
            }
            case PostingResult.Conflict conflict -> conflicts.increment();
            case PostingResult.NotFound nothing -> notFound.increment();
        }
    }

    private void count(PaymentResult settlement) {
        switch (settlement) {
            case PaymentResult.Completed done -> completed.increment();
            case PaymentResult.Failed failure -> increment(failed.get(failure.reason()));
        }
    }

    private static void increment(@Nullable Counter counter) {
        if (counter != null) counter.increment();
    }

    private static Counter outcome(MeterRegistry registry, String status, String reason) {
        return Counter.builder("hapax.outcomes")
                .description("Events answered, by what became of the payment")
                .tag("status", status)
                .tag("reason", reason)
                .register(registry);
    }

    private static Timer timer(MeterRegistry registry, String name, String description) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(
                        LongStream.of(BUCKETS_MS).mapToObj(Duration::ofMillis).toArray(Duration[]::new))
                .register(registry);
    }
}
