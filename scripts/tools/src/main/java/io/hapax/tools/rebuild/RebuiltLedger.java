package io.hapax.tools.rebuild;

import io.hapax.tools.books.SqlScript;
import io.hapax.tools.cli.PlainFailure;
import io.hapax.tools.log.Unburied;
import io.hapax.topics.TopicTail;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The schema in which a ledger is rebuilt, beside the live one. Plain table names in its session mean the schema's
 * own tables. Live tables are named with their schema, and are only read.
 *
 * <p>Every step is one database transaction that also stores its mark. So a rebuild that was killed continues after
 * its last mark.
 */
final class RebuiltLedger {
    /** Rows that are fetched at a time. */
    static final int FETCH_ROWS = 10_000;

    private final Connection connection;
    private final String schema;
    private final String live;

    /** A record that cannot be read. */
    record Unread(String topic, int partition, long offset, String reason) {}

    private RebuiltLedger(Connection connection, String schema, String live) {
        this.connection = connection;
        this.schema = schema;
        this.live = live;
    }

    /**
     * Opens the schema, and creates it if it does not exist.
     *
     * @param startOver whether to delete the content of the schema first
     * @throws PlainFailure if the schema holds anything but a rebuild
     */
    static RebuiltLedger open(Connection connection, String schema, boolean startOver) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET statement_timeout = 0");
            statement.execute("SET idle_in_transaction_session_timeout = 0");
            statement.execute("SET work_mem = '128MB'");
            statement.execute("SET maintenance_work_mem = '256MB'");
            String name = statement.enquoteIdentifier(schema, true);
            String live = liveSchema(connection);
            if (name.equals(live)) {
                throw new PlainFailure("--schema: the live ledger is in " + live + ", a rebuild needs another schema");
            }
            if (exists(connection, "SELECT FROM pg_namespace WHERE nspname = ?", schema)
                    && !exists(
                            connection, "SELECT FROM pg_tables WHERE tablename = 'step' AND schemaname = ?", schema)) {
                throw new PlainFailure(
                        "--schema: " + schema + " holds something else than a rebuild; choose another name");
            }
            connection.setAutoCommit(false);
            if (startOver || isEmptied(connection, statement, schema, name)) {
                statement.execute("DROP SCHEMA IF EXISTS " + name + " CASCADE");
            }
            boolean isNew = !exists(connection, "SELECT FROM pg_namespace WHERE nspname = ?", schema);
            if (isNew) {
                statement.execute("CREATE SCHEMA " + name);
            }
            statement.execute("SET search_path TO " + name);
            RebuiltLedger ledger = new RebuiltLedger(connection, name, live);
            if (isNew) {
                SqlScript.tablesOfTheLog("UNLOGGED", "").run(connection);
                ledger.script("rebuild.sql");
            }
            connection.commit();
            return ledger;
        }
    }

    /** A crash of the database empties unlogged tables, and one that was killed at once has not begun. */
    private static boolean isEmptied(Connection connection, Statement statement, String schema, String name)
            throws SQLException {
        if (!exists(connection, "SELECT FROM pg_tables WHERE tablename = 'step' AND schemaname = ?", schema)) {
            return false;
        }
        if (!exists(
                connection,
                "SELECT FROM information_schema.columns"
                        + " WHERE table_name = 'outcome' AND column_name = 'duplicate_of' AND table_schema = ?",
                schema)) {
            throw new PlainFailure("schema " + schema + " is from another version of rebuild: --start-over");
        }
        try (ResultSet row = statement.executeQuery("SELECT FROM " + name + ".source LIMIT 1")) {
            return !row.next();
        }
    }

    Connection connection() {
        return connection;
    }

    String schema() {
        return schema;
    }

    /** The schema of the live tables, quoted. */
    String live() {
        return live;
    }

    /** A statement that reads its result in pieces, not at once. */
    Statement forward() throws SQLException {
        Statement statement = connection.createStatement();
        statement.setFetchSize(FETCH_ROWS);
        return statement;
    }

    void script(String name) throws SQLException {
        SqlScript.read(name).with("LIVE.", live + ".").run(connection);
    }

    /** The number up to which a step is done; empty if it was not begun. */
    OptionalLong done(String step) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT done FROM step WHERE name = ?")) {
            query.setString(1, step);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    /** Marks a step as done up to there, and commits what was done with it. */
    void commit(String step, long done) throws SQLException {
        try (PreparedStatement mark = connection.prepareStatement(
                "INSERT INTO step VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET done = excluded.done")) {
            mark.setString(1, step);
            mark.setLong(2, done);
            mark.executeUpdate();
        }
        connection.commit();
    }

    /** A column of {@code progress} by partition; empty if the topic was not begun. */
    Map<Integer, Long> offsets(String topic, String column) throws SQLException {
        Map<Integer, Long> offsets = new TreeMap<>();
        try (PreparedStatement query =
                connection.prepareStatement("SELECT log_partition, " + column + " FROM progress WHERE topic = ?")) {
            query.setString(1, topic);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    offsets.put(row.getInt(1), row.getLong(2));
                }
            }
        }
        return offsets;
    }

    /** Fixes which topic is read, and to where. */
    void begin(TopicTail tail) throws SQLException {
        String topic = tail.topic().topicName();
        Map<Integer, Long> ends = tail.ends();
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO progress VALUES (?, ?, ?, ?, ?)");
                PreparedStatement source = connection.prepareStatement("INSERT INTO source VALUES (?, ?)")) {
            for (Map.Entry<Integer, Long> start : tail.starts().entrySet()) {
                insert.setString(1, topic);
                insert.setInt(2, start.getKey());
                insert.setLong(3, start.getValue());
                insert.setLong(4, start.getValue());
                insert.setLong(5, ends.getOrDefault(start.getKey(), start.getValue()));
                insert.addBatch();
            }
            insert.executeBatch();
            source.setString(1, topic);
            source.setString(2, tail.topicId());
            source.executeUpdate();
        }
        connection.commit();
    }

    /**
     * True if the rebuild of this topic was begun.
     *
     * @throws PlainFailure if it was begun from another topic of that name
     */
    boolean isBegun(TopicTail tail) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT topic_id FROM source WHERE topic = ?")) {
            query.setString(1, tail.topic().topicName());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return false;
                }
                if (row.getString(1).equals(tail.topicId())) {
                    return true;
                }
                throw new PlainFailure("schema " + schema + " was begun from another "
                        + tail.topic().topicName()
                        + ", of another cluster or before the topic was made again: --start-over begins anew");
            }
        }
    }

    /** Stores the present ends of the log, for the comparison. */
    void noteLogEnd(Map<Integer, Long> ends) throws SQLException {
        try (Statement statement = connection.createStatement();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO log_end VALUES (?, ?)")) {
            statement.execute(
                    "CREATE TEMP TABLE log_end (log_partition integer PRIMARY KEY, end_offset bigint NOT NULL)");
            for (Map.Entry<Integer, Long> end : ends.entrySet()) {
                insert.setInt(1, end.getKey());
                insert.setLong(2, end.getValue());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** Notes what could not be read, to be committed with how far was read. */
    void noteUnread(List<Unread> records) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO unread VALUES (?, ?, ?, ?)")) {
            for (Unread record : records) {
                insert.setString(1, record.topic());
                insert.setInt(2, record.partition());
                insert.setLong(3, record.offset());
                insert.setString(4, record.reason());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** All that could not be read, by this process or by one before: places with the reason. */
    Map<String, String> unread() throws SQLException {
        Map<String, String> unread = new LinkedHashMap<>();
        try (Statement statement = forward();
                ResultSet row =
                        statement.executeQuery("SELECT * FROM unread ORDER BY topic, log_partition, log_offset")) {
            while (row.next()) {
                unread.put(Unburied.place(row.getString(1), row.getInt(2), row.getLong(3)), row.getString(4));
            }
        }
        return unread;
    }

    /** Notes how far a topic is read, and commits what was read. */
    void commitRead(String topic, Map<Integer, Long> next) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE progress SET next_offset = ? WHERE topic = ? AND log_partition = ?")) {
            for (Map.Entry<Integer, Long> each : next.entrySet()) {
                update.setLong(1, each.getValue());
                update.setString(2, topic);
                update.setInt(3, each.getKey());
                update.addBatch();
            }
            update.executeBatch();
        }
        connection.commit();
    }

    /** The schema of the live tables, quoted. */
    static String liveSchema(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT n.nspname FROM pg_class c JOIN pg_namespace n"
                        + " ON n.oid = c.relnamespace WHERE c.oid = 'payments'::regclass")) {
            row.next();
            return statement.enquoteIdentifier(row.getString(1), true);
        }
    }

    private static boolean exists(Connection connection, String sql, String parameter) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, parameter);
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }
}
