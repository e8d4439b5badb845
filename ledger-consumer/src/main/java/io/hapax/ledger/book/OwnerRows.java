package io.hapax.ledger.book;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The statements on owners: the column of {@code accounts}, and the table {@code account_owner_changes}. */
final class OwnerRows {
    private static final String OF = "SELECT id, owners FROM accounts WHERE id = ANY (?)";

    private static final String LOCK = "SELECT owners FROM accounts WHERE id = ? FOR NO KEY UPDATE";

    // A trigger makes the change that the row tells of.
    private static final String CHANGE = """
            INSERT INTO account_owner_changes (account_id, before, after, reason, changed_by) VALUES (?, ?, ?, ?, ?)
            """;

    private static final String HISTORY = """
            SELECT number, before, after, reason, changed_by, db_user, changed_at FROM account_owner_changes
            WHERE account_id = ? ORDER BY number
            """;

    private OwnerRows() {}

    /** The owners of those accounts among {@code ids} that have any. */
    static Map<String, OwnerList> of(Connection connection, Collection<String> ids) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(OF)) {
            query.setArray(1, SqlArrays.texts(connection, ids));
            Map<String, OwnerList> owners = new HashMap<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    OwnerList found = read(rows.getArray("owners"));
                    if (found != null) owners.put(rows.getString("id"), found);
                }
            }
            return owners;
        }
    }

    /** The account, locked until the database transaction ends; empty if it was never opened. */
    static Optional<Locked> lock(Connection connection, String id) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(LOCK)) {
            query.setString(1, StoredText.of(id));
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? Optional.of(new Locked(read(rows.getArray("owners")))) : Optional.empty();
            }
        }
    }

    /** An account whose row is locked. */
    record Locked(@Nullable OwnerList owners) {}

    static void change(
            Connection connection,
            String id,
            @Nullable OwnerList before,
            @Nullable OwnerList after,
            String reason,
            String changedBy)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(CHANGE)) {
            insert.setString(1, StoredText.of(id));
            insert.setArray(2, array(connection, before));
            insert.setArray(3, array(connection, after));
            insert.setString(4, StoredText.of(reason));
            insert.setString(5, StoredText.of(changedBy));
            insert.executeUpdate();
        }
    }

    static List<OwnerChange> history(Connection connection, String id) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(HISTORY)) {
            query.setString(1, StoredText.of(id));
            List<OwnerChange> changes = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    changes.add(new OwnerChange(
                            rows.getInt("number"),
                            read(rows.getArray("before")),
                            read(rows.getArray("after")),
                            StoredText.read(rows.getString("reason")),
                            StoredText.read(rows.getString("changed_by")),
                            rows.getString("db_user"),
                            rows.getObject("changed_at", OffsetDateTime.class).toInstant()));
                }
            }
            return List.copyOf(changes);
        }
    }

    private static @Nullable OwnerList read(@Nullable Array stored) throws SQLException {
        return stored == null ? null : new OwnerList(List.of((String[]) stored.getArray()));
    }

    private static @Nullable Array array(Connection connection, @Nullable OwnerList owners) throws SQLException {
        return owners == null ? null : SqlArrays.texts(connection, owners.clientIds());
    }
}
