package io.hapax.tools.books;

import static java.util.Objects.requireNonNull;

import io.hapax.ledger.consume.StepContent;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.Step;
import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.LedgerTime;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.ReservationDecision;
import io.hapax.schemas.ReservationEvent;
import io.hapax.schemas.ReservationOutcome;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.tools.log.AnyDecision;
import io.hapax.tools.log.AnyEvent;
import io.hapax.tools.log.AnyOutcome;
import io.hapax.tools.log.Unburied;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Tables of the database session ({@code log.sql}) with the content of the topics about payments. The database
 * compares them with the books by SQL. Memory stays small, however long the topics are.
 */
public final class TopicTables implements AutoCloseable {
    /** The kind of a row that is a time and no event about a payment. */
    public static final String TIME = "TIME";

    private static final UUID NO_PAYMENT = new UUID(0, 0);

    private final Connection connection;
    private final Runnable progress;
    private final TopicTail events;
    private final TopicTail outcomes;
    private final TopicTail decisions;
    private final WireReader<SpecificRecord> eventReader;
    private final WireReader<SpecificRecord> outcomeReader;
    private final WireReader<SpecificRecord> decisionReader;
    private final Map<String, String> unreadable = new LinkedHashMap<>();
    private long records;

    /** Writes one record of a topic as a row. */
    public interface Row<T> {
        void write(CopyRows rows, ConsumerRecord<byte[], byte[]> at, T value) throws SQLException;
    }

    /** @param progress told of each record read */
    public TopicTables(Map<String, Object> kafka, AvroFormat format, Connection connection, Runnable progress) {
        this.connection = connection;
        this.progress = progress;
        this.eventReader = AnyEvent.reader(format);
        this.outcomeReader = AnyOutcome.reader(format);
        this.decisionReader = AnyDecision.reader(format);
        Map<Topic, TopicTail> opened =
                TopicTail.open(kafka, Topic.LEDGER_EVENTS, Topic.LEDGER_OUTCOMES, Topic.PAYMENT_DECISIONS);
        this.events = requireNonNull(opened.get(Topic.LEDGER_EVENTS));
        this.outcomes = requireNonNull(opened.get(Topic.LEDGER_OUTCOMES));
        this.decisions = requireNonNull(opened.get(Topic.PAYMENT_DECISIONS));
    }

    public TopicTail events() {
        return events;
    }

    public TopicTail outcomes() {
        return outcomes;
    }

    public TopicTail decisions() {
        return decisions;
    }

    /** Records read so far. */
    public long records() {
        return records;
    }

    /** Places of records that can't be read, such as {@code ledger-events 1@7}, with the reason. */
    public Map<String, String> unreadable() {
        return unreadable;
    }

    public void readEvents() throws SQLException {
        copy(events, "fold_event", eventReader, TopicTables::writeEvent);
    }

    public void readOutcomes() throws SQLException {
        copy(outcomes, "fold_outcome", outcomeReader, TopicTables::writeOutcome);
    }

    public void readDecisions() throws SQLException {
        copy(decisions, "fold_decision", decisionReader, TopicTables::writeDecision);
    }

    private <T extends SpecificRecord> void copy(TopicTail tail, String table, WireReader<T> reader, Row<T> row)
            throws SQLException {
        try (CopyRows rows = new CopyRows(connection, table)) {
            tail.readToEnd(found -> {
                records++;
                progress.run();
                switch (reader.read(found.topic(), found.value())) {
                    case Decoded.Value<T>(T value) -> row.write(rows, found, value);
                    case Decoded.Unreadable<T>(var reason, var detail) ->
                        unreadable.put(Unburied.place(found.topic(), found.partition(), found.offset()), reason.name());
                }
            });
            rows.finish();
        }
    }

    private static void write(CopyRows rows, ConsumerRecord<byte[], byte[]> at, LedgerEvent event) throws SQLException {
        rows.number(at.partition())
                .number(at.offset())
                .text(event.getKind().name())
                .id(event.getPaymentId())
                .text(event.getClientId())
                .text(event.getIdempotencyKey())
                .text(event.getDebtorAccount())
                .text(event.getCreditorAccount())
                .number(event.getAmountMinor())
                .text(event.getCurrency())
                .text(event.getReference())
                .number(event.getAttempt())
                .number(event.getAcceptedAt().toEpochMilli())
                .number(event.getCommandPartition())
                .number(event.getCommandOffset())
                .stored(null)
                .stored(null)
                .stored(null)
                .stored(null)
                .stored(null)
                .number(at.timestamp())
                .endRow();
    }

    /** The row of a time, of kind {@code TIME}. It says nothing but that. */
    public static void writeTime(CopyRows rows, ConsumerRecord<byte[], byte[]> at, LedgerTime time)
            throws SQLException {
        rows.number(at.partition())
                .number(at.offset())
                .text(TIME)
                .id(NO_PAYMENT)
                .text("")
                .text("")
                .text("")
                .text("")
                .number(0)
                .text("")
                .stored(null)
                .number(0)
                .number(0)
                .number(0)
                .number(0)
                .stored(null)
                .stored(null)
                .stored(null)
                .stored(null)
                .stored(null)
                .number(time.getAt().toEpochMilli())
                .endRow();
    }

    /** A time asks for no payment, and has no row. */
    public static void writeEvent(CopyRows rows, ConsumerRecord<byte[], byte[]> at, SpecificRecord event)
            throws SQLException {
        switch (event) {
            case LedgerEvent payment -> write(rows, at, payment);
            case ReservationEvent step -> write(rows, at, step);
            default -> {}
        }
    }

    private static void write(CopyRows rows, ConsumerRecord<byte[], byte[]> at, ReservationEvent event)
            throws SQLException {
        PaymentContent content = StepContent.of(event);
        rows.number(at.partition())
                .number(at.offset())
                .text(event.getAsked().name())
                .id(event.getPaymentId())
                .text(event.getClientId())
                .text(event.getIdempotencyKey())
                .text(content.debtorAccount())
                .text(content.creditorAccount())
                .number(content.amountMinor())
                .text(content.currency())
                .text(content.reference())
                .number(event.getAttempt())
                .number(event.getAcceptedAt().toEpochMilli())
                .number(event.getCommandPartition())
                .number(event.getCommandOffset())
                .text(event.getStep().name());
        Step.Reserve reserve = content.step() instanceof Step.Reserve found ? found : null;
        UUID named = switch (content.step()) {
            case Step.Capture capture -> capture.reservationId();
            case Step.Release release -> release.reservationId();
            case null, default -> null;
        };
        rows.stored(named == null ? null : named.toString())
                .stored(reserve == null ? null : String.valueOf(reserve.hold().toMillis()))
                .stored(reserve == null ? null : String.valueOf(reserve.multiple()))
                .stored(
                        content.step() instanceof Step.Capture capture
                                ? String.valueOf(capture.moreWillFollow())
                                : null)
                .number(at.timestamp())
                .endRow();
    }

    public static void writeOutcome(CopyRows rows, ConsumerRecord<byte[], byte[]> at, SpecificRecord outcome)
            throws SQLException {
        switch (outcome) {
            case LedgerOutcome payment -> write(rows, at, payment);
            case ReservationOutcome step ->
                rows.number(at.partition())
                        .number(at.offset())
                        .id(step.getPaymentId())
                        .text(step.getResult().name())
                        .text(step.getFailureReason())
                        .text(step.getFailedAccount())
                        .number(step.getCommandPartition())
                        .number(step.getCommandOffset())
                        .endRow();
            default -> throw new IllegalArgumentException(outcome.getSchema().getName());
        }
    }

    private static void writeDecision(CopyRows rows, ConsumerRecord<byte[], byte[]> at, SpecificRecord decision)
            throws SQLException {
        switch (decision) {
            case PaymentDecision payment -> write(rows, at, payment);
            case ReservationDecision step -> write(rows, at, step);
            default -> throw new IllegalArgumentException(decision.getSchema().getName());
        }
    }

    private static void write(CopyRows rows, ConsumerRecord<byte[], byte[]> at, ReservationDecision decision)
            throws SQLException {
        if (decision.getPaymentId() == null) {
            return;
        }
        rows.number(at.partition())
                .number(at.offset())
                .id(decision.getPaymentId())
                .text(decision.getAnswer().name())
                .text(decision.getStatus() == null ? null : decision.getStatus().name())
                .text(decision.getFailureReason())
                .text(decision.getFailedAccount())
                .number(decision.getCommandPartition())
                .number(decision.getCommandOffset())
                .endRow();
    }

    private static void write(CopyRows rows, ConsumerRecord<byte[], byte[]> at, LedgerOutcome outcome)
            throws SQLException {
        rows.number(at.partition())
                .number(at.offset())
                .id(outcome.getPaymentId())
                .text(outcome.getStatus().name())
                .text(outcome.getFailureReason())
                .text(outcome.getFailedAccount())
                .number(outcome.getCommandPartition())
                .number(outcome.getCommandOffset())
                .endRow();
    }

    private static void write(CopyRows rows, ConsumerRecord<byte[], byte[]> at, PaymentDecision decision)
            throws SQLException {
        if (decision.getPaymentId() == null) {
            return;
        }
        rows.number(at.partition())
                .number(at.offset())
                .id(decision.getPaymentId())
                .text(decision.getVerdict().name())
                .text(decision.getStatus() == null ? null : decision.getStatus().name())
                .text(decision.getFailureReason())
                .text(decision.getFailedAccount())
                .number(decision.getCommandPartition())
                .number(decision.getCommandOffset())
                .endRow();
    }

    @Override
    public void close() {
        events.close();
        outcomes.close();
        decisions.close();
    }
}
