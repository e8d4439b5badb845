package io.hapax.stream.topology;

import io.hapax.stream.decision.Command;
import io.hapax.stream.decision.PaymentRules;
import io.hapax.stream.decision.PaymentTask;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.records.IdempotencyStores;
import io.hapax.stream.topology.PaymentTopology.PaymentIds;
import io.hapax.stream.wire.Decisions;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Brings each command before the payments of its task. */
final class Decide extends ContextualProcessor<byte[], Command, Object, Object> {
    private final PaymentRules rules;
    private final Decisions decisions;
    private final IdempotencyStores stores;
    private final PaymentIds paymentIds;
    private final JourneyMetrics metrics;

    @SuppressWarnings("NullAway.Init") // Streams calls init before anything else.
    private ToTopics toTopics;

    @SuppressWarnings("NullAway.Init")
    private PaymentTask payments;

    Decide(
            PaymentRules rules,
            Decisions decisions,
            IdempotencyStores stores,
            PaymentIds paymentIds,
            JourneyMetrics metrics) {
        this.rules = rules;
        this.decisions = decisions;
        this.stores = stores;
        this.paymentIds = paymentIds;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        super.init(context);
        toTopics = new ToTopics(context, decisions, metrics);
        payments = new PaymentTask(rules, stores.open(context), toTopics);
    }

    @Override
    public void process(Record<byte[], Command> incoming) {
        Command command = incoming.value();
        toTopics.at(incoming.timestamp());
        payments.command(paymentIds.apply(command.key(), command.origin()), command, Clocks.now(context()));
    }
}
