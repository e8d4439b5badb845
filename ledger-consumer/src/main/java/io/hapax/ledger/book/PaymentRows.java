package io.hapax.ledger.book;

import io.hapax.ledger.posting.FailureReason;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PaymentResult;
import io.hapax.ledger.posting.PaymentResult.Completed;
import io.hapax.ledger.posting.PaymentResult.Failed;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.PostingRequest.Kind;
import io.hapax.ledger.posting.RecordedPayment;
import io.hapax.ledger.posting.Step;
import io.hapax.topics.LogPosition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

/** The statements on the table {@code payments}. */
final class PaymentRows {

    private static final String FIND = """
            SELECT payment_id, client_id, idempotency_key, debtor_account, creditor_account, amount_minor, currency,
                   reference, status, failure_reason, failed_account, attempt, accepted_at_ms,
                   coalesce(command_partition, -1) AS command_partition, coalesce(command_offset, -1) AS command_offset,
                   coalesce(event_partition, -1) AS event_partition, coalesce(event_offset, -1) AS event_offset,
                   step, reservation_id, coalesce(hold_ms, 0) AS hold_ms, multiple, more_will_follow, duplicate_of
            FROM payments WHERE payment_id = ANY (?)
            """;

    private static final String COPY = """
            COPY payments (payment_id, client_id, idempotency_key, debtor_account, creditor_account, amount_minor, currency,
                           reference, status, failure_reason, failed_account, entry_id, attempt, accepted_at_ms,
                           command_partition, command_offset, event_partition, event_offset, step, reservation_id, hold_ms,
                           multiple, more_will_follow, ended_at_ms, duplicate_of)
            FROM STDIN (FORMAT binary)
            """;

    private static final int COLUMNS = 25;

    private static final String PRIMARY_KEY = "payments_pkey";

    private static final String RESERVE = "RESERVE";
    private static final String CAPTURE = "CAPTURE";
    private static final String VOID = "VOID";
    private static final String CANCEL = "CANCEL";

    private static final Comparator<RecordedPayment> BY_ID =
            Comparator.comparing(payment -> payment.request().paymentId());

    private PaymentRows() {}

    /** The payments on record among those, by payment id. */
    static Map<UUID, RecordedPayment> find(Connection connection, Collection<UUID> ids) throws SQLException {
        if (ids.isEmpty()) return Map.of();
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setArray(1, SqlArrays.uuids(connection, ids));
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
     * @param endedAt when those of them ended a reservation that did, by payment id
     * @return false if another one has inserted one of them meanwhile: nothing can be done in this database
     *     transaction now
     */
    static boolean insert(
            Connection connection, List<RecordedPayment> payments, EntryIds ids, Map<UUID, Instant> endedAt)
            throws SQLException {
        if (payments.isEmpty()) return true;
        CopiedRows rows = new CopiedRows(COLUMNS, payments.size());
        payments.stream().sorted(BY_ID).forEach(payment -> {
            UUID id = payment.request().paymentId();
            write(rows, payment, ids.of(id));
            Instant ended = endedAt.get(id);
            rows.bigint(ended == null ? null : ended.toEpochMilli());
            rows.text(payment.settlement() instanceof Failed failed ? failed.duplicateOf() : null);
        });
        try {
            rows.send(connection, COPY);
            return true;
        } catch (SQLException refused) {
            if (isOnRecord(refused)) return false;
            throw refused;
        }
    }

    private static boolean isOnRecord(SQLException refused) {
        if (!(refused instanceof PSQLException answer)) return false;
        ServerErrorMessage message = answer.getServerErrorMessage();
        return message != null
                && PSQLState.UNIQUE_VIOLATION.getState().equals(message.getSQLState())
                && PRIMARY_KEY.equals(message.getConstraint());
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
        write(rows, content.step());
    }

    private static void write(CopiedRows rows, @Nullable Step step) {
        switch (step) {
            case null -> rows.nothing().nothing().nothing().nothing().nothing();
            case Step.Reserve(var hold, var multiple) ->
                rows.text(RESERVE)
                        .nothing()
                        .bigint(hold.toMillis())
                        .bool(multiple)
                        .nothing();
            case Step.Capture(var reservationId, var moreWillFollow) ->
                rows.text(CAPTURE).uuid(reservationId).nothing().nothing().bool(moreWillFollow);
            case Step.Release(var reservationId) ->
                rows.text(VOID).uuid(reservationId).nothing().nothing().nothing();
            case Step.Cancel cancel ->
                rows.text(CANCEL).nothing().nothing().nothing().nothing();
        }
    }

    private static @Nullable Step readStep(ResultSet row) throws SQLException {
        return switch (row.getString("step")) {
            case null -> null;
            case RESERVE -> new Step.Reserve(Duration.ofMillis(row.getLong("hold_ms")), row.getBoolean("multiple"));
            case CAPTURE ->
                new Step.Capture(row.getObject("reservation_id", UUID.class), row.getBoolean("more_will_follow"));
            case VOID -> new Step.Release(row.getObject("reservation_id", UUID.class));
            case CANCEL -> new Step.Cancel();
            default -> throw new IllegalStateException("step " + row.getString("step") + " of a newer program");
        };
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
                StoredText.readNullable(row.getString("reference")),
                readStep(row));
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
        return new Failed(
                FailureReason.valueOf(reason),
                StoredText.readNullable(row.getString("failed_account")),
                StoredText.readNullable(row.getString("duplicate_of")));
    }
}
