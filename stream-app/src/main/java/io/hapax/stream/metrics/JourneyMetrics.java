package io.hapax.stream.metrics;

import io.hapax.schemas.Verdict;
import io.hapax.serde.UnreadableReason;
import io.hapax.stream.decision.Consequences.NothingReason;
import io.hapax.stream.decision.Consequences.PostReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counters and gauges of the journey; safe for use by several stream threads. */
public final class JourneyMetrics {
    private final MeterRegistry registry;
    private final Map<Verdict, Counter> decisions = new EnumMap<>(Verdict.class);
    private final Map<UnreadableReason, Counter> deadLetters = new EnumMap<>(UnreadableReason.class);
    private final Counter accepted;
    private final Counter rerouted;
    private final Counter seenAgain;
    private final Counter inquiries;
    private final Counter postedAgain;
    private final Counter ignoredOutcomes;
    private final Timer sweeps;
    private final Map<Integer, PendingSummary> pending = new ConcurrentHashMap<>();

    public JourneyMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (Verdict verdict : Verdict.values()) {
            decisions.put(verdict, registry.counter("hapax.decisions", "verdict", verdict.name()));
        }
        for (UnreadableReason reason : UnreadableReason.values()) {
            deadLetters.put(reason, registry.counter("hapax.dead.letters", "reason", reason.name()));
        }
        accepted = registry.counter("hapax.commands.accepted");
        rerouted = registry.counter("hapax.commands.rerouted");
        seenAgain = registry.counter("hapax.commands.seen.again");
        inquiries = registry.counter("hapax.ledger.inquiries");
        postedAgain = registry.counter("hapax.ledger.posted.again");
        ignoredOutcomes = registry.counter("hapax.outcomes.ignored");
        sweeps = registry.timer("hapax.pending.sweeps");
    }

    public void decided(Verdict verdict) {
        count(decisions.get(verdict));
    }

    public void posted(PostReason reason) {
        switch (reason) {
            case ACCEPTED -> accepted.increment();
            case READ_AGAIN -> seenAgain.increment();
            case NOTHING_FOUND -> postedAgain.increment();
        }
    }

    public void nothing(NothingReason reason) {
        switch (reason) {
            case COMMAND_READ_AGAIN -> seenAgain.increment();
            case OUTCOME_REPEATED -> ignoredOutcomes.increment();
        }
    }

    public void deadLetter(UnreadableReason reason) {
        count(deadLetters.get(reason));
    }

    public void rerouted() {
        rerouted.increment();
    }

    public void inquired() {
        inquiries.increment();
    }

    /** A look of the sweep took that long, out of the time of its stream thread. */
    public void swept(Duration took) {
        sweeps.record(took);
    }

    /** What the sweep found in one round over the pending payments of a partition. */
    public void pending(int partition, PendingSummary summary) {
        if (pending.put(partition, summary) == null) {
            gauge("hapax.pending.payments", partition, PendingSummary::count);
            gauge("hapax.pending.oldest.age.seconds", partition, PendingSummary::oldestAgeSeconds);
            gauge("hapax.pending.attempts.max", partition, PendingSummary::mostAttempts);
        }
    }

    /** The task moved to another instance, which tells of its pending payments from now on. */
    public void forgetPending(int partition) {
        pending.computeIfPresent(partition, (p, summary) -> PendingSummary.NONE);
    }

    private void gauge(String name, int partition, java.util.function.ToDoubleFunction<PendingSummary> value) {
        Gauge.builder(name, () -> value.applyAsDouble(pending.getOrDefault(partition, PendingSummary.NONE)))
                .tag("partition", String.valueOf(partition))
                .register(registry);
    }

    private static void count(@org.jspecify.annotations.Nullable Counter counter) {
        if (counter != null) {
            counter.increment();
        }
    }
}
