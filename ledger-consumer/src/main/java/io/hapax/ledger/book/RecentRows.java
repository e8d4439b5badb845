package io.hapax.ledger.book;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.ledger.posting.Likeness;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.Recent;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The statements on the table {@code recent_payments}. Whoever comes here has locked the clocks of the partitions, and
 * rows of a partition are changed by nobody else.
 */
final class RecentRows {
    private static final String FIND = """
            SELECT likeness, client_id, idempotency_key, at_ms, until_ms FROM recent_payments WHERE likeness = ANY (?)
            """;

    private static final String COPY = """
            COPY recent_payments (likeness, event_partition, client_id, idempotency_key, at_ms, until_ms)
            FROM STDIN (FORMAT binary)
            """;

    private static final String REPLACE = """
            UPDATE recent_payments r
            SET client_id = u.client_id, idempotency_key = u.idempotency_key, at_ms = u.at_ms, until_ms = u.until_ms
            FROM unnest(?::uuid[], ?::text[], ?::text[], ?::bigint[], ?::bigint[])
                 AS u (likeness, client_id, idempotency_key, at_ms, until_ms)
            WHERE r.likeness = u.likeness
            """;

    // Ordered, so that it goes by the index whatever the statistics say.
    private static final String FORGET = """
            DELETE FROM recent_payments WHERE ctid = ANY (ARRAY(
                SELECT o.place FROM unnest(?::int[], ?::bigint[]) AS c (event_partition, at_ms),
                LATERAL (SELECT r.ctid AS place FROM recent_payments r
                         WHERE r.event_partition = c.event_partition AND r.until_ms <= c.at_ms
                         ORDER BY r.until_ms LIMIT ?) o))
            """;

    private static final int COLUMNS = 6;

    /** More than are added, so that the table shrinks to what is within a window. */
    private static final int FORGOTTEN_PER_NEW = 2;

    private RecentRows() {}

    /** What is remembered of those likenesses. */
    static Map<Likeness, Recent> find(Connection connection, Collection<Likeness> likenesses) throws SQLException {
        if (likenesses.isEmpty()) return Map.of();
        Map<UUID, Likeness> byDigest = HashMap.newHashMap(likenesses.size());
        for (Likeness likeness : likenesses) byDigest.put(digest(likeness), likeness);
        Map<Likeness, Recent> found = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setArray(1, SqlArrays.uuids(connection, byDigest.keySet()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Likeness likeness = byDigest.get(rows.getObject(1, UUID.class));
                    if (likeness != null) found.put(likeness, read(rows));
                }
            }
        }
        return found;
    }

    private static Recent read(ResultSet row) throws SQLException {
        return new Recent(
                StoredText.read(row.getString(2)),
                StoredText.read(row.getString(3)),
                Instant.ofEpochMilli(row.getLong(4)),
                Instant.ofEpochMilli(row.getLong(5)));
    }

    /**
     * Remembers payments, and forgets as much of what is over.
     *
     * @param before those of which there are rows
     * @param clocks of the partitions of the batch
     */
    static void write(
            Connection connection, Map<Likeness, Recent> recent, Set<Likeness> before, Map<Integer, Instant> clocks)
            throws SQLException {
        if (recent.isEmpty()) return;
        List<Map.Entry<Likeness, Recent>> known = new ArrayList<>();
        CopiedRows added = new CopiedRows(COLUMNS, recent.size());
        for (Map.Entry<Likeness, Recent> each : recent.entrySet()) {
            if (before.contains(each.getKey())) {
                known.add(each);
            } else {
                add(added, each.getKey(), each.getValue());
            }
        }
        if (known.size() < recent.size()) added.send(connection, COPY);
        if (!known.isEmpty()) replace(connection, known);
        forget(connection, clocks, FORGOTTEN_PER_NEW * recent.size());
    }

    private static void add(CopiedRows rows, Likeness likeness, Recent recent) {
        rows.row()
                .uuid(digest(likeness))
                .integer(likeness.partition())
                .text(recent.clientId())
                .text(recent.idempotencyKey())
                .bigint(recent.at().toEpochMilli())
                .bigint(recent.until().toEpochMilli());
    }

    private static void replace(Connection connection, List<Map.Entry<Likeness, Recent>> rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(REPLACE)) {
            statement.setArray(1, SqlArrays.uuids(connection, rows, row -> digest(row.getKey())));
            statement.setArray(
                    2, SqlArrays.texts(connection, rows, row -> row.getValue().clientId()));
            statement.setArray(
                    3, SqlArrays.texts(connection, rows, row -> row.getValue().idempotencyKey()));
            statement.setObject(
                    4, SqlArrays.longs(rows, row -> row.getValue().at().toEpochMilli()));
            statement.setObject(
                    5, SqlArrays.longs(rows, row -> row.getValue().until().toEpochMilli()));
            statement.executeUpdate();
        }
    }

    private static void forget(Connection connection, Map<Integer, Instant> clocks, int atMost) throws SQLException {
        List<Map.Entry<Integer, Instant>> rows = List.copyOf(clocks.entrySet());
        try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
            statement.setArray(
                    1,
                    SqlArrays.integers(
                            connection, rows.stream().map(Map.Entry::getKey).toList()));
            statement.setObject(2, SqlArrays.longs(rows, row -> row.getValue().toEpochMilli()));
            statement.setInt(3, atMost);
            statement.executeUpdate();
        }
    }

    /** The first half of the SHA-256 of all that must be equal: a row has one size, whatever a payment says. */
    private static UUID digest(Likeness likeness) {
        PaymentContent content = likeness.content();
        MessageDigest sha = sha256();
        sha.update(ByteBuffer.allocate(Integer.BYTES + Long.BYTES)
                .putInt(likeness.partition())
                .putLong(content.amountMinor())
                .flip());
        update(sha, content.debtorAccount());
        update(sha, content.creditorAccount());
        update(sha, content.currency());
        update(sha, content.reference());
        ByteBuffer digest = ByteBuffer.wrap(sha.digest());
        return new UUID(digest.getLong(), digest.getLong());
    }

    /** With its length before it, so that no two lists of texts have the same bytes. */
    private static void update(MessageDigest sha, @Nullable String text) {
        byte[] bytes = text == null ? new byte[0] : text.getBytes(UTF_8);
        sha.update(ByteBuffer.allocate(Integer.BYTES)
                .putInt(text == null ? -1 : bytes.length)
                .flip());
        sha.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }
}
