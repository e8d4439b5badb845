package io.hapax.ledger.book;

import io.hapax.ledger.posting.PaymentResult.Completed;
import io.hapax.ledger.posting.RecordedPayment;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The ids that the database has given to the entries of one batch. Each completed payment has one id for both of its
 * entries. The ids grow in the order of the batch. They are taken while the accounts are locked, so they tell the order
 * of an account's entries.
 */
final class EntryIds {
    private static final String TAKE = "SELECT nextval('entry_ids') FROM generate_series(1, ?)";

    private final Map<UUID, Long> byPayment;

    private EntryIds(Map<UUID, Long> byPayment) {
        this.byPayment = byPayment;
    }

    static EntryIds take(Connection connection, List<RecordedPayment> payments) throws SQLException {
        List<UUID> completed = payments.stream()
                .filter(payment -> payment.settlement() instanceof Completed)
                .filter(payment -> payment.request().content().movesMoney())
                .map(payment -> payment.request().paymentId())
                .toList();
        Map<UUID, Long> ids = HashMap.newHashMap(completed.size());
        if (completed.isEmpty()) return new EntryIds(ids);
        try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
            statement.setInt(1, completed.size());
            try (ResultSet rows = statement.executeQuery()) {
                for (UUID paymentId : completed) {
                    rows.next();
                    ids.put(paymentId, rows.getLong(1));
                }
            }
        }
        return new EntryIds(ids);
    }

    /** Null for a payment that moved no money, which has no entries. */
    @Nullable Long of(UUID paymentId) {
        return byPayment.get(paymentId);
    }
}
