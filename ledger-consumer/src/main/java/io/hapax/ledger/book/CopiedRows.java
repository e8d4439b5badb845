package io.hapax.ledger.book;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Rows on their way into a table in the binary format of PostgreSQL's {@code COPY}, which costs the server less than
 * any {@code INSERT}: nothing to plan and to parse, and rows go into a page and its log together.
 */
final class CopiedRows {
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0};
    private static final int NULL = -1;
    private static final short END = -1;

    /** More than most rows take. */
    private static final int BYTES_PER_ROW = 256;

    private final int columns;
    private ByteBuffer bytes;

    CopiedRows(int columns, int expectedRows) {
        this.columns = columns;
        this.bytes = ByteBuffer.allocate(32 + expectedRows * BYTES_PER_ROW);
        bytes.put(SIGNATURE).putInt(0).putInt(0);
    }

    /** Begins a row, to which as many values follow as there are columns. */
    CopiedRows row() {
        room(Short.BYTES).putShort((short) columns);
        return this;
    }

    CopiedRows uuid(UUID value) {
        value(2 * Long.BYTES).putLong(value.getMostSignificantBits()).putLong(value.getLeastSignificantBits());
        return this;
    }

    CopiedRows text(@Nullable String value) {
        if (value == null) return nothing();
        byte[] stored = StoredText.of(value).getBytes(UTF_8);
        value(stored.length).put(stored);
        return this;
    }

    CopiedRows bigint(@Nullable Long value) {
        if (value == null) return nothing();
        value(Long.BYTES).putLong(value);
        return this;
    }

    CopiedRows integer(int value) {
        value(Integer.BYTES).putInt(value);
        return this;
    }

    CopiedRows bool(boolean value) {
        value(Byte.BYTES).put((byte) (value ? 1 : 0));
        return this;
    }

    CopiedRows nothing() {
        room(Integer.BYTES).putInt(NULL);
        return this;
    }

    /** Sends all rows; the number of those that are in the table now. */
    long send(Connection connection, String copyFromStdin) throws SQLException {
        room(Short.BYTES).putShort(END);
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(copyFromStdin);
        try {
            copy.writeToCopy(bytes.array(), 0, bytes.position());
            return copy.endCopy();
        } finally {
            if (copy.isActive()) copy.cancelCopy();
        }
    }

    private ByteBuffer value(int length) {
        return room(Integer.BYTES + length).putInt(length);
    }

    private ByteBuffer room(int length) {
        if (bytes.remaining() < length) {
            bytes = ByteBuffer.allocate(2 * bytes.capacity() + length).put(bytes.flip());
        }
        return bytes;
    }
}
