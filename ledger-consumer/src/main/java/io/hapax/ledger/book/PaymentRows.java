package io.hapax.ledger.book;

import io.hapax.ledger.posting.FailureReason;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PaymentResult;
import io.hapax.ledger.posting.PaymentResult.Completed;
import io.hapax.ledger.posting.PaymentResult.Failed;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.PostingRequest.Kind;
import io.hapax.ledger.posting.RecordedPayment;
import io.hapax.topics.LogPosition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLState;

/** The statements on the table {@code payments}. */
final class PaymentRows {

    private static final String FIND = """
            SELECT payment_id, client_id, idempotency_key, debtor_account, creditor_account, amount_minor, currency,
                   reference, status, failure_reason, failed_account, attempt, accepted_at_ms,
                   coalesce(command_partition, -1) AS command_partition, coalesce(command_offset, -1) AS command_offset,
                   coalesce(event_partition, -1) AS event_partition, coalesce(event_offset, -1) AS event_offset
            FROM payments WHERE payment_id = ANY (?)
            """;

    private static final String COPY = """
            COPY payments (payment_id, client_id, idempotency_key, debtor_account, creditor_account, amount_minor, currency,
                           reference, status, failure_reason, failed_account, entry_id, attempt, accepted_at_ms,
                           command_partition, command_offset, event_partition, event_offset)
            FROM STDIN (FORMAT binary)
            """;

    private static final int COLUMNS = 18;

    private static final Comparator<RecordedPayment> BY_ID =
            Comparator.comparing(payment -> payment.request().paymentId());

    private PaymentRows() {}

    /** The payments on record among those that {@code requests} ask about, by payment id. */
    static Map<UUID, RecordedPayment> find(Connection connection, List<PostingRequest> requests) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setArray(1, SqlArrays.uuids(connection, requests, PostingRequest::paymentId));
            Map<UUID, RecordedPayment> payments = new HashMap<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    RecordedPayment payment = read(rows);
                    payments.put(payment.request().paymentId(), payment);
                }
            }
            return payments;
        }
    }

    /**
     * Records payments for ever. In the order of their ids, so that two database transactions which insert the same
     * payments can't wait for each other.
     *
     * @return false if another one has inserted one of them meanwhile: nothing can be done in this database
     *     transaction now
     */
    static boolean insert(Connection connection, List<RecordedPayment> payments, EntryIds ids) throws SQLException {
        if (payments.isEmpty()) return true;
        CopiedRows rows = new CopiedRows(COLUMNS, payments.size());
        payments.stream()
                .sorted(BY_ID)
                .forEach(
                        payment -> write(rows, payment, ids.of(payment.request().paymentId())));
        try {
            rows.send(connection, COPY);
            return true;
        } catch (SQLException refused) {
            if (PSQLState.UNIQUE_VIOLATION.getState().equals(refused.getSQLState())) return false;
            throw refused;
        }
    }

    private static void write(CopiedRows rows, RecordedPayment payment, @Nullable Long entryId) {
        PostingRequest request = payment.request();
        PaymentContent content = request.content();
        Failed failed = payment.settlement() instanceof Failed found ? found : null;
        rows.row()
                .uuid(request.paymentId())
                .text(request.clientId())
                .text(request.idempotencyKey())
                .text(content.debtorAccount())
                .text(content.creditorAccount())
                .bigint(content.amountMinor())
                .text(content.currency())
                .text(content.reference())
                .text(failed == null ? "COMPLETED" : "FAILED")
                .text(failed == null ? null : failed.reason().name())
                .text(failed == null ? null : failed.account())
                .bigint(entryId)
                .integer(request.attempt())
                .bigint(request.acceptedAt().toEpochMilli());
        write(rows, request.command());
        write(rows, request.event());
    }

    private static void write(CopiedRows rows, LogPosition position) {
        if (position.equals(LogPosition.NONE)) {
            rows.nothing().nothing();
        } else {
            rows.integer(position.partition()).bigint(position.offset());
        }
    }

    private static RecordedPayment read(ResultSet row) throws SQLException {
        PaymentContent content = new PaymentContent(
                StoredText.read(row.getString("debtor_account")),
                StoredText.read(row.getString("creditor_account")),
                row.getLong("amount_minor"),
                StoredText.read(row.getString("currency")),
                StoredText.readNullable(row.getString("reference")));
        PostingRequest request = new PostingRequest(
                Kind.POST,
                row.getObject("payment_id", UUID.class),
                StoredText.read(row.getString("client_id")),
                StoredText.read(row.getString("idempotency_key")),
                content,
                row.getInt("attempt"),
                Instant.ofEpochMilli(row.getLong("accepted_at_ms")),
                new LogPosition(row.getInt("command_partition"), row.getLong("command_offset")),
                new LogPosition(row.getInt("event_partition"), row.getLong("event_offset")));
        return new RecordedPayment(request, readSettlement(row));
    }

    private static PaymentResult readSettlement(ResultSet row) throws SQLException {
        String reason = row.getString("failure_reason");
        if (reason == null) return new Completed();
        return new Failed(FailureReason.valueOf(reason), StoredText.readNullable(row.getString("failed_account")));
    }
}
