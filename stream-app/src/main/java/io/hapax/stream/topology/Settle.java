package io.hapax.stream.topology;

import static io.hapax.stream.topology.PaymentTopology.TO_DECISIONS;
import static io.hapax.stream.topology.PaymentTopology.TO_LEDGER;

import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.PaymentDecision;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Refused;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.Now;
import io.hapax.stream.decision.Outcome;
import io.hapax.stream.decision.Settlement;
import io.hapax.stream.decision.SettlementRule;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.records.IdempotencyRecords;
import io.hapax.stream.records.IdempotencyStores;
import io.hapax.stream.wire.Decisions;
import io.hapax.stream.wire.Decisions.Answered;
import io.hapax.stream.wire.LedgerEvents;
import io.hapax.stream.wire.Outcomes;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.util.UUID;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Asks the rule what follows from each outcome, remembers it and tells ledger or client; runs the sweep beside it. */
final class Settle extends ContextualProcessor<byte[], LedgerOutcome, Object, Object> {
    private final SettlementRule rule;
    private final Decisions decisions;
    private final IdempotencyStores stores;
    private final Duration lease;
    private final JourneyMetrics metrics;

    @SuppressWarnings("NullAway.Init") // Streams calls init before anything else.
    private IdempotencyRecords records;

    Settle(SettlementRule rule, Decisions decisions, IdempotencyStores stores, Duration lease, JourneyMetrics metrics) {
        this.rule = rule;
        this.decisions = decisions;
        this.stores = stores;
        this.lease = lease;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        super.init(context);
        records = stores.open(context);
        PendingSweep sweep = new PendingSweep(context, records, rule, lease, metrics);
        context.schedule(sweep.interval(), PunctuationType.WALL_CLOCK_TIME, sweep);
    }

    @Override
    public void process(Record<byte[], LedgerOutcome> incoming) {
        LedgerOutcome wire = incoming.value();
        UUID paymentId = wire.getPaymentId();
        PaymentKey key = new PaymentKey(wire.getClientId(), wire.getIdempotencyKey());
        Outcome outcome = Outcomes.outcome(wire);
        Now now = Clocks.now(context());
        long offset = context().recordMetadata().orElseThrow().offset();
        IdempotencyRecord stored = records.find(paymentId, now.streamTime());
        switch (rule.settle(outcome, offset, stored, now)) {
            case Settlement.Settles(var settled) -> {
                records.put(paymentId, settled);
                answer(key, decisions.settled(key, paymentId, settled), incoming.timestamp());
            }
            case Settlement.Refuses(var refused) -> {
                records.put(paymentId, refused);
                answer(key, decisions.refused(key, paymentId, refused), incoming.timestamp());
            }
            case Settlement.AnswersAgain(var ended) -> answerAgain(key, paymentId, ended, incoming.timestamp());
            case Settlement.PostsAgain(var pending) -> postAgain(paymentId, pending, incoming.timestamp());
            case Settlement.AnswersWithoutRecord(var lost) ->
                answerWithoutRecord(
                        new Answered(key, paymentId, lost.command(), now.streamTime()), lost, incoming.timestamp());
            case Settlement.Ignored() -> metrics.ignoredOutcome();
        }
    }

    @Override
    public void close() {
        metrics.forgetPending(context().taskId().partition());
    }

    private void answerAgain(PaymentKey key, UUID paymentId, IdempotencyRecord ended, long timestamp) {
        switch (ended) {
            case Settled settled -> answer(key, decisions.settled(key, paymentId, settled), timestamp);
            case Refused refused -> answer(key, decisions.refused(key, paymentId, refused), timestamp);
            case Pending pending -> throw new IllegalStateException("a pending payment has no answer to repeat");
        }
    }

    private void answerWithoutRecord(Answered answered, Outcome outcome, long timestamp) {
        switch (outcome) {
            case Outcome.Dealt dealt ->
                answer(answered.key(), decisions.settledWithoutRecord(answered, dealt.result()), timestamp);
            case Outcome.Taken taken -> answer(answered.key(), decisions.taken(answered, taken.differing()), timestamp);
            case Outcome.NotFound notFound -> throw new IllegalStateException("nothing found is no answer");
        }
    }

    private void postAgain(UUID paymentId, Pending pending, long timestamp) {
        metrics.postedAgain();
        records.put(paymentId, pending);
        String debtor = pending.payment().debtorAccount();
        context()
                .forward(
                        new Record<>(debtor, LedgerEvents.post(paymentId, pending), timestamp, new RecordHeaders()),
                        TO_LEDGER);
    }

    private void answer(PaymentKey key, PaymentDecision answer, long timestamp) {
        metrics.decided(answer);
        context().forward(new Record<>(key.topicKey(), answer, timestamp, new RecordHeaders()), TO_DECISIONS);
    }
}
