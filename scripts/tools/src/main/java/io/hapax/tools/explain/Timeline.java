package io.hapax.tools.explain;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.schemas.Verdict;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.stream.decision.ReceivedCommand;
import io.hapax.stream.wire.Commands;
import io.hapax.tools.cli.Tally;
import io.hapax.tools.history.PostedPayments;
import io.hapax.tools.history.RecordWords;
import io.hapax.tools.history.TimelineEntry;
import io.hapax.tools.history.TimelineEntry.Stage;
import io.hapax.tools.log.AnyCommand;
import io.hapax.tools.log.AnyDecision;
import io.hapax.tools.log.AnyEvent;
import io.hapax.tools.log.AnyOutcome;
import io.hapax.topics.DeadLetter;
import io.hapax.topics.LogPosition;
import io.hapax.topics.OriginHeaders;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.RecordHeaders;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Everything that topics and books hold about one key. A command lies in the partition that its producer chose. So
 * the timeline reads {@code payment-commands} and {@code dead-letters} whole. Of every other topic it reads only
 * the partition of the key or of the debtor.
 */
final class Timeline {
    private final Map<String, Object> kafka;
    private final AvroFormat format;
    private final PostedPayments posted;
    private final List<TimelineEntry> moments = new ArrayList<>();
    private final Set<String> unproved = new LinkedHashSet<>();

    /** A record with its place. */
    private record Found<T>(ConsumerRecord<byte[], byte[]> at, T value) {
        String place() {
            return at.topic() + " " + at.partition() + "@" + at.offset();
        }

        Instant time() {
            return Instant.ofEpochMilli(at.timestamp());
        }
    }

    Timeline(Map<String, Object> kafka, AvroFormat format, Connection connection) {
        this.kafka = kafka;
        this.format = format;
        this.posted = new PostedPayments(connection);
    }

    /** Clients that have used the key: as commands tell, else as the ledger does. */
    Set<String> clients(String idempotencyKey) throws SQLException {
        Set<String> clients = new TreeSet<>();
        commands(key -> key.idempotencyKey().equals(idempotencyKey))
                .forEach(command -> clients.add(command.value().key().clientId()));
        return clients.isEmpty() ? posted.clients(idempotencyKey) : clients;
    }

    /**
     * The reasons why there may be more to know. Empty if a command of the key was found, or if every record was
     * read.
     */
    Set<String> unproved() {
        return unproved;
    }

    /** The events of one key, in order. Empty if nobody ever used the key. */
    List<TimelineEntry> of(PaymentKey key) throws SQLException {
        List<Found<ReceivedCommand>> commands = commands(key::equals);
        Set<String> ledgerKeys = new HashSet<>();
        commands.forEach(command -> ledgerKeys.add(RecordWords.ledgerKey(command.value())));
        List<Found<AnyEvent>> events =
                read(Topic.LEDGER_EVENTS, ledgerKeys, AnyEvent.reader(format), AnyEvent::of).stream()
                        .filter(event -> event.value().paymentId().equals(key.paymentId()))
                        .toList();
        List<Found<AnyDecision>> decisions = read(
                        Topic.PAYMENT_DECISIONS,
                        Set.of(key.topicKey()),
                        AnyDecision.reader(format),
                        wire -> Optional.of(AnyDecision.of(wire)))
                .stream()
                .filter(decision -> decision.value().key().equals(key))
                .toList();
        commands.forEach(command -> add(
                command,
                stage(
                        command.at().partition(),
                        command.at().offset(),
                        events.stream().map(Found::value).toList(),
                        decisions.stream().map(Found::value).toList())));
        addRerouted(key);
        events.forEach(this::add);
        posted.posting(key).ifPresent(moments::add);
        moments.addAll(posted.reservation(key));
        read(
                        Topic.LEDGER_OUTCOMES,
                        Set.of(key.topicKey()),
                        AnyOutcome.reader(format),
                        wire -> Optional.of(AnyOutcome.of(wire)))
                .stream()
                .filter(outcome -> outcome.value().paymentId().equals(key.paymentId()))
                .forEach(this::addOutcome);
        decisions.forEach(this::addDecision);
        if (!commands.isEmpty()) {
            unproved.clear();
        } else if (!moments.isEmpty()) {
            unproved.add("the payment is known, and payment-commands holds no command of it: is it the right cluster?");
        }
        addDeadLetters(key);
        moments.sort(TimelineEntry.IN_ORDER);
        return moments;
    }

    private List<Found<ReceivedCommand>> commands(Predicate<PaymentKey> isWanted) {
        List<Found<ReceivedCommand>> found = new ArrayList<>();
        WireReader<SpecificRecord> reader = AnyCommand.reader(format);
        try (TopicTail tail = new TopicTail(kafka, Topic.PAYMENT_COMMANDS)) {
            tail.readToEnd(at -> {
                if (reader.read(at.topic(), at.value()) instanceof Decoded.Value<SpecificRecord>(var wire)) {
                    ReceivedCommand command = Commands.received(wire, new LogPosition(at.partition(), at.offset()));
                    if (isWanted.test(command.key())) {
                        found.add(new Found<>(at, command));
                    }
                }
            });
            if (tail.lastOffsets().isEmpty()) {
                unproved.add("payment-commands holds no command");
            }
            if (tail.starts().values().stream().anyMatch(start -> start > 0)) {
                unproved.add("the start of payment-commands was deleted: it starts at " + Tally.places(tail.starts())
                        + " by partition");
            }
        }
        return found;
    }

    /** The records of the topic that have one of these Kafka keys. */
    private <T> List<Found<T>> read(
            Topic topic,
            Set<String> keys,
            WireReader<SpecificRecord> reader,
            Function<SpecificRecord, Optional<T>> what) {
        List<Found<T>> found = new ArrayList<>();
        forEach(topic, keys, at -> {
            if (reader.read(at.topic(), at.value()) instanceof Decoded.Value<SpecificRecord>(var wire)) {
                what.apply(wire).ifPresent(value -> found.add(new Found<>(at, value)));
            }
        });
        return found;
    }

    private void forEach(Topic topic, Set<String> keys, TopicTail.Receiver<RuntimeException> receiver) {
        int count = TopicTail.partitionCount(kafka, topic);
        // With another count than the commands', partitions may have been added: what is older lies where its key was
        // before.
        boolean isAnywhere = count != TopicTail.partitionCount(kafka, Topic.PAYMENT_COMMANDS);
        Set<Integer> partitions = new HashSet<>();
        keys.forEach(key -> partitions.add(Partitions.of(key, count)));
        try (TopicTail tail = new TopicTail(kafka, topic, partition -> isAnywhere || partitions.contains(partition))) {
            tail.readToEnd(at -> {
                if (at.key() != null && keys.contains(new String(at.key(), UTF_8))) {
                    receiver.accept(at);
                }
            });
        }
    }

    /**
     * A command is a retry if the service knew the key when it came, as its answer tells; one that is not answered
     * yet is one if the ledger was told of another.
     */
    static Stage stage(int partition, long offset, List<AnyEvent> events, List<AnyDecision> decisions) {
        LogPosition place = new LogPosition(partition, offset);
        if (events.stream().anyMatch(event -> event.command().equals(place))) {
            return Stage.COMMAND;
        }
        List<Verdict> answers = decisions.stream()
                .filter(decision -> decision.command().equals(place))
                .map(AnyDecision::verdict)
                .toList();
        boolean isRetry = answers.isEmpty()
                ? !events.isEmpty()
                : answers.stream()
                        .anyMatch(verdict -> verdict == Verdict.REPLAYED
                                || verdict == Verdict.IN_FLIGHT
                                || verdict == Verdict.CONFLICT);
        return isRetry ? Stage.RETRY : Stage.COMMAND;
    }

    private void add(Found<ReceivedCommand> found, Stage stage) {
        moments.add(new TimelineEntry(found.time(), stage, found.place(), RecordWords.of(found.value())));
    }

    private void addRerouted(PaymentKey key) {
        forEach(Topic.PAYMENT_COMMANDS_REROUTED, Set.of(key.topicKey()), at -> moments.add(rerouted(at)));
    }

    /** The entry of a rerouted command, at the command's time. The record itself may be written later. */
    static TimelineEntry rerouted(ConsumerRecord<byte[], byte[]> at) {
        Found<Object> found = new Found<>(at, at);
        return new TimelineEntry(
                OriginHeaders.time(at.headers()).orElse(found.time()),
                Stage.REROUTED,
                found.place(),
                "sent on to the partition of its key from " + header(at, RecordHeaders.PARTITION) + "@"
                        + header(at, RecordHeaders.OFFSET));
    }

    private static String header(ConsumerRecord<byte[], byte[]> at, String name) {
        return Objects.requireNonNullElse(OriginHeaders.text(at.headers(), name), "?");
    }

    /** A dead letter may lie on any partition. */
    private void addDeadLetters(PaymentKey key) {
        WireReader<SpecificRecord> reader = AnyCommand.reader(format);
        try (TopicTail tail = new TopicTail(kafka, Topic.DEAD_LETTERS)) {
            tail.readToEnd(at -> {
                if (tellsKey(at, key)
                        || (!DeadLetter.read(at).isCut() && isCommandOf(key, reader.read(at.topic(), at.value())))) {
                    moments.add(deadLetter(at));
                }
            });
        }
    }

    /**
     * True if the record's own key is that of the payment. A producer may write the idempotency key alone, or no
     * key.
     */
    static boolean tellsKey(ConsumerRecord<byte[], byte[]> letter, PaymentKey key) {
        if (letter.key() == null) {
            return false;
        }
        String told = new String(letter.key(), UTF_8);
        return told.equals(key.topicKey())
                || told.equals(key.idempotencyKey())
                || (key.clientId().isEmpty() && told.endsWith("/" + key.idempotencyKey()));
    }

    /** True if the letter can be read now and is this key's command. Its schema may be new. */
    private static boolean isCommandOf(PaymentKey key, Decoded<SpecificRecord> read) {
        if (!(read instanceof Decoded.Value<SpecificRecord>(var wire))) {
            return false;
        }
        PaymentKey told = AnyCommand.key(wire);
        return told.idempotencyKey().equals(key.idempotencyKey())
                && (key.clientId().isEmpty() || told.clientId().equals(key.clientId()));
    }

    static TimelineEntry deadLetter(ConsumerRecord<byte[], byte[]> at) {
        Found<Object> found = new Found<>(at, at);
        return new TimelineEntry(
                OriginHeaders.time(at.headers()).orElse(found.time()),
                Stage.DEAD_LETTER,
                found.place(),
                header(at, RecordHeaders.REASON) + ", was " + header(at, RecordHeaders.TOPIC) + " "
                        + header(at, RecordHeaders.PARTITION) + "@" + header(at, RecordHeaders.OFFSET) + ": "
                        + header(at, RecordHeaders.DETAIL));
    }

    private void add(Found<AnyEvent> found) {
        moments.add(new TimelineEntry(found.time(), Stage.EVENT, found.place(), RecordWords.of(found.value())));
    }

    private void addOutcome(Found<AnyOutcome> found) {
        moments.add(new TimelineEntry(found.time(), Stage.OUTCOME, found.place(), RecordWords.of(found.value())));
    }

    private void addDecision(Found<AnyDecision> found) {
        AnyDecision decision = found.value();
        Stage stage = decision.verdict() == Verdict.SETTLED ? Stage.SETTLEMENT : Stage.DECISION;
        moments.add(new TimelineEntry(decision.decidedAt(), stage, found.place(), RecordWords.of(decision)));
    }
}
