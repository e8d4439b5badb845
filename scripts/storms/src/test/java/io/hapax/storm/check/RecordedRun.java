package io.hapax.storm.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hapax.storm.history.ClientEvent;
import io.hapax.storm.history.Fault;
import io.hapax.storm.history.LineWriter;
import io.hapax.storm.history.LookUp;
import io.hapax.storm.history.RunEnd;
import io.hapax.storm.history.RunFacts;
import io.hapax.storm.history.RunFolder;
import io.hapax.storm.history.Sample;
import io.hapax.storm.history.TopicRecord;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** A run in memory, to be made, changed and written. */
final class RecordedRun {
    static final List<String> TOPICS = List.of(
            "payment-commands",
            "payment-commands-rerouted",
            "payment-decisions",
            "ledger-events",
            "ledger-outcomes",
            "dead-letters",
            "retention-policies");

    static final Map<String, List<String>> TABLES = Map.of(
            "accounts",
            List.of(
                    "id",
                    "currency",
                    "kind",
                    "overdraft_limit_minor",
                    "opening_balance_minor",
                    "status",
                    "balance_minor",
                    "held_minor"),
            "payments",
            List.of(
                    "payment_id",
                    "client_id",
                    "idempotency_key",
                    "debtor_account",
                    "creditor_account",
                    "amount_minor",
                    "currency",
                    "reference",
                    "status",
                    "failure_reason",
                    "failed_account",
                    "entry_id",
                    "command_offset",
                    "recorded_at"),
            "entries",
            List.of("entry_id", "payment_id", "account_id", "amount_minor", "balance_after_minor"));

    RunFacts facts;
    RunEnd end;
    final List<ClientEvent> events = new ArrayList<>();
    final Map<String, List<TopicRecord>> topics = new LinkedHashMap<>();
    final Map<String, List<Map<String, @Nullable String>>> tables = new LinkedHashMap<>();
    final List<Fault> faults = new ArrayList<>();
    final List<Sample> figures = new ArrayList<>();
    final List<LookUp> lookUps = new ArrayList<>();

    RecordedRun(RunFacts facts, RunEnd end) {
        this.facts = facts;
        this.end = end;
        TOPICS.forEach(topic -> topics.put(topic, new ArrayList<>()));
        TABLES.keySet().forEach(table -> tables.put(table, new ArrayList<>()));
    }

    static RecordedRun read(RunFolder folder) {
        RecordedRun run = new RecordedRun(folder.facts(), folder.end());
        folder.readClientEvents(run.events::add);
        TOPICS.forEach(topic -> folder.readTopic(topic, run.topic(topic)::add));
        TABLES.forEach((table, columns) -> CsvTable.read(folder.table(table), row -> {
            Map<String, @Nullable String> values = new LinkedHashMap<>();
            columns.forEach(column -> values.put(column, row.textOrNull(column)));
            run.table(table).add(values);
        }));
        folder.readFaults(run.faults::add);
        folder.readFigures(run.figures::add);
        folder.readLookUps(run.lookUps::add);
        return run;
    }

    void write(RunFolder folder) {
        folder.writeFacts(facts);
        folder.writeEnd(end);
        lines(folder.clientEvents("all"), events);
        TOPICS.forEach(topic -> lines(folder.topic(topic), topic(topic)));
        TABLES.forEach((table, columns) -> csv(folder.table(table), columns, table(table)));
        lines(folder.faults(), faults);
        lines(folder.figures(), figures);
        lines(folder.lookUps(), lookUps);
    }

    List<TopicRecord> topic(String name) {
        return Objects.requireNonNull(topics.get(name));
    }

    List<Map<String, @Nullable String>> table(String name) {
        return Objects.requireNonNull(tables.get(name));
    }

    /** The first record of a topic whose value is such. */
    TopicRecord record(String topic, Predicate<ObjectNode> such) {
        return first(topic(topic), record -> record.value() instanceof ObjectNode value && such.test(value));
    }

    /** Puts another value in the place of a record's. */
    void change(String topic, TopicRecord record, Function<ObjectNode, ObjectNode> change) {
        ObjectNode value = change.apply(Objects.requireNonNull(record.value()).deepCopy());
        replace(
                topic(topic),
                record,
                new TopicRecord(
                        record.partition(),
                        record.offset(),
                        record.timestampMs(),
                        record.key(),
                        record.headers(),
                        record.schema(),
                        value,
                        null));
    }

    /** Appends a copy of a record with another value behind all others of its partition. */
    void append(String topic, TopicRecord like, Function<ObjectNode, ObjectNode> change) {
        long offset = 1
                + topic(topic).stream()
                        .filter(record -> record.partition() == like.partition())
                        .mapToLong(TopicRecord::offset)
                        .max()
                        .orElse(-1);
        topic(topic)
                .add(at(
                        like,
                        offset,
                        change.apply(Objects.requireNonNull(like.value()).deepCopy())));
    }

    static TopicRecord at(TopicRecord record, long offset, ObjectNode value) {
        return new TopicRecord(
                record.partition(),
                offset,
                record.timestampMs(),
                record.key(),
                record.headers(),
                record.schema(),
                value,
                null);
    }

    Map<String, @Nullable String> row(String table, Predicate<Map<String, @Nullable String>> such) {
        return first(table(table), such);
    }

    static <T> T first(List<T> all, Predicate<T> such) {
        return all.stream().filter(such).findFirst().orElseThrow(() -> new NoSuchElementException("nothing such"));
    }

    static <T> void replace(List<T> all, T before, T after) {
        int place = all.indexOf(before);
        all.set(place, after);
    }

    private static <T> void lines(LineWriter<T> writer, List<T> values) {
        try (writer) {
            values.forEach(writer::append);
        }
    }

    private static void csv(Path file, List<String> columns, List<Map<String, @Nullable String>> rows) {
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            try (Writer out = new OutputStreamWriter(new GZIPOutputStream(Files.newOutputStream(file)), UTF_8)) {
                out.write(String.join(",", columns) + "\n");
                for (Map<String, @Nullable String> row : rows) {
                    out.write(String.join(
                                    ",",
                                    columns.stream()
                                            .map(row::get)
                                            .map(RecordedRun::cell)
                                            .toList()) + "\n");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String cell(@Nullable String value) {
        return value == null ? "" : "\"" + value.replace("\"", "\"\"") + "\"";
    }
}
