package io.hapax.tools.reconcile;

import static java.util.Objects.requireNonNull;

import io.hapax.serde.AvroFormat;
import io.hapax.tools.books.CopyRows;
import io.hapax.tools.books.Counted;
import io.hapax.tools.books.Difference.Kind;
import io.hapax.tools.books.FoundDifferences;
import io.hapax.tools.books.MoneyInSql;
import io.hapax.tools.books.SqlScript;
import io.hapax.tools.books.TopicTables;
import io.hapax.tools.cli.Count;
import io.hapax.tools.cli.Progress;
import io.hapax.tools.cli.Tally;
import io.hapax.tools.cli.Verdict;
import io.hapax.tools.log.GroupProgress;
import io.hapax.tools.log.Unburied;
import io.hapax.tools.reconcile.ReconcileReport.CurrencyLine;
import io.hapax.tools.reconcile.ReconcileReport.TopicRead;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/**
 * A comparison of the topics with the books while payments flow, without false alarms:
 *
 * <ol>
 *   <li>Read all topics. Note the ends of {@code ledger-events}, and then of {@code ledger-outcomes}.
 *   <li>Wait until the ledger has committed its offsets beyond the first end, and the stream app beyond the second.
 *       Both commit offsets last. So every effect of the records before these ends exists by then.
 *   <li>Open one snapshot of the database.
 *   <li>Read on to the new ends, decisions first, events last. An effect of an event is appended after the event.
 *       So every payment in the snapshot, every outcome and every decision that was read has its event among the
 *       events read.
 * </ol>
 *
 * So no effect is missing, and every effect has its cause. Later records are not compared.
 */
final class Reconciliation {
    private final Map<String, Object> kafka;
    private final AvroFormat format;
    private final Connection connection;
    private final Options options;
    private final Progress progress;
    private final List<String> unproved = new ArrayList<>();

    /**
     * The options of a reconciliation.
     *
     * @param ledgerGroup consumer group of the ledger
     * @param streamGroup application id of the stream app, which is its consumer group
     * @param patience time to wait until the apps have processed the records in the topics
     * @param limit number of differences of each kind to report
     */
    record Options(String ledgerGroup, String streamGroup, Duration patience, int limit) {}

    /**
     * @param connection of a user who may read the ledger's tables and create temporary ones; nothing else is done
     * with it
     */
    Reconciliation(
            Map<String, Object> kafka, AvroFormat format, Connection connection, Options options, Progress progress) {
        this.kafka = kafka;
        this.format = format;
        this.connection = connection;
        this.options = options;
        this.progress = progress;
    }

    ReconcileReport run() throws SQLException {
        prepare();
        try (TopicTables fold = new TopicTables(kafka, format, connection, progress::step);
                Admin admin = Admin.create(kafka)) {
            List<TopicTail> topics = List.of(fold.events(), fold.outcomes(), fold.decisions());
            progress.expect(topics);
            long start = System.nanoTime();
            readAll(fold, admin);
            double readSeconds = secondsSince(start);

            long compareStart = System.nanoTime();
            compare();
            return report(fold, topics, readSeconds, secondsSince(compareStart));
        }
    }

    /** Temporary tables are all that this session can write to from here on. */
    private void prepare() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET temp_buffers = '64MB'");
            statement.execute("SET work_mem = '128MB'");
            statement.execute("SET statement_timeout = 0");
            statement.execute("SET idle_in_transaction_session_timeout = 0");
        }
        SqlScript.tablesOfTheLog("TEMP", "fold_").run(connection);
        SqlScript.read("fold.sql").run(connection);
        MoneyInSql.prepare(connection);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY");
        }
    }

    private void readAll(TopicTables fold, Admin admin) throws SQLException {
        // The bulk, without a snapshot that would keep the database from cleaning up.
        fold.readDecisions();
        fold.readOutcomes();
        fold.readEvents();
        GroupProgress ledger = await(admin, options.ledgerGroup(), Topic.LEDGER_EVENTS, fold.events());
        fold.readOutcomes();
        GroupProgress stream = await(admin, options.streamGroup(), Topic.LEDGER_OUTCOMES, fold.outcomes());

        openSnapshot();
        fold.readDecisions();
        fold.readOutcomes();
        fold.readEvents();
        writeDue(fold, ledger, stream);
    }

    private GroupProgress await(Admin admin, String group, Topic topic, TopicTail tail) {
        GroupProgress found = GroupProgress.await(admin, group, topic, tail.lastOffsets(), options.patience());
        if (!found.isThere()) {
            unproved.add(found.words(group, topic) + ": what should follow from them was not asked for");
        }
        return found;
    }

    private void openSnapshot() throws SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT FROM payments LIMIT 1");
        }
    }

    private void writeDue(TopicTables fold, GroupProgress ledger, GroupProgress stream) throws SQLException {
        try (CopyRows due = new CopyRows(connection, "fold_due")) {
            write(due, fold.events(), ledger.until());
            write(due, fold.outcomes(), stream.until());
            write(due, fold.decisions(), Map.of());
            due.finish();
        }
    }

    private static void write(CopyRows due, TopicTail tail, Map<Integer, Long> until) throws SQLException {
        for (Map.Entry<Integer, Long> start : tail.starts().entrySet()) {
            due.text(tail.topic().topicName())
                    .number(start.getKey())
                    .number(start.getValue())
                    .number(until.getOrDefault(start.getKey(), start.getValue()))
                    .endRow();
        }
    }

    private void compare() throws SQLException {
        SqlScript script = SqlScript.read("compare.sql");
        progress.phase("Comparing", script.statements().size());
        try (Statement statement = connection.createStatement()) {
            for (String table : List.of("fold_event", "fold_outcome", "fold_decision", "fold_due")) {
                statement.execute("ANALYZE " + table);
            }
            for (String sql : script.statements()) {
                statement.execute(sql);
                progress.step();
            }
        }
    }

    private ReconcileReport report(TopicTables fold, List<TopicTail> topics, double readSeconds, double compareSeconds)
            throws SQLException {
        List<TopicRead> read = topics.stream()
                .map(tail -> new TopicRead(tail.topic().topicName(), tail.starts(), tail.positions()))
                .toList();
        unproved.addAll(texts("SELECT cases || ' ' || reason FROM unproved"));
        read.stream()
                .filter(TopicRead::isTrimmed)
                .forEach(topic -> unproved.add("the start of " + topic.topic() + " was deleted: the log starts at "
                        + Tally.places(topic.from())));
        unproved.addAll(Unburied.among(fold.unreadable(), kafka).unproved(options.limit()));
        Map<String, Count> counted = Counted.all(connection);
        if (requireNonNull(counted.get(Counted.EVENTS.id())).count() == 0) {
            unproved.add("ledger-events holds no event: no payment was held against the log");
        }
        counted.put(Counted.RECORDS_READ, new Count("records read", fold.records()));
        FoundDifferences found = new FoundDifferences(connection);
        Map<Kind, Long> kinds = found.kinds(false);
        return new ReconcileReport(
                Verdict.of(!kinds.isEmpty(), unproved.isEmpty()),
                read,
                readSeconds,
                compareSeconds,
                progress.heapMb(),
                counted,
                currencies(),
                kinds,
                found.first(options.limit(), false),
                found.kinds(true),
                found.first(options.limit(), true),
                List.copyOf(unproved));
    }

    private List<CurrencyLine> currencies() throws SQLException {
        List<CurrencyLine> lines = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        SELECT currency, count(*), sum(balance)::text, sum(abs(balance - log))::text
                        FROM account_view GROUP BY currency ORDER BY currency
                        """)) {
            while (row.next()) {
                lines.add(new CurrencyLine(row.getString(1), row.getLong(2), row.getString(3), row.getString(4)));
            }
        }
        return lines;
    }

    private List<String> texts(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (row.next()) {
                texts.add(row.getString(1));
            }
            return texts;
        }
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
