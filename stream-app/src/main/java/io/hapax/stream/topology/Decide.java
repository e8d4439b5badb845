package io.hapax.stream.topology;

import io.hapax.stream.decision.Command;
import io.hapax.stream.decision.Now;
import io.hapax.stream.decision.PaymentRules;
import io.hapax.stream.decision.PaymentTask;
import io.hapax.stream.decision.TaskPolicies;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.records.IdempotencyStores;
import io.hapax.stream.topology.PaymentTopology.PaymentIds;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Brings each command before the payments of its task. */
final class Decide extends ContextualProcessor<byte[], Command, Object, Object> {
    private final TaskPolicies.Published published;
    private final IdempotencyStores stores;
    private final PaymentIds paymentIds;
    private final JourneyMetrics metrics;

    @SuppressWarnings("NullAway.Init") // Streams calls init before anything else.
    private ToTopics toTopics;

    @SuppressWarnings("NullAway.Init")
    private TaskPolicies policies;

    @SuppressWarnings("NullAway.Init")
    private PaymentTask payments;

    Decide(TaskPolicies.Published published, IdempotencyStores stores, PaymentIds paymentIds, JourneyMetrics metrics) {
        this.published = published;
        this.stores = stores;
        this.paymentIds = paymentIds;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        super.init(context);
        policies = stores.openPolicies(context, published);
        toTopics = new ToTopics(context, policies::current, metrics);
        payments = new PaymentTask(PaymentRules.of(policies::current), stores.open(context, policies), toTopics);
    }

    @Override
    public void process(Record<byte[], Command> incoming) {
        Command command = incoming.value();
        Now now = Clocks.now(context());
        policies.follow(command.key(), now.streamTime());
        toTopics.at(incoming.timestamp());
        payments.command(paymentIds.apply(command.key(), command.origin()), command, now);
    }
}
