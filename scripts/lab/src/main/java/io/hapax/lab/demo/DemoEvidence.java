package io.hapax.lab.demo;

import static java.util.Objects.requireNonNull;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.ReservationEvent;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.tools.log.AnyDecision;
import io.hapax.tools.log.AnyEvent;
import io.hapax.topics.DeadLetter;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/**
 * The evidence of a run, from the topics.
 *
 * @param commands places of all commands, readable or not
 * @param decisions all answers
 * @param buried commands that became dead letters
 * @param events all events to the ledger
 * @param rerouted number of commands that were sent on to their own partition
 */
record DemoEvidence(
        Set<LogPosition> commands,
        List<AnyDecision> decisions,
        List<LogPosition> buried,
        List<Accepted> events,
        long rerouted) {

    /**
     * An event to the ledger.
     *
     * @param key client and key of what was accepted
     * @param command where the accepted command stands
     */
    record Accepted(PaymentKey key, LogPosition command) {
        /** Empty for a time, which is about no payment. */
        static Optional<Accepted> of(SpecificRecord wire) {
            return switch (wire) {
                case LedgerEvent event ->
                    Optional.of(new Accepted(
                            new PaymentKey(event.getClientId(), event.getIdempotencyKey()),
                            new LogPosition(event.getCommandPartition(), event.getCommandOffset())));
                case ReservationEvent event ->
                    Optional.of(new Accepted(
                            new PaymentKey(event.getClientId(), event.getIdempotencyKey()),
                            new LogPosition(event.getCommandPartition(), event.getCommandOffset())));
                default -> Optional.empty();
            };
        }
    }

    static DemoEvidence read(Map<String, Object> kafka, AvroFormat format) {
        Set<LogPosition> commands = new HashSet<>();
        TopicTail.readWhole(
                kafka,
                Topic.PAYMENT_COMMANDS,
                found -> commands.add(new LogPosition(found.partition(), found.offset())));
        List<LogPosition> buried = new ArrayList<>();
        TopicTail.readWhole(kafka, Topic.DEAD_LETTERS, found -> {
            DeadLetter letter = DeadLetter.read(found);
            if (letter.isFrom(Topic.PAYMENT_COMMANDS)) {
                LogPosition original = requireNonNull(letter.position());
                buried.add(new LogPosition(original.partition(), original.offset()));
            }
        });
        long[] rerouted = new long[1];
        TopicTail.readWhole(kafka, Topic.PAYMENT_COMMANDS_REROUTED, found -> rerouted[0]++);
        return new DemoEvidence(
                commands,
                values(kafka, Topic.PAYMENT_DECISIONS, AnyDecision.reader(format)).stream()
                        .map(AnyDecision::of)
                        .toList(),
                buried,
                values(kafka, Topic.LEDGER_EVENTS, AnyEvent.reader(format)).stream()
                        .flatMap(event -> Accepted.of(event).stream())
                        .toList(),
                rerouted[0]);
    }

    private static <T extends SpecificRecord> List<T> values(
            Map<String, Object> kafka, Topic topic, WireReader<T> reader) {
        List<T> values = new ArrayList<>();
        TopicTail.readWhole(kafka, topic, found -> {
            switch (reader.read(found.topic(), found.value())) {
                case Decoded.Value<T>(T value) -> values.add(value);
                case Decoded.Unreadable<T>(var reason, var detail) ->
                    throw new IllegalStateException(topic.topicName() + " " + found.partition() + "@" + found.offset()
                            + " cannot be read: " + reason + ", " + detail);
            }
        });
        return values;
    }
}
