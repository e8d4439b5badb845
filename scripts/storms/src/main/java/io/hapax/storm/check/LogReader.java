package io.hapax.storm.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.hapax.storm.check.RunLog.AccountRow;
import io.hapax.storm.check.RunLog.Buried;
import io.hapax.storm.check.RunLog.Entry;
import io.hapax.storm.check.RunLog.Rerouted;
import io.hapax.storm.history.ClientEvent;
import io.hapax.storm.history.Payload;
import io.hapax.storm.history.RunFolder;
import io.hapax.storm.history.TopicRecord;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The reader of a run's folder. What the folder lacks or what contradicts itself in it is an error.
 *
 * <p>More than 300 lines: it is one list of all that a folder holds, and how it is named there.
 */
final class LogReader {
    private final RunFolder folder;
    private final RunLog log;
    private final Map<String, String> texts = new HashMap<>();
    private final Map<Place, Operation> acknowledged = new HashMap<>();

    /** When each command can't have been there yet, by the clients' clock. */
    private final Map<Place, Long> sinceMs = new HashMap<>();

    private final Map<Integer, Long> latestSinceMs = new HashMap<>();

    private LogReader(RunFolder folder) {
        this.folder = folder;
        this.log = new RunLog(folder.facts(), folder.end());
    }

    static RunLog read(RunFolder folder) {
        LogReader reader = new LogReader(folder);
        reader.clients();
        reader.topics();
        reader.tables();
        return reader.log;
    }

    private void clients() {
        Map<Long, Operation> open = new HashMap<>();
        folder.readClientEvents(event -> {
            if (event.type() == ClientEvent.Type.INVOKE) {
                Operation invoked = invoked(event);
                if (open.put(event.op(), invoked) != null) {
                    throw new BrokenHistoryException("operation " + event.op() + " was invoked twice");
                }
            } else {
                Operation operation = open.get(event.op());
                if (operation == null) {
                    throw new BrokenHistoryException("operation " + event.op() + " ended before it was invoked");
                }
                operation.end(event);
                if (operation.acknowledged() != null) {
                    acknowledged.put(operation.acknowledged(), operation);
                }
            }
        });
        if (open.isEmpty()) {
            throw new BrokenHistoryException("no client remembers anything");
        }
    }

    private Operation invoked(ClientEvent event) {
        if (event.request() == null) {
            throw new BrokenHistoryException("operation " + event.op() + " asks for nothing");
        }
        Operation invoked = new Operation(event, event.request());
        if (event.request().payload() == null && !invoked.isLookUp()) {
            log.nonsense.add(invoked);
        } else {
            log.story(name(event.client(), event.key())).operations.add(invoked);
        }
        return invoked;
    }

    private void topics() {
        each("payment-commands", this::command);
        each("payment-commands-rerouted", this::rerouted);
        each("payment-decisions", this::decision);
        each("ledger-events", this::told);
        each("ledger-outcomes", this::said);
        each(
                "dead-letters",
                record -> log.buried.add(new Buried(
                        at(record),
                        record.headers().getOrDefault("hapax-reason", ""),
                        record.headers().getOrDefault("hapax-topic", ""),
                        origin(record),
                        record.bytes())));
        each("retention-policies", this::policy);
    }

    private void each(String topic, Consumer<TopicRecord> consumer) {
        long[] count = {0};
        Map<Integer, Long> offsets = new HashMap<>();
        folder.readTopic(topic, record -> {
            count[0]++;
            Long before = offsets.put(record.partition(), record.offset());
            if (before != null && before >= record.offset()) {
                throw new BrokenHistoryException(
                        "topics/" + topic + " " + at(record) + " comes behind offset " + before);
            }
            consumer.accept(record);
        });
        log.counts.put(topic, count[0]);
    }

    private void command(TopicRecord record) {
        if (record.value() == null) {
            log.unreadable.put(at(record), Objects.requireNonNullElse(record.bytes(), ""));
            stamped(record, List.of());
        } else {
            Command command = command(record, record.value());
            log.commands.put(command.place(), command);
            log.story(command.name()).commands.add(command);
            stamped(record, log.story(command.name()).operations);
        }
    }

    /** No command is there before anybody asked for it, nor before those in front of it. */
    private void stamped(TopicRecord record, List<Operation> askedFor) {
        Operation own = acknowledged.get(at(record));
        long askedMs = own != null
                ? own.invokedMs
                : askedFor.stream()
                        .filter(operation -> !operation.isLookUp())
                        .mapToLong(operation -> operation.invokedMs)
                        .min()
                        .orElse(0);
        long since = latestSinceMs.merge(record.partition(), askedMs, Math::max);
        sinceMs.put(at(record), since);
        log.clocks.stamped(record.partition(), record.timestampMs(), since);
    }

    /** Of a command that was sent on, the earlier of both times counts. */
    private void rerouted(TopicRecord record) {
        Place origin = origin(record);
        Command original = origin == null ? null : log.commands.get(origin);
        log.rerouted.add(new Rerouted(
                at(record), record.key(), origin, record.value() == null ? null : command(record, record.value())));
        if (original != null) {
            log.clocks.stamped(
                    record.partition(),
                    Math.min(record.timestampMs(), original.appendedMs()),
                    sinceMs.getOrDefault(origin, 0L));
        }
    }

    private Command command(TopicRecord record, JsonNode value) {
        return new Command(at(record), record.timestampMs(), name(value), payload(value), number(value, "sentAt"));
    }

    private void decision(TopicRecord record) {
        JsonNode value = readable(record, "payment-decisions");
        String status = text(value, "status");
        Decision decision = new Decision(
                at(record),
                record.key(),
                place(value, "commandPartition", "commandOffset"),
                name(value),
                text(value, "paymentId"),
                needed(value, "verdict"),
                status == null ? null : new Result(status, text(value, "failureReason"), text(value, "failedAccount")),
                list(value, "violations"),
                list(value, "differingFields"),
                number(value, "firstSeenAt"),
                number(value, "expiresAt"),
                value.path("decidedAt").asLong(),
                number(value, "originalPartition") == null ? null : place(value, "originalPartition", "originalOffset"),
                number(value, "ledgerKnewSince"));
        log.story(decision.name()).decisions.add(decision);
    }

    private void told(TopicRecord record) {
        JsonNode value = readable(record, "ledger-events");
        LedgerTold told = new LedgerTold(
                at(record),
                record.key(),
                needed(value, "kind").equals("POST"),
                needed(value, "paymentId"),
                name(value),
                payload(value),
                value.path("attempt").asInt(),
                value.path("acceptedAt").asLong(),
                place(value, "commandPartition", "commandOffset"));
        log.story(told.name()).told.add(told);
    }

    private void said(TopicRecord record) {
        JsonNode value = readable(record, "ledger-outcomes");
        LedgerSaid said = new LedgerSaid(
                at(record),
                record.key(),
                needed(value, "paymentId"),
                name(value),
                needed(value, "status"),
                text(value, "failureReason"),
                text(value, "failedAccount"),
                list(value, "differingFields"),
                value.path("attempt").asInt(),
                place(value, "commandPartition", "commandOffset"));
        log.story(said.name()).said.add(said);
    }

    private void policy(TopicRecord record) {
        log.policies = true;
        if (record.value() != null) {
            Long retention = number(record.value(), "retentionMs");
            Long recall = number(record.value(), "recallMs");
            log.shortestRetentionMs = retention == null ? 0 : Math.min(log.shortestRetentionMs, retention);
            log.longestRecallMs = Math.max(log.longestRecallMs, recall == null ? 0 : recall);
        }
    }

    private void tables() {
        CsvTable.read(folder.table("accounts"), row -> {
            AccountRow account = new AccountRow(
                    shared(row.text("id")),
                    shared(row.text("currency")),
                    row.text("kind").equals("SYSTEM"),
                    row.number("overdraft_limit_minor"),
                    row.number("opening_balance_minor"),
                    row.text("status").equals("CLOSED"),
                    row.number("balance_minor"),
                    row.number("held_minor"));
            log.accounts.put(account.id(), account);
        });
        CsvTable.read(folder.table("payments"), row -> {
            Posted posted = new Posted(
                    row.text("payment_id"),
                    name(row.text("client_id"), row.text("idempotency_key")),
                    new Payload(
                            shared(row.text("debtor_account")),
                            shared(row.text("creditor_account")),
                            row.number("amount_minor"),
                            shared(row.text("currency")),
                            row.textOrNull("reference")),
                    new Result(
                            shared(row.text("status")),
                            row.textOrNull("failure_reason"),
                            row.textOrNull("failed_account")),
                    row.textOrNull("entry_id") == null ? null : row.number("entry_id"),
                    row.textOrNull("command_offset") == null,
                    timeMs(row.text("recorded_at")));
            log.story(posted.name()).posted.add(posted);
        });
        CsvTable.read(
                folder.table("entries"),
                row -> log.entries.add(new Entry(
                        row.number("entry_id"),
                        row.text("payment_id"),
                        shared(row.text("account_id")),
                        row.number("amount_minor"),
                        row.number("balance_after_minor"))));
    }

    /** PostgreSQL's way to write a time, such as {@code 2026-01-01 10:00:00.123456+00}. */
    static long timeMs(String text) {
        String iso = text.replace(' ', 'T').replaceFirst("([+-][0-9]{2})$", "$1:00");
        return iso.endsWith("Z")
                ? Instant.parse(iso).toEpochMilli()
                : OffsetDateTime.parse(iso).toInstant().toEpochMilli();
    }

    private static JsonNode readable(TopicRecord record, String topic) {
        if (record.value() == null) {
            throw new BrokenHistoryException("topics/" + topic + " " + at(record) + " could not be decoded");
        }
        return record.value();
    }

    private Name name(JsonNode value) {
        return name(needed(value, "clientId"), needed(value, "idempotencyKey"));
    }

    private Name name(String client, String key) {
        return new Name(shared(client), shared(key));
    }

    private Payload payload(JsonNode value) {
        return new Payload(
                shared(needed(value, "debtorAccount")),
                shared(needed(value, "creditorAccount")),
                value.path("amountMinor").asLong(),
                shared(needed(value, "currency")),
                text(value, "reference"));
    }

    private static Place at(TopicRecord record) {
        return new Place(record.partition(), record.offset());
    }

    private static Place place(JsonNode value, String partition, String offset) {
        return new Place(value.path(partition).asInt(), value.path(offset).asLong());
    }

    private static @Nullable Place origin(TopicRecord record) {
        try {
            return new Place(
                    Integer.parseInt(record.headers().getOrDefault("hapax-partition", "")),
                    Long.parseLong(record.headers().getOrDefault("hapax-offset", "")));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static @Nullable String text(JsonNode value, String field) {
        JsonNode found = value.get(field);
        return found == null || found.isNull() ? null : found.asText();
    }

    private static String needed(JsonNode value, String field) {
        String found = text(value, field);
        if (found == null) {
            throw new BrokenHistoryException("a record without " + field + ": " + value);
        }
        return found;
    }

    private static @Nullable Long number(JsonNode value, String field) {
        JsonNode found = value.get(field);
        return found == null || found.isNull() ? null : found.asLong();
    }

    private static List<String> list(JsonNode value, String field) {
        List<String> texts = new ArrayList<>(0);
        value.path(field).forEach(each -> texts.add(each.asText()));
        return texts;
    }

    /** One text for all equal ones: there are millions of records, and few accounts and clients. */
    private String shared(String text) {
        String known = texts.putIfAbsent(text, text);
        return known == null ? text : known;
    }
}
