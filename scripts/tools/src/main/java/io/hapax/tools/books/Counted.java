package io.hapax.tools.books;

import static java.util.stream.Collectors.joining;

import io.hapax.tools.cli.Count;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The counts of a reconciliation, each with its name, its words and its SQL statement. */
public enum Counted {
    EVENTS("events", "events", "SELECT count(*) FROM fold_event"),
    TOLD_TO_POST(
            "paymentsToldToPost",
            "payments told to post",
            "SELECT count(DISTINCT payment_id) FROM fold_event WHERE kind = 'POST'"),
    PAYMENTS("payments", "payments", "SELECT count(*) FROM payments"),
    OPENING_BALANCES(
            "openingBalances",
            "opening balances among them",
            "SELECT count(*) FROM payments WHERE event_partition IS NULL"),
    ENTRIES("entries", "entries", "SELECT count(*) FROM entries"),
    ACCOUNTS("accounts", "accounts", "SELECT count(*) FROM accounts"),
    OUTCOMES("outcomes", "outcomes", "SELECT count(*) FROM fold_outcome"),
    DECISIONS("decisionsAboutPayments", "decisions about payments", "SELECT count(*) FROM fold_decision");

    /** Name of the number of records read from all topics. No table holds this number. */
    public static final String RECORDS_READ = "recordsRead";

    private final String id;
    private final String what;
    private final String sql;

    Counted(String id, String what, String sql) {
        this.id = id;
        this.what = what;
        this.sql = sql;
    }

    public String id() {
        return id;
    }

    /** All of them in one statement, and so of one moment; by identifier. */
    public static Map<String, Count> all(Connection connection) throws SQLException {
        String columns = Stream.of(values())
                .map(each -> "(" + each.sql + ") AS \"" + each.id + "\"")
                .collect(joining(", "));
        Map<String, Count> counted = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT " + columns)) {
            row.next();
            for (Counted each : values()) {
                counted.put(each.id, new Count(each.what, row.getLong(each.id)));
            }
        }
        return counted;
    }
}
