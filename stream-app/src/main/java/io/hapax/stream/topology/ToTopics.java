package io.hapax.stream.topology;

import static io.hapax.stream.topology.PaymentTopology.TO_DECISIONS;
import static io.hapax.stream.topology.PaymentTopology.TO_LEDGER;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.PaymentDecision;
import io.hapax.stream.decision.Answer;
import io.hapax.stream.decision.Consequences;
import io.hapax.stream.decision.DecisionPolicy;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.wire.Decisions;
import io.hapax.stream.wire.LedgerEvents;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Sends what follows from a decision to its topic, and counts it.
 *
 * <p>Everything carries the event time of what it follows from. The ledger keeps it in its outcomes, so that a task's stream
 * time is moved by commands alone and a backlog is judged by when it reached us.
 */
final class ToTopics implements Consequences {
    private final ProcessorContext<Object, Object> context;
    private final Supplier<DecisionPolicy> policy;
    private final JourneyMetrics metrics;

    private long eventTimeMs;

    /** @param policy that is followed in what is dealt with */
    ToTopics(ProcessorContext<Object, Object> context, Supplier<DecisionPolicy> policy, JourneyMetrics metrics) {
        this.context = context;
        this.policy = policy;
        this.metrics = metrics;
    }

    /** What is sent from here on follows from something of this time. */
    void at(long eventTimeMs) {
        this.eventTimeMs = eventTimeMs;
    }

    @Override
    public void post(UUID paymentId, Pending pending, PostReason reason) {
        metrics.posted(reason);
        if (reason == PostReason.ACCEPTED) {
            metrics.accepted(eventTimeMs, context.currentSystemTimeMs());
        }
        tellLedger(LedgerEvents.post(paymentId, pending));
    }

    @Override
    public void inquire(UUID paymentId, Pending pending, InquiryReason reason) {
        metrics.inquired(reason);
        tellLedger(LedgerEvents.inquire(paymentId, pending));
    }

    @Override
    public void answer(Answer answer) {
        PaymentDecision decision = Decisions.decision(answer, policy.get());
        metrics.answered(decision.getVerdict(), decision.getClientId());
        if (answer.verdict() instanceof Answer.Verdict.SettledNow(var settled)) {
            metrics.settled(settled.first().seenAt().toEpochMilli(), context.currentSystemTimeMs());
        }
        String key = decision.getClientId() + "/" + decision.getIdempotencyKey();
        context.forward(new Record<>(key, decision, eventTimeMs), TO_DECISIONS);
    }

    @Override
    public void nothing(NothingReason reason) {
        metrics.nothing(reason);
    }

    private void tellLedger(LedgerEvent event) {
        context.forward(new Record<>(event.getDebtorAccount(), event, eventTimeMs), TO_LEDGER);
    }
}
