package io.hapax.stream.topology;

import io.hapax.schemas.CancelOutcome;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.ReservationOutcome;
import io.hapax.stream.decision.Asked;
import io.hapax.stream.decision.Consequence;
import io.hapax.stream.decision.Now;
import io.hapax.stream.decision.Outcome;
import io.hapax.stream.decision.OutcomeSource;
import io.hapax.stream.decision.PaymentRules;
import io.hapax.stream.decision.PaymentTask;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.TaskPolicies;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.records.IdempotencyRecords;
import io.hapax.stream.records.IdempotencyStores;
import io.hapax.stream.wire.Outcomes;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** The processor that applies each outcome to the payments of its task. It also runs the sweep. */
final class Settle extends ContextualProcessor<byte[], SpecificRecord, Object, Object> {
    private final TaskPolicies.Published published;
    private final IdempotencyStores stores;
    private final Duration lease;
    private final JourneyMetrics metrics;
    private final LongSupplier nanoClock;
    private final PaymentTask task;

    @SuppressWarnings("NullAway.Init") // Streams calls init before anything else.
    private TaskPolicies policies;

    @SuppressWarnings("NullAway.Init")
    private IdempotencyRecords records;

    @SuppressWarnings("NullAway.Init")
    private TaskOutput output;

    Settle(
            TaskPolicies.Published published,
            IdempotencyStores stores,
            PaymentRules rules,
            Duration lease,
            JourneyMetrics metrics,
            LongSupplier nanoClock) {
        this.published = published;
        this.stores = stores;
        this.task = new PaymentTask(rules);
        this.lease = lease;
        this.metrics = metrics;
        this.nanoClock = nanoClock;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        super.init(context);
        policies = stores.openPolicies(context, published);
        records = stores.open(context);
        output = new TaskOutput(context, records, metrics);
        PendingSweep sweep = new PendingSweep(context, records, policies, task, output, lease, metrics, nanoClock);
        context.schedule(sweep.interval(), PunctuationType.WALL_CLOCK_TIME, sweep);
    }

    @Override
    public void process(Record<byte[], SpecificRecord> incoming) {
        switch (incoming.value()) {
            case LedgerOutcome told ->
                settle(
                        told.getPaymentId(),
                        new PaymentKey(told.getClientId(), told.getIdempotencyKey()),
                        Outcomes.outcome(told),
                        Asked.Kind.PAYMENT,
                        incoming.timestamp());
            case ReservationOutcome told ->
                settle(
                        told.getPaymentId(),
                        new PaymentKey(told.getClientId(), told.getIdempotencyKey()),
                        Outcomes.outcome(told),
                        Outcomes.asked(told),
                        incoming.timestamp());
            case CancelOutcome told ->
                settle(
                        told.getPaymentId(),
                        new PaymentKey(told.getClientId(), told.getIdempotencyKey()),
                        Outcomes.outcome(told),
                        Asked.Kind.CANCEL,
                        incoming.timestamp());
            default ->
                throw new IllegalStateException(
                        "no outcome: " + incoming.value().getSchema());
        }
    }

    private void settle(UUID paymentId, PaymentKey key, Outcome outcome, Asked.Kind asked, long eventTimeMs) {
        OutcomeSource source = new OutcomeSource(
                context().recordMetadata().orElseThrow().offset(), Instant.ofEpochMilli(eventTimeMs), asked);
        Now now = Clocks.now(context());
        RetentionSchedule policy = policies.adopt(key, now.streamTime());
        List<Consequence> consequences =
                task.outcome(paymentId, key, outcome, source, records.find(paymentId), policy, now);
        output.write(consequences, policy, eventTimeMs);
    }

    @Override
    public void close() {
        metrics.forgetPending(context().taskId().partition());
    }
}
