package io.hapax.stream.metrics;

import static java.util.Objects.requireNonNull;

import io.hapax.schemas.CancelFound;
import io.hapax.schemas.CancelVerdict;
import io.hapax.schemas.ReservationStep;
import io.hapax.schemas.Verdict;
import io.hapax.serde.UnreadableReason;
import io.hapax.stream.decision.Consequence.InquiryReason;
import io.hapax.stream.decision.Consequence.NothingReason;
import io.hapax.stream.decision.Consequence.PostReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Counters, gauges and latencies of the journey; safe for use by several stream threads. On the way of a command,
 * each costs an increment: what is looked up by name is looked up before.
 */
public final class JourneyMetrics {
    /** Clients that are counted by name, unless told else. */
    public static final int MOST_CLIENTS = 100;

    /** What is found under the key, or why nothing is told of it. */
    private static final List<String> CANCEL_ANSWERS = List.of(
            CancelVerdict.INVALID.name(),
            CancelVerdict.IN_FLIGHT.name(),
            CancelFound.CANCELLED.name(),
            CancelFound.COMPLETED.name(),
            CancelFound.FAILED.name());

    private final MeterRegistry registry;
    private final ClientAnswers answers;
    private final Map<UnreadableReason, Counter> deadLetters = new EnumMap<>(UnreadableReason.class);
    private final Map<ReservationStep, Map<Verdict, Counter>> steps = new EnumMap<>(ReservationStep.class);
    private final Map<String, Counter> cancels = new HashMap<>();
    private final Counter accepted;
    private final Counter inPlace;
    private final Counter rerouted;
    private final Counter recalled;
    private final Counter seenAgain;
    private final Counter inquiries;
    private final Counter postedAgain;
    private final Counter ignoredOutcomes;
    private final Counter replacedThreads;
    private final Timer sweeps;
    private final Latency decision;
    private final Latency settlement;
    private final Map<Integer, PendingSummary> pending = new ConcurrentHashMap<>();

    public JourneyMetrics(MeterRegistry registry) {
        this(registry, MOST_CLIENTS);
    }

    /** @param mostClients clients that are counted by name at most */
    public JourneyMetrics(MeterRegistry registry, int mostClients) {
        this.registry = registry;
        answers = new ClientAnswers(registry, mostClients);
        for (UnreadableReason reason : UnreadableReason.values()) {
            deadLetters.put(
                    reason,
                    Counter.builder("hapax.dead.letters")
                            .description("Records that could not be read, by reason")
                            .tag("reason", reason.name())
                            .register(registry));
        }
        for (ReservationStep step : ReservationStep.values()) {
            steps.put(step, stepAnswers(step));
        }
        for (String answer : CANCEL_ANSWERS) {
            cancels.put(
                    answer,
                    Counter.builder("hapax.cancel.answers")
                            .description("Cancels answered, by answer")
                            .tag("answer", answer)
                            .register(registry));
        }
        accepted = counter("hapax.commands.accepted", "Payments accepted: their keys were unknown");
        inPlace = counter("hapax.commands.in.place", "Valid commands that their producers sent to the right partition");
        rerouted = counter("hapax.commands.rerouted", "Commands found on the wrong partition and sent on");
        Gauge.builder("hapax.commands.rerouted.share", this::reroutedShare)
                .description("Share of the valid commands that came on the wrong partition, since the start")
                .register(registry);
        recalled =
                counter("hapax.commands.recalled", "Commands with an old unknown key that is looked up in the ledger");
        seenAgain = counter("hapax.commands.seen.again", "Commands read again after a fault");
        inquiries = counter("hapax.ledger.inquiries", "Times the ledger was asked about a pending payment");
        postedAgain = counter("hapax.ledger.posted.again", "Payments posted again since the ledger had not seen them");
        ignoredOutcomes = counter("hapax.outcomes.ignored", "Outcomes that were repeated or overtaken");
        replacedThreads = counter("hapax.threads.replaced", "Stream threads that died of a fault and were replaced");
        sweeps = Timer.builder("hapax.pending.sweeps")
                .description("Looks over pending payments, out of the time of the stream threads")
                .register(registry);
        decision = new Latency(registry, "hapax.decision.latency", "From a command's append to its acceptance");
        settlement = new Latency(registry, "hapax.settlement.latency", "From a command's append to its settlement");
    }

    public void answered(Verdict verdict, String client) {
        answers.count(verdict, client);
    }

    /** A command of a payment in two steps is answered. It counts among all answers, too. */
    public void answered(ReservationStep step, Verdict verdict, String client) {
        answered(verdict, client);
        requireNonNull(requireNonNull(steps.get(step)).get(verdict)).increment();
    }

    /**
     * A cancel is answered.
     *
     * @param found what stands under the key; null while that is not known
     */
    public void cancelAnswered(CancelVerdict verdict, @Nullable CancelFound found) {
        count(cancels.get(found == null ? verdict.name() : found.name()));
    }

    private Map<Verdict, Counter> stepAnswers(ReservationStep step) {
        Map<Verdict, Counter> counters = new EnumMap<>(Verdict.class);
        for (Verdict verdict : Verdict.values()) {
            counters.put(
                    verdict,
                    Counter.builder("hapax.step.answers")
                            .description("Reservations, captures and voidings answered, by step and answer")
                            .tag("step", step.name())
                            .tag("answer", verdict.name())
                            .register(registry));
        }
        return counters;
    }

    public void posted(PostReason reason) {
        switch (reason) {
            case ACCEPTED, NEVER_SEEN -> accepted.increment();
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

    public void inPlace() {
        inPlace.increment();
    }

    public void rerouted() {
        rerouted.increment();
    }

    private double reroutedShare() {
        double all = rerouted.count() + inPlace.count();
        return all == 0 ? 0 : rerouted.count() / all;
    }

    public void inquired(InquiryReason reason) {
        switch (reason) {
            case RECALLED -> recalled.increment();
            case READ_AGAIN -> seenAgain.increment();
            case LEASE_RAN_OUT -> inquiries.increment();
        }
    }

    /** A look of the sweep took that long. */
    public void swept(Duration took) {
        sweeps.record(took);
    }

    public void threadReplaced() {
        replacedThreads.increment();
    }

    /** A command that the broker appended then was accepted now. */
    public void accepted(long appendedMs, long nowMs) {
        decision.record(appendedMs, nowMs);
    }

    /** The payment of a command that the broker appended then was settled now. */
    public void settled(long appendedMs, long nowMs) {
        settlement.record(appendedMs, nowMs);
    }

    /** Takes the totals of one round of the sweep over the pending payments of a partition. */
    public void pending(int partition, PendingSummary summary) {
        if (pending.put(partition, summary) == null) {
            gauge("hapax.pending.payments", "Payments accepted and not settled", partition, PendingSummary::count);
            gauge(
                    "hapax.pending.oldest.age.seconds",
                    "Age of the oldest pending payment",
                    partition,
                    PendingSummary::oldestAgeSeconds);
            gauge(
                    "hapax.pending.attempts.max",
                    "Times the most often posted pending payment was posted",
                    partition,
                    PendingSummary::mostAttempts);
        }
    }

    /** The task moved to another instance, which tells of its pending payments from now on. */
    public void forgetPending(int partition) {
        pending.computeIfPresent(partition, (p, summary) -> PendingSummary.NONE);
    }

    /** Registers the sizes of the stores. They are asked for whenever metrics are read. */
    public void stores(Supplier<StoreFigures> figures) {
        storeGauge(
                "hapax.store.keys",
                "Payments remembered, about",
                () -> figures.get().keys());
        storeGauge(
                "hapax.store.filter.bytes",
                "Heap that the filters of the stores take",
                () -> figures.get().filterBytes());
        storeGauge(
                "hapax.store.memory.bytes",
                "Memory that RocksDB takes",
                () -> figures.get().memoryBytes());
        for (RebuildCause cause : RebuildCause.values()) {
            FunctionCounter.builder(
                            "hapax.store.rebuilds", figures, all -> all.get().rebuilds(cause))
                    .description("Stores that began empty and were restored from their changelogs, by cause")
                    .tag("cause", cause.name())
                    .register(registry);
        }
    }

    private void storeGauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private void gauge(String name, String description, int partition, ToDoubleFunction<PendingSummary> value) {
        Gauge.builder(name, () -> value.applyAsDouble(pending.getOrDefault(partition, PendingSummary.NONE)))
                .description(description)
                .tag("partition", String.valueOf(partition))
                .register(registry);
    }

    private static void count(@Nullable Counter counter) {
        if (counter != null) {
            counter.increment();
        }
    }
}
