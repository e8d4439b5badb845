package io.hapax.tools.audit;

import static java.util.Objects.requireNonNull;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.topics.LogPosition;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** All decoded records about one payment, from all topics. */
final class PaymentRecords {
    private static final Comparator<LogPosition> BY_PLACE =
            Comparator.comparingInt(LogPosition::partition).thenComparingLong(LogPosition::offset);

    private final UUID paymentId;
    private final AuditLimits limits;
    private final Map<LogPosition, Found<PaymentCommand>> commands = new TreeMap<>(BY_PLACE);
    private final Map<LogPosition, List<Found<PaymentCommand>>> copies = new HashMap<>();
    private final List<Found<LedgerEvent>> events = new ArrayList<>();
    private final List<Found<LedgerOutcome>> outcomes = new ArrayList<>();
    private final Map<LogPosition, Found<PaymentDecision>> decisions = new TreeMap<>(BY_PLACE);
    private final List<Found<PaymentDecision>> repeated = new ArrayList<>();

    /** A record with its place and time. */
    record Found<T>(int partition, long offset, Instant time, T value) {}

    /** The readers that decode the records of each topic. */
    record Readers(
            WireReader<PaymentCommand> commands,
            WireReader<LedgerEvent> events,
            WireReader<LedgerOutcome> outcomes,
            WireReader<PaymentDecision> decisions) {}

    PaymentRecords(PaymentHistories.History history, Readers readers, AuditLimits limits) {
        this.paymentId = history.paymentId();
        this.limits = limits;
        List<Found<PaymentCommand>> all = new ArrayList<>();
        for (PaymentHistories.Stored each : history.records()) {
            switch (each.topic()) {
                case PAYMENT_COMMANDS -> all.add(found(each, readers.commands()));
                case PAYMENT_COMMANDS_REROUTED -> add(copy(each), readers.commands());
                case LEDGER_EVENTS -> events.add(found(each, readers.events()));
                case LEDGER_OUTCOMES -> outcomes.add(found(each, readers.outcomes()));
                case PAYMENT_DECISIONS -> add(found(each, readers.decisions()));
                default -> throw new IllegalStateException(each.topic() + " is not part of a history");
            }
        }
        for (Found<PaymentCommand> command : all) {
            LogPosition origin = new LogPosition(command.partition(), command.offset());
            if (isDue(origin) || decision(origin) != null || acceptance(origin) != null) {
                commands.put(origin, command);
            }
        }
    }

    private static <T extends SpecificRecord> Found<T> found(PaymentHistories.Stored stored, WireReader<T> reader) {
        return switch (reader.read(stored.topic().topicName(), stored.value())) {
            case Decoded.Value<T>(T value) ->
                new Found<>(stored.partition(), stored.offset(), Instant.ofEpochMilli(stored.timestampMs()), value);
            case Decoded.Unreadable<T> unreadable ->
                throw new IllegalStateException("could be read before, and cannot now: " + unreadable);
        };
    }

    /** A rerouted command, with the place of its original in front of its bytes. */
    private record Copy(LogPosition original, PaymentHistories.Stored stored) {}

    private static Copy copy(PaymentHistories.Stored stored) {
        ByteBuffer bytes = ByteBuffer.wrap(stored.value());
        LogPosition original = new LogPosition(bytes.getInt(), bytes.getLong());
        byte[] command = new byte[bytes.remaining()];
        bytes.get(command);
        return new Copy(
                original,
                new PaymentHistories.Stored(
                        stored.topic(), stored.partition(), stored.offset(), stored.timestampMs(), command));
    }

    private void add(Copy copy, WireReader<PaymentCommand> reader) {
        copies.computeIfAbsent(copy.original(), origin -> new ArrayList<>()).add(found(copy.stored(), reader));
    }

    /** True if the app has read the command. If the command was sent on, the app must have read its copy too. */
    private boolean isDue(LogPosition command) {
        return limits.isRead(command)
                && copies(command).stream().allMatch(copy -> limits.isReroutedRead(copy.partition(), copy.offset()));
    }

    /** Copies of the command that were sent on to another partition. */
    List<Found<PaymentCommand>> copies(LogPosition command) {
        return copies.getOrDefault(command, List.of());
    }

    private void add(Found<PaymentDecision> decision) {
        if (decisions.putIfAbsent(origin(decision.value()), decision) != null) {
            repeated.add(decision);
        }
    }

    UUID paymentId() {
        return paymentId;
    }

    /** The key of the payment; null if no record names the key. */
    @Nullable PaymentKey key() {
        return commands.values().stream()
                .map(Found::value)
                .map(command -> new PaymentKey(command.getClientId(), command.getIdempotencyKey()))
                .findFirst()
                .orElse(null);
    }

    /** Commands that must have been decided, or have been. */
    Map<LogPosition, Found<PaymentCommand>> commands() {
        return commands;
    }

    List<Found<LedgerEvent>> events() {
        return events;
    }

    /** The outcomes, in the order of their partition. */
    List<Found<LedgerOutcome>> outcomes() {
        return outcomes;
    }

    /** The first answer to each command. */
    Map<LogPosition, Found<PaymentDecision>> decisions() {
        return decisions;
    }

    /** Further answers to commands that have one. */
    List<Found<PaymentDecision>> repeated() {
        return repeated;
    }

    @Nullable Found<PaymentDecision> decision(LogPosition command) {
        return decisions.get(command);
    }

    /** The first event of the command, which it has if it was accepted, or recalled: all tell when that was. */
    @Nullable Found<LedgerEvent> acceptance(LogPosition command) {
        return events.stream()
                .filter(event -> origin(event.value()).equals(command))
                .findFirst()
                .orElse(null);
    }

    boolean isDue(Found<LedgerOutcome> outcome) {
        return limits.isOutcomeRead(outcome.partition(), outcome.offset());
    }

    /** True if a record that these records refer to was deleted from the start of its log, or may have been. */
    boolean isCutOff() {
        return decisions.keySet().stream().anyMatch(limits::isBeforeStart)
                || events.stream().anyMatch(event -> limits.isBeforeStart(origin(event.value())))
                || lacks(Topic.LEDGER_EVENTS, speaksOfAcceptance() && events.isEmpty())
                || lacks(Topic.LEDGER_OUTCOMES, speaksOfAcceptance() && outcomes.isEmpty())
                || lacks(Topic.PAYMENT_DECISIONS, decisions.size() < commands.size())
                || lacks(
                        Topic.PAYMENT_COMMANDS_REROUTED,
                        commands.keySet().stream()
                                .anyMatch(command ->
                                        isElsewhere(command) && copies(command).isEmpty()));
    }

    private boolean lacks(Topic topic, boolean something) {
        return something && limits.trimmed().contains(topic);
    }

    private boolean isElsewhere(LogPosition origin) {
        PaymentCommand command = requireNonNull(commands.get(origin)).value();
        PaymentKey key = new PaymentKey(command.getClientId(), command.getIdempotencyKey());
        return Partitions.of(key, limits.partitions()) != origin.partition();
    }

    private boolean speaksOfAcceptance() {
        return decisions.values().stream().anyMatch(decision -> decision.value().getFirstSeenAt() != null);
    }

    static LogPosition origin(LedgerEvent event) {
        return new LogPosition(event.getCommandPartition(), event.getCommandOffset());
    }

    private static LogPosition origin(PaymentDecision decision) {
        return new LogPosition(decision.getCommandPartition(), decision.getCommandOffset());
    }
}
