package io.hapax.stream.topology;

import static io.hapax.stream.topology.PaymentTopology.TO_DECISIONS;
import static io.hapax.stream.topology.PaymentTopology.TO_LEDGER;

import io.hapax.schemas.CancelDecision;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.ReservationDecision;
import io.hapax.schemas.Verdict;
import io.hapax.stream.decision.Answer;
import io.hapax.stream.decision.Consequence.Inquire;
import io.hapax.stream.decision.Consequence.Post;
import io.hapax.stream.decision.Consequence.PostReason;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.wire.CancelDecisions;
import io.hapax.stream.wire.Decisions;
import io.hapax.stream.wire.LedgerEventSerializer.Told;
import io.hapax.stream.wire.ReservationDecisions;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The sender of a decision's consequences: it sends each to its topic, and counts it.
 *
 * <p>Everything carries the event time of what it follows from. The ledger keeps it in its outcomes, so that a task's
 * stream time is moved by commands alone and a backlog is judged by when it reached us.
 */
final class ToTopics {
    private final ProcessorContext<Object, Object> context;
    private final JourneyMetrics metrics;

    ToTopics(ProcessorContext<Object, Object> context, JourneyMetrics metrics) {
        this.context = context;
        this.metrics = metrics;
    }

    void post(Post post, long eventTimeMs) {
        metrics.posted(post.reason());
        if (post.reason() == PostReason.ACCEPTED) {
            metrics.accepted(eventTimeMs, context.currentSystemTimeMs());
        }
        tellLedger(new Told(LedgerEventKind.POST, post.paymentId(), post.pending()), eventTimeMs);
    }

    void inquire(Inquire inquire, long eventTimeMs) {
        metrics.inquired(inquire.reason());
        tellLedger(new Told(LedgerEventKind.INQUIRE, inquire.paymentId(), inquire.pending()), eventTimeMs);
    }

    /** @param policy under which it is answered */
    void answer(Answer answer, RetentionSchedule policy, long eventTimeMs) {
        if (answer.verdict() instanceof Answer.Verdict.SettledNow(var settled)) {
            metrics.settled(settled.first().seenAt().toEpochMilli(), context.currentSystemTimeMs());
        }
        switch (answer.asked().kind()) {
            case PAYMENT -> {
                PaymentDecision decision = Decisions.decision(answer, policy);
                metrics.answered(decision.getVerdict(), decision.getClientId());
                tell(decision.getClientId(), decision.getIdempotencyKey(), decision, eventTimeMs);
            }
            case RESERVE, CAPTURE, VOID -> {
                ReservationDecision decision = ReservationDecisions.decision(answer, policy);
                metrics.answered(
                        decision.getStep(), Verdict.valueOf(decision.getAnswer().name()), decision.getClientId());
                tell(decision.getClientId(), decision.getIdempotencyKey(), decision, eventTimeMs);
            }
            case CANCEL -> {
                CancelDecision decision = CancelDecisions.decision(answer, policy);
                metrics.cancelAnswered(decision.getCancelVerdict(), decision.getFound());
                tell(decision.getClientId(), decision.getIdempotencyKey(), decision, eventTimeMs);
            }
        }
    }

    private void tell(String clientId, String idempotencyKey, SpecificRecord decision, long eventTimeMs) {
        context.forward(new Record<>(clientId + "/" + idempotencyKey, decision, eventTimeMs), TO_DECISIONS);
    }

    private void tellLedger(Told event, long eventTimeMs) {
        context.forward(new Record<>(event.topicKey(), event, eventTimeMs), TO_LEDGER);
    }
}
