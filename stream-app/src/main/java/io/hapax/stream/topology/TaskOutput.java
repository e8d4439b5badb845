package io.hapax.stream.topology;

import io.hapax.stream.decision.Answer;
import io.hapax.stream.decision.Consequence;
import io.hapax.stream.decision.Consequence.Inquire;
import io.hapax.stream.decision.Consequence.Nothing;
import io.hapax.stream.decision.Consequence.Post;
import io.hapax.stream.decision.Consequence.Remember;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.records.IdempotencyRecords;
import java.util.List;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/** The stores and topics that a task writes to. */
final class TaskOutput {
    private final IdempotencyRecords records;
    private final ToTopics toTopics;
    private final JourneyMetrics metrics;

    TaskOutput(ProcessorContext<Object, Object> context, IdempotencyRecords records, JourneyMetrics metrics) {
        this.records = records;
        this.toTopics = new ToTopics(context, metrics);
        this.metrics = metrics;
    }

    /**
     * Writes what follows, in its order.
     *
     * @param policy under which it follows
     * @param eventTimeMs of what it follows from
     */
    void write(List<Consequence> consequences, RetentionSchedule policy, long eventTimeMs) {
        int count = consequences.size();
        // By index: an iterator for each command would be seen in its time.
        for (int i = 0; i < count; i++) {
            write(consequences.get(i), policy, eventTimeMs);
        }
    }

    private void write(Consequence consequence, RetentionSchedule policy, long eventTimeMs) {
        switch (consequence) {
            case Remember(var paymentId, var state) -> records.put(paymentId, state, policy);
            case Post post -> toTopics.post(post, eventTimeMs);
            case Inquire inquire -> toTopics.inquire(inquire, eventTimeMs);
            case Answer answer -> toTopics.answer(answer, policy, eventTimeMs);
            case Nothing(var reason) -> metrics.nothing(reason);
        }
    }
}
