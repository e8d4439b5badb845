package io.hapax.tools.rebuild;

import io.hapax.schemas.LedgerTime;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.tools.books.AnswerRows;
import io.hapax.tools.books.CopyRows;
import io.hapax.tools.books.Difference;
import io.hapax.tools.books.EventRows;
import io.hapax.tools.books.FoundDifferences;
import io.hapax.tools.books.MoneyInSql;
import io.hapax.tools.books.TopicTables;
import io.hapax.tools.cli.Progress;
import io.hapax.tools.cli.Tally;
import io.hapax.tools.cli.Verdict;
import io.hapax.tools.log.AnyEvent;
import io.hapax.tools.log.AnyOutcome;
import io.hapax.tools.log.GroupProgress;
import io.hapax.tools.log.Unburied;
import io.hapax.tools.rebuild.RebuiltLedger.Unread;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A rebuild of the ledger in a schema of its own, and its comparison with the live ledger. The sources are the
 * accounts' terms, {@code ledger-events} and {@code ledger-outcomes}. A rebuild that was killed continues after the
 * last step that it committed.
 */
final class Rebuild {
    private static final int CHUNK = 100_000;

    /** The columns of an event, without the number that the database gives. */
    private static final String EVENT_COLUMNS =
            " (log_partition, log_offset, kind, payment_id, client_id, idempotency_key, debtor_account, creditor_account,"
                    + " amount_minor, currency, reference, attempt, accepted_at_ms, command_partition, command_offset,"
                    + " step, reservation_id, hold_ms, multiple, more_will_follow, event_time_ms)";

    private final Map<String, Object> kafka;
    private final AvroFormat format;
    private final RebuiltLedger ledger;
    private final Options options;
    private final Progress progress;
    private final List<String> unproved = new ArrayList<>();
    private long events;

    /**
     * The options of a rebuild.
     *
     * @param ledgerGroup consumer group of the live ledger
     * @param patience time to wait until the live ledger has processed the records that were rebuilt
     * @param limit number of differences of each kind to report
     * @param set number of events that are posted in one database transaction
     */
    record Options(String ledgerGroup, Duration patience, int limit, int set) {
        Options(String ledgerGroup, Duration patience, int limit) {
            this(ledgerGroup, patience, limit, RebuiltPosting.CHUNK);
        }
    }

    Rebuild(Map<String, Object> kafka, AvroFormat format, RebuiltLedger ledger, Options options, Progress progress) {
        this.kafka = kafka;
        this.format = format;
        this.ledger = ledger;
        this.options = options;
        this.progress = progress;
    }

    RebuildReport run() throws SQLException {
        long start = System.nanoTime();
        boolean builtBefore = ledger.done("finished").isPresent();
        try (Admin admin = Admin.create(kafka)) {
            // The ledger publishes before it commits its offsets: beyond them, outcomes may be missing.
            Map<Integer, Long> last = read(Topic.LEDGER_EVENTS, "event", AnyEvent.reader(format), Rebuild::writeEvent);
            GroupProgress live =
                    GroupProgress.await(admin, options.ledgerGroup(), Topic.LEDGER_EVENTS, last, options.patience());
            if (!live.isThere()) {
                unproved.add(live.words(options.ledgerGroup(), Topic.LEDGER_EVENTS)
                        + ": the rebuilt ledger is ahead of the live one");
            }
            read(Topic.LEDGER_OUTCOMES, "outcome", AnyOutcome.reader(format), AnswerRows::writeOutcome);
        }
        step("ordered", "rebuild-order.sql");
        RebuiltPosting posting = new RebuiltPosting(ledger, progress, options.set());
        posting.run();
        step("finished", "rebuild-finish.sql");
        double seconds = (System.nanoTime() - start) / 1e9;
        return compare(builtBefore, posting.byOrder(), seconds);
    }

    private static void writeEvent(CopyRows rows, ConsumerRecord<byte[], byte[]> at, SpecificRecord event)
            throws SQLException {
        if (event instanceof LedgerTime time) {
            EventRows.writeTime(rows, at, time);
        } else {
            EventRows.write(rows, at, event);
        }
    }

    private void step(String name, String script) throws SQLException {
        if (ledger.done(name).isEmpty()) {
            progress.phase(name.equals("ordered") ? "Ordering" : "Indexing", -1);
            try (Statement statement = connection().createStatement()) {
                statement.execute("ANALYZE event");
                statement.execute("ANALYZE outcome");
            }
            ledger.script(script);
            ledger.commit(name, 1);
        }
    }

    /** Reads on from where it stood; by partition the offset of the last record, as far as the end that was fixed. */
    private <T extends SpecificRecord> Map<Integer, Long> read(
            Topic topic, String table, WireReader<T> reader, TopicTables.Row<T> row) throws SQLException {
        String name = topic.topicName();
        try (TopicTail tail = new TopicTail(kafka, topic)) {
            if (!ledger.isBegun(tail)) {
                ledger.begin(tail);
            }
            Map<Integer, Long> ends = ledger.offsets(name, "end_offset");
            ledger.offsets(name, "next_offset").forEach(tail::seek);
            progress.expect(List.of(tail));
            copy(tail, ends, table, reader, row);
            return lastOffsets(table);
        }
    }

    private <T extends SpecificRecord> void copy(
            TopicTail tail, Map<Integer, Long> ends, String table, WireReader<T> reader, TopicTables.Row<T> row)
            throws SQLException {
        String name = tail.topic().topicName();
        Map<Integer, Long> next = new HashMap<>();
        List<Unread> unread = new ArrayList<>();
        try (Chunk chunk = new Chunk(tail.topic() == Topic.LEDGER_EVENTS ? table + EVENT_COLUMNS : table)) {
            tail.readTo(ends, found -> {
                progress.step();
                if (found.offset() >= ends.getOrDefault(found.partition(), 0L)) {
                    return;
                }
                events += tail.topic() == Topic.LEDGER_EVENTS ? 1 : 0;
                next.put(found.partition(), found.offset() + 1);
                switch (reader.read(found.topic(), found.value())) {
                    case Decoded.Value<T>(T value) -> row.write(chunk.rows(), found, value);
                    case Decoded.Unreadable<T>(var reason, var detail) ->
                        unread.add(new Unread(name, found.partition(), found.offset(), reason.name()));
                }
                if (chunk.isFull() || unread.size() >= CHUNK) {
                    commit(chunk, name, unread, next);
                }
            });
            commit(chunk, name, unread, ends);
        }
    }

    /** Commits the unreadable records together with the offsets. So the next process knows of those records too. */
    private void commit(Chunk chunk, String topic, List<Unread> unread, Map<Integer, Long> next) throws SQLException {
        chunk.finish();
        ledger.noteUnread(unread);
        unread.clear();
        ledger.commitRead(topic, next);
    }

    /** A set of rows for one database transaction. No transaction is open between two chunks. */
    private final class Chunk implements AutoCloseable {
        private final String table;
        private @Nullable CopyRows open;
        private int count;

        Chunk(String table) {
            this.table = table;
        }

        CopyRows rows() throws SQLException {
            CopyRows rows = open;
            if (rows == null) {
                rows = new CopyRows(connection(), table);
                open = rows;
            }
            count++;
            return rows;
        }

        boolean isFull() {
            return count >= CHUNK;
        }

        void finish() throws SQLException {
            if (open != null) {
                open.finish();
            }
            open = null;
            count = 0;
        }

        @Override
        public void close() throws SQLException {
            if (open != null) {
                open.close();
            }
        }
    }

    private Map<Integer, Long> lastOffsets(String table) throws SQLException {
        Map<Integer, Long> last = new TreeMap<>();
        try (Statement statement = connection().createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT log_partition, max(log_offset) FROM " + table + " GROUP BY log_partition")) {
            while (row.next()) {
                last.put(row.getInt(1), row.getLong(2));
            }
        }
        return last;
    }

    private RebuildReport compare(boolean builtBefore, long byOrder, double seconds) throws SQLException {
        progress.phase("Comparing", -1);
        unproved.addAll(Unburied.among(ledger.unread(), kafka).unproved(options.limit()));
        connection().commit();
        connection().setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        long live = count(ledger.live() + ".payments");
        try (TopicTail log = new TopicTail(kafka, Topic.LEDGER_EVENTS)) {
            // After the snapshot: what is in it was posted from an event that is there by now.
            ledger.noteLogEnd(log.ends());
        }
        MoneyInSql.prepare(connection());
        ledger.script("rebuild-diff.sql");
        FoundDifferences found = new FoundDifferences(connection());
        Map<Integer, Long> starts = ledger.offsets(Topic.LEDGER_EVENTS.topicName(), "starts_at");
        if (starts.values().stream().anyMatch(start -> start > 0)) {
            unproved.add("the start of ledger-events was deleted: the rebuilt ledger lacks what came before "
                    + Tally.places(starts));
        }
        if (count("event") == 0) {
            unproved.add("ledger-events holds no event: nothing was posted but opening balances");
        }
        long later = live - count("live_payment");
        if (builtBefore && later > 0) {
            unproved.add(later + " payments of the live ledger lie before or beyond what an earlier run has built:"
                    + " --start-over builds it anew");
        }
        Map<Difference.Kind, Long> kinds = found.kinds(false);
        return new RebuildReport(
                Verdict.of(!kinds.isEmpty(), unproved.isEmpty()),
                ledger.schema(),
                builtBefore,
                starts,
                ledger.offsets(Topic.LEDGER_EVENTS.topicName(), "end_offset"),
                events,
                seconds,
                count("payments"),
                live,
                later,
                byOrder,
                kinds,
                found.first(options.limit(), false),
                found.first(options.limit(), true),
                List.copyOf(unproved));
    }

    private long count(String table) throws SQLException {
        try (Statement statement = connection().createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
            row.next();
            return row.getLong(1);
        }
    }

    private Connection connection() {
        return ledger.connection();
    }
}
