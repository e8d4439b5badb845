package io.hapax.tools.books;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;

/** Statements in a file beside the classes, separated by a semicolon at the end of a line and an empty line. */
public record SqlScript(List<String> statements) {

    public static SqlScript read(String name) {
        try (InputStream file = requireNonNull(SqlScript.class.getResourceAsStream(name), name)) {
            String text = new String(file.readAllBytes(), UTF_8);
            return new SqlScript(Arrays.stream(text.split(";\\s*\\n\\s*\\n"))
                    .filter(s -> !s.isBlank())
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The tables that hold what the topics say.
     *
     * @param kind {@code TEMP} or {@code UNLOGGED}
     * @param prefix of their names
     */
    public static SqlScript tablesOfTheLog(String kind, String prefix) {
        return read("log.sql").with("KIND", kind).with("PREFIX_", prefix);
    }

    /** The script with one word replaced. */
    public SqlScript with(String word, String replacement) {
        return new SqlScript(
                statements.stream().map(sql -> sql.replace(word, replacement)).toList());
    }

    public void run(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
