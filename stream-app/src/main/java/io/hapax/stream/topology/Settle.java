package io.hapax.stream.topology;

import io.hapax.schemas.LedgerOutcome;
import io.hapax.stream.decision.Now;
import io.hapax.stream.decision.OutcomeSource;
import io.hapax.stream.decision.PaymentRules;
import io.hapax.stream.decision.PaymentTask;
import io.hapax.stream.decision.TaskPolicies;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.records.IdempotencyRecords;
import io.hapax.stream.records.IdempotencyStores;
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
    private final TaskPolicies.Published published;
    private final IdempotencyStores stores;
    private final Duration lease;
    private final JourneyMetrics metrics;

    @SuppressWarnings("NullAway.Init") // Streams calls init before anything else.
    private ToTopics toTopics;

    @SuppressWarnings("NullAway.Init")
    private TaskPolicies policies;

    @SuppressWarnings("NullAway.Init")
    private PaymentTask payments;

    Settle(TaskPolicies.Published published, IdempotencyStores stores, Duration lease, JourneyMetrics metrics) {
        this.published = published;
        this.stores = stores;
        this.lease = lease;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        super.init(context);
        policies = stores.openPolicies(context, published);
        IdempotencyRecords records = stores.open(context, policies);
        toTopics = new ToTopics(context, policies::current, metrics);
        payments = new PaymentTask(PaymentRules.of(policies::current), records, toTopics);
        PendingSweep sweep = new PendingSweep(context, records, payments, toTopics, lease, metrics, System::nanoTime);
        context.schedule(sweep.interval(), PunctuationType.WALL_CLOCK_TIME, sweep);
    }

    @Override
    public void process(Record<byte[], LedgerOutcome> incoming) {
        LedgerOutcome wire = incoming.value();
        PaymentKey key = new PaymentKey(wire.getClientId(), wire.getIdempotencyKey());
        Now now = Clocks.now(context());
        policies.follow(key, now.streamTime());
        toTopics.at(incoming.timestamp());
        payments.outcome(
                wire.getPaymentId(),
                key,
                Outcomes.outcome(wire),
                new OutcomeSource(
                        context().recordMetadata().orElseThrow().offset(), Instant.ofEpochMilli(incoming.timestamp())),
                now);
    }

    @Override
    public void close() {
        metrics.forgetPending(context().taskId().partition());
    }
}
