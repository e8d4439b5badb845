package io.hapax.stream.topology;

import static io.hapax.stream.topology.PaymentTopology.TO_DECISIONS;
import static io.hapax.stream.topology.PaymentTopology.TO_LEDGER;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.PaymentDecision;
import io.hapax.stream.decision.Command;
import io.hapax.stream.decision.Decision;
import io.hapax.stream.decision.DecisionRule;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.Now;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.records.IdempotencyRecords;
import io.hapax.stream.records.IdempotencyStores;
import io.hapax.stream.topology.PaymentTopology.PaymentIds;
import io.hapax.stream.wire.Decisions;
import io.hapax.stream.wire.Decisions.Answered;
import io.hapax.stream.wire.LedgerEvents;
import java.util.UUID;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Asks the rule about each command, remembers what it says and tells ledger or client. */
final class Decide extends ContextualProcessor<byte[], Command, Object, Object> {
    private final DecisionRule rule;
    private final Decisions decisions;
    private final IdempotencyStores stores;
    private final PaymentIds paymentIds;
    private final JourneyMetrics metrics;

    @SuppressWarnings("NullAway.Init") // Streams calls init before anything else.
    private IdempotencyRecords records;

    Decide(
            DecisionRule rule,
            Decisions decisions,
            IdempotencyStores stores,
            PaymentIds paymentIds,
            JourneyMetrics metrics) {
        this.rule = rule;
        this.decisions = decisions;
        this.stores = stores;
        this.paymentIds = paymentIds;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        super.init(context);
        records = stores.open(context);
    }

    @Override
    public void process(Record<byte[], Command> incoming) {
        Command command = incoming.value();
        Now now = Clocks.now(context());
        UUID paymentId = paymentIds.apply(command.key(), command.origin());
        IdempotencyRecord stored = records.find(paymentId, now.streamTime());
        Answered answered = new Answered(command.key(), paymentId, command.origin(), now.streamTime());
        switch (rule.decide(command, stored, now)) {
            case Decision.Accepted(var pending) -> accept(paymentId, pending, incoming.timestamp());
            case Decision.SeenAgain(var pending) -> seenAgain(paymentId, pending, incoming.timestamp());
            case Decision.AlreadySettled() -> metrics.seenAgain();
            case Decision.Conflict(var known, var differing) ->
                answer(decisions.conflict(answered, known, differing), incoming);
            case Decision.InFlight(var pending, var inquiry) -> {
                answer(decisions.inFlight(answered, pending), incoming);
                if (inquiry != null) {
                    inquire(paymentId, inquiry, incoming.timestamp());
                }
            }
            case Decision.Replayed(var settled) -> answer(decisions.replayed(answered, settled), incoming);
            case Decision.Expired() -> answer(decisions.expired(answered), incoming);
        }
    }

    private void accept(UUID paymentId, Pending pending, long timestamp) {
        metrics.accepted();
        records.put(paymentId, pending);
        tellLedger(LedgerEvents.post(paymentId, pending), timestamp);
    }

    private void seenAgain(UUID paymentId, Pending pending, long timestamp) {
        metrics.seenAgain();
        tellLedger(LedgerEvents.post(paymentId, pending), timestamp);
    }

    private void inquire(UUID paymentId, Pending inquiry, long timestamp) {
        metrics.inquired();
        records.put(paymentId, inquiry);
        tellLedger(LedgerEvents.inquire(paymentId, inquiry), timestamp);
    }

    private void tellLedger(LedgerEvent event, long timestamp) {
        context().forward(new Record<>(event.getDebtorAccount(), event, timestamp, new RecordHeaders()), TO_LEDGER);
    }

    private void answer(PaymentDecision answer, Record<byte[], Command> incoming) {
        metrics.decided(answer);
        String key = incoming.value().key().topicKey();
        context().forward(new Record<>(key, answer, incoming.timestamp(), new RecordHeaders()), TO_DECISIONS);
    }
}
