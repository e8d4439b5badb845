package io.hapax.stream.topology;

import io.hapax.schemas.LedgerOutcome;
import io.hapax.stream.decision.OutcomeSource;
import io.hapax.stream.decision.PaymentRules;
import io.hapax.stream.decision.PaymentTask;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.records.IdempotencyRecords;
import io.hapax.stream.records.IdempotencyStores;
import io.hapax.stream.wire.Decisions;
import io.hapax.stream.wire.Outcomes;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Brings each outcome before the payments of its task; runs the sweep beside it. */
final class Settle extends ContextualProcessor<byte[], LedgerOutcome, Object, Object> {
    private final PaymentRules rules;
    private final Decisions decisions;
    private final IdempotencyStores stores;
    private final Duration lease;
    private final JourneyMetrics metrics;

    @SuppressWarnings("NullAway.Init") // Streams calls init before anything else.
    private ToTopics toTopics;

    @SuppressWarnings("NullAway.Init")
    private PaymentTask payments;

    Settle(PaymentRules rules, Decisions decisions, IdempotencyStores stores, Duration lease, JourneyMetrics metrics) {
        this.rules = rules;
        this.decisions = decisions;
        this.stores = stores;
        this.lease = lease;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        super.init(context);
        IdempotencyRecords records = stores.open(context);
        toTopics = new ToTopics(context, decisions, metrics);
        payments = new PaymentTask(rules, records, toTopics);
        PendingSweep sweep = new PendingSweep(context, records, payments, toTopics, lease, metrics);
        context.schedule(sweep.interval(), PunctuationType.WALL_CLOCK_TIME, sweep);
    }

    @Override
    public void process(Record<byte[], LedgerOutcome> incoming) {
        LedgerOutcome wire = incoming.value();
        toTopics.at(incoming.timestamp(), wire.getAcceptedAt());
        payments.outcome(
                wire.getPaymentId(),
                new PaymentKey(wire.getClientId(), wire.getIdempotencyKey()),
                Outcomes.outcome(wire),
                new OutcomeSource(
                        context().recordMetadata().orElseThrow().offset(), Instant.ofEpochMilli(incoming.timestamp())),
                Clocks.now(context()));
    }

    @Override
    public void close() {
        metrics.forgetPending(context().taskId().partition());
    }
}
