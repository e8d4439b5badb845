package io.hapax.tools.books;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.ledger.book.StoredText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * A stream of rows into a table, in the text format of PostgreSQL's {@code COPY}. Any number of rows needs little
 * memory.
 */
public final class CopyRows implements AutoCloseable {
    private static final int BUFFER_CHARS = 64 * 1024;

    private final CopyIn copy;
    private final StringBuilder buffer = new StringBuilder(BUFFER_CHARS + 4096);
    private boolean rowIsEmpty = true;

    /** @param table a table, and in brackets its columns if not all are given */
    public CopyRows(Connection connection, String table) throws SQLException {
        copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY " + table + " FROM STDIN");
    }

    /** A column, as the ledger stores texts. */
    public CopyRows text(@Nullable String text) {
        return stored(text == null ? null : StoredText.of(text));
    }

    /** Adds a column in the text that the database gave for it. */
    public CopyRows stored(@Nullable String text) {
        separate();
        if (text == null) {
            buffer.append("\\N");
        } else {
            escape(text);
        }
        return this;
    }

    public CopyRows number(long number) {
        separate();
        buffer.append(number);
        return this;
    }

    public CopyRows id(UUID id) {
        separate();
        buffer.append(id);
        return this;
    }

    public void endRow() throws SQLException {
        buffer.append('\n');
        rowIsEmpty = true;
        if (buffer.length() > BUFFER_CHARS) {
            send();
        }
    }

    /** All rows are there. */
    public long finish() throws SQLException {
        send();
        return copy.endCopy();
    }

    /** Ends the copy. Without {@link #finish}, no row is written. */
    @Override
    public void close() throws SQLException {
        if (copy.isActive()) {
            copy.cancelCopy();
        }
    }

    private void send() throws SQLException {
        byte[] bytes = buffer.toString().getBytes(UTF_8);
        copy.writeToCopy(bytes, 0, bytes.length);
        buffer.setLength(0);
    }

    private void separate() {
        if (!rowIsEmpty) {
            buffer.append('\t');
        }
        rowIsEmpty = false;
    }

    private void escape(String text) {
        int copied = 0;
        for (int i = 0; i < text.length(); i++) {
            String escaped = escaped(text.charAt(i));
            if (escaped != null) {
                buffer.append(text, copied, i).append(escaped);
                copied = i + 1;
            }
        }
        buffer.append(text, copied, text.length());
    }

    private static @Nullable String escaped(char c) {
        return switch (c) {
            case '\\' -> "\\\\";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> null;
        };
    }
}
