package io.hapax.tools.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.schemas.Verdict;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.stream.wire.Commands;
import io.hapax.tools.cli.Times;
import io.hapax.tools.console.View.Rows;
import io.hapax.tools.history.PostedPayments;
import io.hapax.tools.history.RecordWords;
import io.hapax.tools.history.TimelineEntry;
import io.hapax.tools.history.TimelineEntry.Stage;
import io.hapax.tools.log.AnyCommand;
import io.hapax.tools.log.AnyDecision;
import io.hapax.tools.log.AnyEvent;
import io.hapax.tools.log.AnyOutcome;
import io.hapax.topics.LogPosition;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The page of one payment: its timeline. The ledger's row tells the offsets of command and event, and the time from
 * which outcome and settlement lie on the partition of the key. No topic is read whole, so attempts that came after the
 * settlement are not shown: {@code hapax explain} shows them.
 */
record PaymentPage(Parts parts) implements Page {
    /** Offsets behind the time of the acceptance that are looked at for the outcome and for the settlement. */
    private static final int MOST_BEHIND = 5_000;

    /** Newest offsets of the key's partition that are looked at for a key that the ledger does not know. */
    private static final int MOST_NEWEST = 5_000;

    private static final String ROW = """
            SELECT client_id, idempotency_key, accepted_at_ms, command_partition, command_offset, event_partition, event_offset
            FROM payments WHERE payment_id = ?
            """;

    /** The ledger's row of a payment: its name, and where its command and event stand. */
    private record Row(
            PaymentKey key,
            long acceptedAtMs,
            @Nullable LogPosition command,
            @Nullable LogPosition event) {}

    /** Fields: {@code client} and {@code key}, or {@code payment}. */
    @Override
    public View look(Map<String, String> asked) throws SQLException, InterruptedException {
        String client = asked.getOrDefault("client", "").strip();
        String key = asked.getOrDefault("key", "");
        UUID id;
        try {
            String payment = asked.getOrDefault("payment", "").strip();
            if (payment.isEmpty() && (client.isEmpty() || key.isEmpty())) {
                return nothing("give a client and its idempotency key, or the id of a payment");
            }
            id = payment.isEmpty() ? new PaymentKey(client, key).paymentId() : UUID.fromString(payment);
        } catch (IllegalArgumentException e) {
            return nothing("that is no id of a payment");
        }
        List<String> cannotSee = new ArrayList<>();
        List<TimelineEntry> entries = new ArrayList<>();
        Optional<Row> row;
        try (Connection books = parts.books().getConnection()) {
            row = row(books, id);
            if (row.isPresent()) {
                PostedPayments posted = new PostedPayments(books);
                posted.posting(row.get().key()).ifPresent(entries::add);
                entries.addAll(posted.reservation(row.get().key()));
            }
        }
        if (row.isEmpty() && key.isEmpty()) {
            return nothing("the ledger has no payment of this id");
        }
        AvroFormat format = parts.format();
        try (TopicEnd topics = new TopicEnd(parts.kafka())) {
            if (row.isPresent()) {
                entries.addAll(onTopics(topics, format, row.get()));
            } else {
                PaymentKey wanted = new PaymentKey(client, key);
                entries.addAll(newest(topics, format, wanted));
                cannotSee.add("the ledger does not know this key. Only the newest " + MOST_NEWEST
                        + " records of its partition were looked at; hapax explain reads all");
            }
        }
        return new View(List.of(table(id, entries)), cannotSee);
    }

    private static View nothing(String why) {
        return View.of(new Rows("Payment", "time", "stage", "place", "what").table(why));
    }

    private static View.Table table(UUID id, List<TimelineEntry> entries) {
        Rows rows = new Rows("Payment " + id, "time", "stage", "place", "what");
        entries.stream()
                .sorted(TimelineEntry.IN_ORDER)
                .forEach(entry -> rows.add(
                        Times.text(entry.time()),
                        entry.stage().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        entry.place(),
                        entry.what()));
        return rows.table("no sign of this key was found");
    }

    private static Optional<Row> row(Connection books, UUID id) throws SQLException {
        try (PreparedStatement query = books.prepareStatement(ROW)) {
            query.setObject(1, id);
            try (ResultSet row = query.executeQuery()) {
                return row.next()
                        ? Optional.of(new Row(
                                new PaymentKey(row.getString("client_id"), row.getString("idempotency_key")),
                                row.getLong("accepted_at_ms"),
                                place(row, "command"),
                                place(row, "event")))
                        : Optional.empty();
            }
        }
    }

    private static @Nullable LogPosition place(ResultSet row, String of) throws SQLException {
        int partition = row.getInt(of + "_partition");
        return row.wasNull() ? null : new LogPosition(partition, row.getLong(of + "_offset"));
    }

    private static List<TimelineEntry> onTopics(TopicEnd topics, AvroFormat format, Row row) {
        List<TimelineEntry> entries = new ArrayList<>();
        if (row.command() != null) {
            topics.at(
                            Topic.PAYMENT_COMMANDS,
                            row.command().partition(),
                            row.command().offset())
                    .forEach(at -> command(format, at).ifPresent(entries::add));
        }
        if (row.event() != null) {
            WireReader<SpecificRecord> events = AnyEvent.reader(format);
            topics.at(Topic.LEDGER_EVENTS, row.event().partition(), row.event().offset())
                    .forEach(at -> {
                        if (events.read(at.topic(), at.value()) instanceof Decoded.Value<SpecificRecord>(var wire)) {
                            AnyEvent.of(wire)
                                    .ifPresent(event -> entries.add(entry(at, Stage.EVENT, RecordWords.of(event))));
                        }
                    });
        }
        entries.addAll(outcomes(topics, format, row));
        entries.addAll(decisions(topics, format, row));
        return entries;
    }

    private static List<TimelineEntry> outcomes(TopicEnd topics, AvroFormat format, Row row) {
        WireReader<SpecificRecord> reader = AnyOutcome.reader(format);
        int partition = Partitions.of(row.key().topicKey(), topics.partitions(Topic.LEDGER_OUTCOMES));
        List<TimelineEntry> entries = new ArrayList<>();
        topics
                .since(Topic.LEDGER_OUTCOMES, partition, row.acceptedAtMs(), MOST_BEHIND, at -> isOf(row.key(), at))
                .stream()
                .filter(at -> isOf(row.key(), at))
                .forEach(at -> {
                    if (reader.read(at.topic(), at.value()) instanceof Decoded.Value<SpecificRecord>(var wire)) {
                        entries.add(entry(at, Stage.OUTCOME, RecordWords.of(AnyOutcome.of(wire))));
                    }
                });
        return entries;
    }

    private static List<TimelineEntry> decisions(TopicEnd topics, AvroFormat format, Row row) {
        WireReader<SpecificRecord> reader = AnyDecision.reader(format);
        int partition = Partitions.of(row.key().topicKey(), topics.partitions(Topic.PAYMENT_DECISIONS));
        List<TimelineEntry> entries = new ArrayList<>();
        topics.since(Topic.PAYMENT_DECISIONS, partition, row.acceptedAtMs(), MOST_BEHIND, at -> {
            if (isOf(row.key(), at)
                    && reader.read(at.topic(), at.value()) instanceof Decoded.Value<SpecificRecord>(var wire)) {
                AnyDecision decision = AnyDecision.of(wire);
                entries.add(decision(at, decision));
                return decision.verdict() == Verdict.SETTLED;
            }
            return false;
        });
        return entries;
    }

    /** What the newest records of the key's own partition tell of it. */
    private static List<TimelineEntry> newest(TopicEnd topics, AvroFormat format, PaymentKey key) {
        List<TimelineEntry> entries = new ArrayList<>();
        int partition = Partitions.of(key.topicKey(), topics.partitions(Topic.PAYMENT_COMMANDS));
        WireReader<SpecificRecord> commands = AnyCommand.reader(format);
        for (ConsumerRecord<byte[], byte[]> at : topics.newest(Topic.PAYMENT_COMMANDS, partition, MOST_NEWEST)) {
            if (commands.read(at.topic(), at.value()) instanceof Decoded.Value<SpecificRecord>(var wire)
                    && AnyCommand.key(wire).equals(key)) {
                command(format, at).ifPresent(entries::add);
            }
        }
        WireReader<SpecificRecord> decisions = AnyDecision.reader(format);
        int own = Partitions.of(key.topicKey(), topics.partitions(Topic.PAYMENT_DECISIONS));
        for (ConsumerRecord<byte[], byte[]> at : topics.newest(Topic.PAYMENT_DECISIONS, own, MOST_NEWEST)) {
            if (isOf(key, at)
                    && decisions.read(at.topic(), at.value()) instanceof Decoded.Value<SpecificRecord>(var wire)) {
                entries.add(decision(at, AnyDecision.of(wire)));
            }
        }
        return entries;
    }

    private static Optional<TimelineEntry> command(AvroFormat format, ConsumerRecord<byte[], byte[]> at) {
        return AnyCommand.reader(format).read(at.topic(), at.value()) instanceof Decoded.Value<SpecificRecord>(var wire)
                ? Optional.of(entry(
                        at,
                        Stage.COMMAND,
                        RecordWords.of(Commands.received(wire, new LogPosition(at.partition(), at.offset())))))
                : Optional.empty();
    }

    private static TimelineEntry decision(ConsumerRecord<byte[], byte[]> at, AnyDecision decision) {
        Stage stage = decision.verdict() == Verdict.SETTLED ? Stage.SETTLEMENT : Stage.DECISION;
        return new TimelineEntry(decision.decidedAt(), stage, place(at), RecordWords.of(decision));
    }

    private static TimelineEntry entry(ConsumerRecord<byte[], byte[]> at, Stage stage, String what) {
        return new TimelineEntry(Instant.ofEpochMilli(at.timestamp()), stage, place(at), what);
    }

    private static String place(ConsumerRecord<byte[], byte[]> at) {
        return at.topic() + " " + at.partition() + "@" + at.offset();
    }

    private static boolean isOf(PaymentKey key, ConsumerRecord<byte[], byte[]> at) {
        return at.key() != null && new String(at.key(), UTF_8).equals(key.topicKey());
    }
}
