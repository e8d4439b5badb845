package io.hapax.stream.topology;

import static io.hapax.stream.topology.PaymentTopology.TO_DEAD_LETTERS;
import static io.hapax.stream.topology.PaymentTopology.TO_DECIDE;
import static io.hapax.stream.topology.PaymentTopology.TO_REROUTED;

import io.hapax.serde.UnreadableReason;
import io.hapax.stream.decision.Answer;
import io.hapax.stream.decision.Answer.Verdict;
import io.hapax.stream.decision.CheckedCommand;
import io.hapax.stream.decision.Command;
import io.hapax.stream.decision.CommandCheck;
import io.hapax.stream.decision.Placement;
import io.hapax.stream.decision.ReceivedCommand;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.topics.Partitions;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The processor that brings each command to the task of its key. It answers commands that break a rule, and sends on
 * those that lie on another partition than all others of their key. Producers do not agree on a partitioner, and a key
 * that is looked up in two tasks passes in both.
 */
final class PlaceCommand extends ContextualProcessor<byte[], Arrival, Object, Object> {
    private final CommandCheck check;
    private final RetentionSchedule initial;
    private final int commandPartitions;
    private final JourneyMetrics metrics;

    @SuppressWarnings("NullAway.Init") // Streams calls init before anything else.
    private ToTopics toTopics;

    PlaceCommand(CommandCheck check, RetentionSchedule initial, int commandPartitions, JourneyMetrics metrics) {
        this.check = check;
        this.initial = initial;
        this.commandPartitions = commandPartitions;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        super.init(context);
        toTopics = new ToTopics(context, metrics);
    }

    @Override
    public void process(Record<byte[], Arrival> incoming) {
        Instant now = Instant.ofEpochMilli(context().currentStreamTimeMs());
        ReceivedCommand received = incoming.value().command();
        switch (check.check(received, now)) {
            case CheckedCommand.Valid(var command) -> place(incoming, command);
            case CheckedCommand.Invalid(var violations) ->
                toTopics.answer(
                        new Answer(
                                received.key(),
                                received.asked(),
                                null,
                                received.origin(),
                                now,
                                new Verdict.Invalid(violations)),
                        initial,
                        incoming.timestamp());
        }
    }

    private void place(Record<byte[], Arrival> incoming, Command command) {
        Placement placement = Placement.of(
                command.key(),
                context().taskId().partition(),
                incoming.value().rerouted(),
                key -> Partitions.of(key, commandPartitions));
        switch (placement) {
            case HERE -> {
                if (!incoming.value().rerouted()) {
                    metrics.inPlace();
                }
                context().forward(incoming.withValue(command), TO_DECIDE);
            }
            case ELSEWHERE -> reroute(incoming, command);
            case MISPLACED -> bury(incoming);
        }
    }

    private void reroute(Record<byte[], Arrival> incoming, Command command) {
        metrics.rerouted();
        context()
                .forward(
                        new Record<>(
                                command.key().topicKey(),
                                incoming.value().bytes(),
                                incoming.timestamp(),
                                ReroutedOrigin.write(incoming.headers(), command.origin(), incoming.timestamp())),
                        TO_REROUTED);
    }

    private void bury(Record<byte[], Arrival> incoming) {
        metrics.deadLetter(UnreadableReason.MISPLACED);
        context()
                .forward(
                        DeadLetters.of(
                                incoming.withValue(incoming.value().bytes()),
                                context().recordMetadata().orElseThrow(),
                                UnreadableReason.MISPLACED,
                                "rerouted to a partition that is not its own of " + commandPartitions),
                        TO_DEAD_LETTERS);
    }
}
