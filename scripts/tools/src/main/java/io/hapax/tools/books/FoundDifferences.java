package io.hapax.tools.books;

import io.hapax.tools.books.Difference.Kind;
import io.hapax.tools.cli.Findings;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The differences in the session's table {@code difference}. SQL statements write them there. */
public record FoundDifferences(Connection connection) {

    /**
     * Number of differences by kind.
     *
     * @param following true: those that follow from other differences; false: the others
     */
    public Map<Kind, Long> kinds(boolean following) throws SQLException {
        Map<Kind, Long> kinds = new EnumMap<>(Kind.class);
        try (PreparedStatement query =
                connection.prepareStatement("SELECT kind, count(*) FROM difference WHERE follows = ? GROUP BY kind")) {
            query.setBoolean(1, following);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    kinds.put(Kind.valueOf(row.getString(1)), row.getLong(2));
                }
            }
        }
        return kinds;
    }

    /** The first ones of each kind. */
    public List<Difference> first(int limit, boolean following) throws SQLException {
        List<Difference> differences = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT kind, subject, detail
                FROM (SELECT *, row_number() OVER (PARTITION BY kind ORDER BY subject, detail) AS n
                      FROM difference WHERE follows = ?) d
                WHERE n <= ? ORDER BY kind, n
                """)) {
            query.setBoolean(1, following);
            query.setInt(2, limit);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    differences.add(new Difference(Kind.valueOf(row.getString(1)), row.getString(2), row.getString(3)));
                }
            }
        }
        return differences;
    }

    /** Prints the differences for a person. */
    public static void print(PrintWriter out, String title, Map<Kind, Long> kinds, List<Difference> differences) {
        Findings.print(
                out,
                title,
                kinds,
                differences,
                found -> String.format(Locale.ROOT, "%-22s %s: %s", found.kind(), found.subject(), found.detail()));
    }
}
