package io.hapax.tools.audit;

import static java.util.Objects.requireNonNull;

import io.hapax.schemas.Verdict;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.stream.decision.ReceivedCommand;
import io.hapax.stream.wire.Commands;
import io.hapax.stream.wire.Decisions;
import io.hapax.tools.log.AnyCommand;
import io.hapax.tools.log.AnyDecision;
import io.hapax.tools.log.AnyEvent;
import io.hapax.tools.log.AnyOutcome;
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
    private final Map<LogPosition, Found<ReceivedCommand>> commands = new TreeMap<>(BY_PLACE);
    private final Map<LogPosition, List<Found<ReceivedCommand>>> copies = new HashMap<>();
    private final List<Found<AnyEvent>> events = new ArrayList<>();
    private final List<Found<AnyOutcome>> outcomes = new ArrayList<>();
    private final Map<LogPosition, Found<AnyDecision>> decisions = new TreeMap<>(BY_PLACE);
    private final List<Found<AnyDecision>> repeated = new ArrayList<>();

    /** A record with its place and time. */
    record Found<T>(int partition, long offset, Instant time, T value) {}

    /** The readers that decode the records of each topic. */
    record Readers(
            WireReader<SpecificRecord> commands,
            WireReader<SpecificRecord> events,
            WireReader<SpecificRecord> outcomes,
            WireReader<SpecificRecord> decisions) {

        /** The readers of all record types. */
        static Readers of(AvroFormat format) {
            return new Readers(
                    AnyCommand.reader(format),
                    AnyEvent.reader(format),
                    AnyOutcome.reader(format),
                    AnyDecision.reader(format));
        }
    }

    PaymentRecords(PaymentHistories.History history, Readers readers, AuditLimits limits) {
        this.paymentId = history.paymentId();
        this.limits = limits;
        List<Found<ReceivedCommand>> all = new ArrayList<>();
        for (PaymentHistories.Stored each : history.records()) {
            switch (each.topic()) {
                case PAYMENT_COMMANDS ->
                    all.add(found(each, command(readers, each, new LogPosition(each.partition(), each.offset()))));
                case PAYMENT_COMMANDS_REROUTED -> add(copy(each), readers);
                case LEDGER_EVENTS ->
                    events.add(found(
                            each, AnyEvent.of(read(each, readers.events())).orElseThrow()));
                case LEDGER_OUTCOMES -> outcomes.add(found(each, AnyOutcome.of(read(each, readers.outcomes()))));
                case PAYMENT_DECISIONS -> add(found(each, AnyDecision.of(read(each, readers.decisions()))));
                default -> throw new IllegalStateException(each.topic() + " is not part of a history");
            }
        }
        for (Found<ReceivedCommand> command : all) {
            LogPosition origin = new LogPosition(command.partition(), command.offset());
            if (isDue(origin) || decision(origin) != null || acceptance(origin) != null) {
                commands.put(origin, command);
            }
        }
    }

    private static <T> Found<T> found(PaymentHistories.Stored stored, T value) {
        return new Found<>(stored.partition(), stored.offset(), Instant.ofEpochMilli(stored.timestampMs()), value);
    }

    /** A copy has the place of its original, so that it is equal to it. */
    private static ReceivedCommand command(Readers readers, PaymentHistories.Stored stored, LogPosition origin) {
        return Commands.received(read(stored, readers.commands()), origin);
    }

    private static SpecificRecord read(PaymentHistories.Stored stored, WireReader<SpecificRecord> reader) {
        return switch (reader.read(stored.topic().topicName(), stored.value())) {
            case Decoded.Value<SpecificRecord>(var value) -> value;
            case Decoded.Unreadable<SpecificRecord> unreadable ->
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

    private void add(Copy copy, Readers readers) {
        copies.computeIfAbsent(copy.original(), origin -> new ArrayList<>())
                .add(found(copy.stored(), command(readers, copy.stored(), copy.original())));
    }

    /** True if the app has read the command. If the command was sent on, the app must have read its copy too. */
    private boolean isDue(LogPosition command) {
        return limits.isRead(command)
                && copies(command).stream().allMatch(copy -> limits.isReroutedRead(copy.partition(), copy.offset()));
    }

    /** Copies of the command that were sent on to another partition. */
    List<Found<ReceivedCommand>> copies(LogPosition command) {
        return copies.getOrDefault(command, List.of());
    }

    private void add(Found<AnyDecision> decision) {
        if (decisions.putIfAbsent(decision.value().command(), decision) != null) {
            repeated.add(decision);
        }
    }

    UUID paymentId() {
        return paymentId;
    }

    /** The key of the payment; null if no record names the key. */
    @Nullable PaymentKey key() {
        return commands.values().stream()
                .map(command -> command.value().key())
                .findFirst()
                .orElse(null);
    }

    /** Commands that must have been decided, or have been. */
    Map<LogPosition, Found<ReceivedCommand>> commands() {
        return commands;
    }

    List<Found<AnyEvent>> events() {
        return events;
    }

    /** The outcomes, in the order of their partition. */
    List<Found<AnyOutcome>> outcomes() {
        return outcomes;
    }

    /** The first answer to each command. */
    Map<LogPosition, Found<AnyDecision>> decisions() {
        return decisions;
    }

    /** Further answers to commands that have one. */
    List<Found<AnyDecision>> repeated() {
        return repeated;
    }

    @Nullable Found<AnyDecision> decision(LogPosition command) {
        return decisions.get(command);
    }

    /** The first event of the command, which it has if it was accepted, or recalled: all tell when that was. */
    @Nullable Found<AnyEvent> acceptance(LogPosition command) {
        return events.stream()
                .filter(event -> event.value().command().equals(command))
                .findFirst()
                .orElse(null);
    }

    boolean isDue(Found<AnyOutcome> outcome) {
        return limits.isOutcomeRead(outcome.partition(), outcome.offset());
    }

    /** True if a record that these records refer to was deleted from the start of its log, or may have been. */
    boolean isCutOff() {
        return decisions.keySet().stream().anyMatch(limits::isBeforeStart)
                || events.stream()
                        .anyMatch(event -> limits.isBeforeStart(event.value().command()))
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
        PaymentKey key = requireNonNull(commands.get(origin)).value().key();
        return Partitions.of(key, limits.partitions()) != origin.partition();
    }

    /** A payment that finds a cancel under its key is told no time of an acceptance. */
    private boolean speaksOfAcceptance() {
        return decisions.values().stream()
                .anyMatch(decision -> decision.value().firstSeenAt() != null
                        || decision.value().verdict() == Verdict.REPLAYED);
    }

    /** The payment's id; of an invalid command, the id that its answer's cut key would have. */
    static UUID paymentOf(PaymentKey key) {
        return Decisions.cut(key).paymentId();
    }
}
