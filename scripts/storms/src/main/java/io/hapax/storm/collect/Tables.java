package io.hapax.storm.collect;

import io.hapax.storm.history.RunFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.postgresql.PGConnection;

/** The tables of the database, copied as they are. */
final class Tables {
    private static final String NAMES =
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename";

    private Tables() {}

    /** Copies all tables, as of one moment. What is NULL is empty, and all else is quoted. */
    static void copy(Sources sources, RunFolder folder) {
        try (Connection database = DriverManager.getConnection(sources.jdbcUrl(), sources.user(), sources.password())) {
            database.setAutoCommit(false);
            database.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try (Statement statement = database.createStatement()) {
                statement.execute("SET LOCAL TIME ZONE 'UTC'");
                for (String table : names(statement)) {
                    copy(database, table, folder.table(table));
                }
            }
            database.rollback();
        } catch (SQLException e) {
            throw new IllegalStateException("the tables could not be copied", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> names(Statement statement) throws SQLException {
        List<String> names = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(NAMES)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    private static void copy(Connection database, String table, Path file) throws SQLException, IOException {
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            database.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("COPY \"" + table + "\" TO STDOUT WITH (FORMAT csv, HEADER, FORCE_QUOTE *)", out);
        }
    }
}
