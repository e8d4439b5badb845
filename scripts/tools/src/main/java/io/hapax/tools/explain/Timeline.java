package io.hapax.tools.explain;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.Verdict;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.tools.cli.Money;
import io.hapax.tools.cli.Tally;
import io.hapax.tools.cli.Times;
import io.hapax.tools.explain.TimelineEntry.Stage;
import io.hapax.topics.DeadLetter;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
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
        commands((client, key) -> key.equals(idempotencyKey))
                .forEach(command -> clients.add(command.value().getClientId()));
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
        List<Found<PaymentCommand>> commands =
                commands((client, name) -> client.equals(key.clientId()) && name.equals(key.idempotencyKey()));
        Set<String> debtors = new HashSet<>();
        commands.forEach(command -> debtors.add(command.value().getDebtorAccount()));
        List<Found<LedgerEvent>> events = read(Topic.LEDGER_EVENTS, debtors, LedgerEvent.class).stream()
                .filter(event -> event.value().getPaymentId().equals(key.paymentId()))
                .toList();
        List<Found<PaymentDecision>> decisions =
                read(Topic.PAYMENT_DECISIONS, Set.of(key.topicKey()), PaymentDecision.class).stream()
                        .filter(decision -> decision.value().getClientId().equals(key.clientId())
                                && decision.value().getIdempotencyKey().equals(key.idempotencyKey()))
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
        read(Topic.LEDGER_OUTCOMES, Set.of(key.topicKey()), LedgerOutcome.class).stream()
                .filter(outcome -> outcome.value().getPaymentId().equals(key.paymentId()))
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

    private List<Found<PaymentCommand>> commands(BiPredicate<String, String> isWanted) {
        List<Found<PaymentCommand>> found = new ArrayList<>();
        WireReader<PaymentCommand> reader = new WireReader<>(format, PaymentCommand.class);
        try (TopicTail tail = new TopicTail(kafka, Topic.PAYMENT_COMMANDS)) {
            tail.readToEnd(at -> {
                if (reader.read(at.topic(), at.value()) instanceof Decoded.Value<PaymentCommand>(var command)
                        && isWanted.test(command.getClientId(), command.getIdempotencyKey())) {
                    found.add(new Found<>(at, command));
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
    private <T extends SpecificRecord> List<Found<T>> read(Topic topic, Set<String> keys, Class<T> type) {
        List<Found<T>> found = new ArrayList<>();
        WireReader<T> reader = new WireReader<>(format, type);
        forEach(topic, keys, at -> {
            if (reader.read(at.topic(), at.value()) instanceof Decoded.Value<T>(T value)) {
                found.add(new Found<>(at, value));
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
    static Stage stage(int partition, long offset, List<LedgerEvent> events, List<PaymentDecision> decisions) {
        if (events.stream()
                .anyMatch(event -> event.getCommandPartition() == partition && event.getCommandOffset() == offset)) {
            return Stage.COMMAND;
        }
        List<Verdict> answers = decisions.stream()
                .filter(decision ->
                        decision.getCommandPartition() == partition && decision.getCommandOffset() == offset)
                .map(PaymentDecision::getVerdict)
                .toList();
        boolean isRetry = answers.isEmpty()
                ? !events.isEmpty()
                : answers.stream()
                        .anyMatch(verdict -> verdict == Verdict.REPLAYED
                                || verdict == Verdict.IN_FLIGHT
                                || verdict == Verdict.CONFLICT);
        return isRetry ? Stage.RETRY : Stage.COMMAND;
    }

    private void add(Found<PaymentCommand> found, Stage stage) {
        PaymentCommand command = found.value();
        String what = command.getDebtorAccount() + " pays " + command.getCreditorAccount() + " "
                + Money.format(command.getAmountMinor(), command.getCurrency())
                + (command.getSentAt() == null ? "" : ", first sent " + Times.text(command.getSentAt()));
        moments.add(new TimelineEntry(found.time(), stage, found.place(), what));
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
        WireReader<PaymentCommand> reader = new WireReader<>(format, PaymentCommand.class);
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
    private static boolean isCommandOf(PaymentKey key, Decoded<PaymentCommand> read) {
        return read instanceof Decoded.Value<PaymentCommand>(var command)
                && command.getIdempotencyKey().equals(key.idempotencyKey())
                && (key.clientId().isEmpty() || command.getClientId().equals(key.clientId()));
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

    private void add(Found<LedgerEvent> found) {
        LedgerEvent event = found.value();
        moments.add(new TimelineEntry(
                found.time(),
                Stage.EVENT,
                found.place(),
                event.getKind()
                        + (event.getAttempt() == 0 ? " before anything is posted" : ", attempt " + event.getAttempt())
                        + ", of command " + event.getCommandPartition() + "@" + event.getCommandOffset()));
    }

    private void addOutcome(Found<LedgerOutcome> found) {
        LedgerOutcome outcome = found.value();
        moments.add(new TimelineEntry(
                found.time(),
                Stage.OUTCOME,
                found.place(),
                TimelineEntry.words(outcome.getStatus(), outcome.getFailureReason(), outcome.getFailedAccount())
                        + (outcome.getDifferingFields().isEmpty() ? "" : " in " + outcome.getDifferingFields())));
    }

    private void addDecision(Found<PaymentDecision> found) {
        PaymentDecision decision = found.value();
        String what = TimelineEntry.words(
                        decision.getVerdict(),
                        decision.getStatus(),
                        decision.getFailureReason(),
                        decision.getFailedAccount())
                + (decision.getViolations().isEmpty() ? "" : " " + decision.getViolations())
                + (decision.getDifferingFields().isEmpty() ? "" : " in " + decision.getDifferingFields())
                + ", the answer to command " + decision.getCommandPartition() + "@" + decision.getCommandOffset();
        Stage stage = decision.getVerdict() == Verdict.SETTLED ? Stage.SETTLEMENT : Stage.DECISION;
        moments.add(new TimelineEntry(decision.getDecidedAt(), stage, found.place(), what));
    }
}
