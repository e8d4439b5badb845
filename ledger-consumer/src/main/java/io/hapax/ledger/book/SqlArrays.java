package io.hapax.ledger.book;

import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Columns of a set-based statement: one PostgreSQL array per column. */
final class SqlArrays {

    private SqlArrays() {}

    static Array texts(Connection connection, Collection<String> values) throws SQLException {
        return connection.createArrayOf(
                "text", values.stream().map(StoredText::of).toArray());
    }

    static <T> Array texts(Connection connection, List<T> rows, Function<T, @Nullable String> column)
            throws SQLException {
        return connection.createArrayOf(
                "text", rows.stream().map(column).map(StoredText::ofNullable).toArray());
    }

    static <T> long[] longs(List<T> rows, ToLongFunction<T> column) {
        return rows.stream().mapToLong(column).toArray();
    }

    static Array integers(Connection connection, Collection<Integer> values) throws SQLException {
        return connection.createArrayOf("int4", values.toArray());
    }

    static Array uuids(Connection connection, Collection<UUID> values) throws SQLException {
        return connection.createArrayOf("uuid", values.toArray());
    }

    static <T> Array uuids(Connection connection, List<T> rows, Function<T, UUID> column) throws SQLException {
        return uuids(connection, rows.stream().map(column).toList());
    }
}
