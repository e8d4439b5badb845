package io.hapax.tools.books;

import static java.util.Objects.requireNonNull;

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
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Tables of the database session ({@code log.sql}) with the content of the topics about payments. The database
 * compares them with the books by SQL. Memory stays small, however long the topics are.
 */
public final class TopicTables implements AutoCloseable {
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
        copy(events, "fold_event", eventReader, EventRows::write);
    }

    public void readOutcomes() throws SQLException {
        copy(outcomes, "fold_outcome", outcomeReader, AnswerRows::writeOutcome);
    }

    public void readDecisions() throws SQLException {
        copy(decisions, "fold_decision", decisionReader, AnswerRows::writeDecision);
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

    @Override
    public void close() {
        events.close();
        outcomes.close();
        decisions.close();
    }
}
