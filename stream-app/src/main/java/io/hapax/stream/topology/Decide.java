package io.hapax.stream.topology;

import io.hapax.stream.decision.Command;
import io.hapax.stream.decision.Consequence;
import io.hapax.stream.decision.Now;
import io.hapax.stream.decision.Payment;
import io.hapax.stream.decision.PaymentRules;
import io.hapax.stream.decision.PaymentTask;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.TaskPolicies;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.records.IdempotencyRecords;
import io.hapax.stream.records.IdempotencyStores;
import io.hapax.stream.topology.PaymentTopology.PaymentIds;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** The processor that decides each command against the payments of its task. */
final class Decide extends ContextualProcessor<byte[], Command, Object, Object> {
    private final TaskPolicies.Published published;
    private final IdempotencyStores stores;
    private final PaymentIds paymentIds;
    private final JourneyMetrics metrics;
    private final PaymentTask task;

    @SuppressWarnings("NullAway.Init") // Streams calls init before anything else.
    private TaskPolicies policies;

    @SuppressWarnings("NullAway.Init")
    private IdempotencyRecords records;

    @SuppressWarnings("NullAway.Init")
    private TaskOutput output;

    Decide(
            TaskPolicies.Published published,
            IdempotencyStores stores,
            PaymentIds paymentIds,
            PaymentRules rules,
            JourneyMetrics metrics) {
        this.published = published;
        this.stores = stores;
        this.paymentIds = paymentIds;
        this.task = new PaymentTask(rules);
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        super.init(context);
        policies = stores.openPolicies(context, published);
        records = stores.open(context);
        output = new TaskOutput(context, records, metrics);
    }

    @Override
    public void process(Record<byte[], Command> incoming) {
        Command command = guarded(published.keyFormOf(incoming.value().key()).asks(incoming.value()));
        Now now = Clocks.now(context());
        UUID paymentId = paymentIds.apply(command.key(), command.origin());
        RetentionSchedule policy = policies.adopt(command.key(), now.streamTime());
        List<Consequence> consequences = task.command(paymentId, command, records.find(paymentId), policy, now);
        output.write(consequences, policy, incoming.timestamp());
    }

    private Command guarded(Command command) {
        return command.payload() instanceof Payment
                ? command.within(published.duplicateWindowOf(command.key()))
                : command;
    }
}
