package io.hapax.ledger.book;

import io.hapax.ledger.posting.FailureReason;
import io.hapax.ledger.posting.LogPosition;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.PostingRequest.Kind;
import io.hapax.ledger.posting.RecordedPayment;
import io.hapax.ledger.posting.Settlement;
import io.hapax.ledger.posting.Settlement.Completed;
import io.hapax.ledger.posting.Settlement.Failed;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The statements on the table {@code payments}. */
final class PaymentRows {

    private static final String FIND = """
            SELECT payment_id, client_id, idempotency_key, debtor_account, creditor_account, amount_minor, currency,
                   reference, status, failure_reason, failed_account, attempt, accepted_at_ms,
                   coalesce(command_partition, -1) AS command_partition, coalesce(command_offset, -1) AS command_offset,
                   coalesce(event_partition, -1) AS event_partition, coalesce(event_offset, -1) AS event_offset
            FROM payments WHERE payment_id = ANY (?)
            """;

    // In the order of the ids, so that two database transactions which insert the same payments can't wait for each
    // other. A payment that another one has inserted meanwhile is left out, which the caller sees by the count.
    private static final String INSERT = """
            INSERT INTO payments (payment_id, client_id, idempotency_key, debtor_account, creditor_account, amount_minor,
                                  currency, reference, status, failure_reason, failed_account, attempt, accepted_at_ms,
                                  command_partition, command_offset, event_partition, event_offset)
            SELECT payment_id, client_id, idempotency_key, debtor_account, creditor_account, amount_minor,
                   currency, reference, CASE WHEN failure_reason IS NULL THEN 'COMPLETED' ELSE 'FAILED' END,
                   failure_reason, failed_account, attempt, accepted_at_ms,
                   nullif(command_partition, -1), nullif(command_offset, -1),
                   nullif(event_partition, -1), nullif(event_offset, -1)
            FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::text[], ?::text[],
                        ?::text[], ?::text[], ?::int[], ?::bigint[], ?::int[], ?::bigint[], ?::int[], ?::bigint[])
                 AS u (payment_id, client_id, idempotency_key, debtor_account, creditor_account, amount_minor, currency,
                       reference, failure_reason, failed_account, attempt, accepted_at_ms, command_partition,
                       command_offset, event_partition, event_offset)
            ORDER BY payment_id
            ON CONFLICT DO NOTHING
            """;

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

    /** Records payments for ever; the number of those that were not on record before. */
    static int insert(Connection connection, List<RecordedPayment> payments) throws SQLException {
        if (payments.isEmpty()) return 0;
        List<PostingRequest> requests =
                payments.stream().map(RecordedPayment::request).toList();
        List<PaymentContent> contents =
                requests.stream().map(PostingRequest::content).toList();
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setArray(1, SqlArrays.uuids(connection, requests, PostingRequest::paymentId));
            statement.setArray(2, SqlArrays.texts(connection, requests, PostingRequest::clientId));
            statement.setArray(3, SqlArrays.texts(connection, requests, PostingRequest::idempotencyKey));
            statement.setArray(4, SqlArrays.texts(connection, contents, PaymentContent::debtorAccount));
            statement.setArray(5, SqlArrays.texts(connection, contents, PaymentContent::creditorAccount));
            statement.setObject(6, SqlArrays.longs(contents, PaymentContent::amountMinor));
            statement.setArray(7, SqlArrays.texts(connection, contents, PaymentContent::currency));
            statement.setArray(8, SqlArrays.texts(connection, contents, PaymentContent::reference));
            statement.setArray(9, SqlArrays.texts(connection, payments, PaymentRows::failureReason));
            statement.setArray(10, SqlArrays.texts(connection, payments, PaymentRows::failedAccount));
            statement.setObject(11, SqlArrays.ints(requests, PostingRequest::attempt));
            statement.setObject(
                    12, SqlArrays.longs(requests, r -> r.acceptedAt().toEpochMilli()));
            statement.setObject(13, SqlArrays.ints(requests, r -> r.command().partition()));
            statement.setObject(14, SqlArrays.longs(requests, r -> r.command().offset()));
            statement.setObject(15, SqlArrays.ints(requests, r -> r.event().partition()));
            statement.setObject(16, SqlArrays.longs(requests, r -> r.event().offset()));
            return statement.executeUpdate();
        }
    }

    private static @Nullable String failureReason(RecordedPayment payment) {
        return payment.settlement() instanceof Failed failed ? failed.reason().name() : null;
    }

    private static @Nullable String failedAccount(RecordedPayment payment) {
        return payment.settlement() instanceof Failed failed ? failed.account() : null;
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

    private static Settlement readSettlement(ResultSet row) throws SQLException {
        String reason = row.getString("failure_reason");
        if (reason == null) return new Completed();
        return new Failed(FailureReason.valueOf(reason), StoredText.readNullable(row.getString("failed_account")));
    }
}
