package io.hapax.tools.rebuild;

import static java.util.Objects.requireNonNull;

import io.hapax.ledger.posting.FailureReason;
import io.hapax.ledger.posting.LedgerInput;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PaymentResult;
import io.hapax.ledger.posting.PaymentResult.Completed;
import io.hapax.ledger.posting.PaymentResult.Failed;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.Step;
import io.hapax.tools.books.EventRows;
import io.hapax.topics.LogPosition;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A set of events as the rule reads them, with the number of each posting and what was published of it. */
final class EventSet {
    /** Events of a range of numbers. Those that post nothing have a time alone. */
    static final String SELECT = """
            SELECT e.n, e.kind, e.payment_id, e.client_id, e.debtor_account, e.creditor_account, e.amount_minor, e.currency,
                   e.step, e.reservation_id, e.hold_ms, e.multiple, e.more_will_follow, e.accepted_at_ms, e.event_time_ms,
                   e.log_partition, e.log_offset, p.n IS NOT NULL AS is_posting, p.status, p.failure_reason, p.failed_account,
                   p.duplicate_of
            FROM (SELECT * FROM event WHERE n > ? AND n <= ?) e
            LEFT JOIN (SELECT * FROM post WHERE n > ? AND n <= ?) p ON p.n = e.n
            ORDER BY e.n
            """;

    private final List<LedgerInput> inputs = new ArrayList<>();
    private final Map<UUID, Long> numbers = new HashMap<>();
    private final PublishedResults published = new PublishedResults();

    List<LedgerInput> inputs() {
        return inputs;
    }

    /** The number of the event that posted the payment. */
    long number(UUID paymentId) {
        return requireNonNull(numbers.get(paymentId));
    }

    PublishedResults published() {
        return published;
    }

    void read(PreparedStatement query) throws SQLException {
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                add(row);
            }
        }
    }

    private void add(ResultSet row) throws SQLException {
        int partition = row.getInt("log_partition");
        Instant time = Instant.ofEpochMilli(row.getLong("event_time_ms"));
        if (row.getString("kind").equals(EventRows.TIME)) {
            inputs.add(new LedgerInput.TimePassed(partition, time));
        } else if (!row.getBoolean("is_posting")) {
            inputs.add(new LedgerInput.TimeRead(partition, time));
        } else {
            UUID paymentId = row.getObject("payment_id", UUID.class);
            numbers.put(paymentId, row.getLong("n"));
            PaymentResult result = published(row);
            if (result != null) {
                published.add(paymentId, result);
            }
            inputs.add(new PostingRequest(
                    PostingRequest.Kind.POST,
                    paymentId,
                    row.getString("client_id"),
                    "",
                    content(row),
                    0,
                    Instant.ofEpochMilli(row.getLong("accepted_at_ms")),
                    LogPosition.NONE,
                    new LogPosition(partition, row.getLong("log_offset")),
                    time));
        }
    }

    private static PaymentContent content(ResultSet row) throws SQLException {
        return new PaymentContent(
                row.getString("debtor_account"),
                row.getString("creditor_account"),
                row.getLong("amount_minor"),
                row.getString("currency"),
                null,
                step(row));
    }

    private static @Nullable Step step(ResultSet row) throws SQLException {
        return switch (row.getString("step")) {
            case null -> null;
            case "RESERVE" -> new Step.Reserve(Duration.ofMillis(row.getLong("hold_ms")), row.getBoolean("multiple"));
            case "CAPTURE" ->
                new Step.Capture(row.getObject("reservation_id", UUID.class), row.getBoolean("more_will_follow"));
            case "CANCEL" -> new Step.Cancel();
            case "VOID" -> new Step.Release(row.getObject("reservation_id", UUID.class));
            default -> throw new IllegalStateException("step " + row.getString("step"));
        };
    }

    private static @Nullable PaymentResult published(ResultSet row) throws SQLException {
        String status = row.getString("status");
        if (status == null) {
            return null;
        }
        return status.equals("COMPLETED")
                ? new Completed()
                : new Failed(
                        FailureReason.valueOf(row.getString("failure_reason")),
                        row.getString("failed_account"),
                        row.getString("duplicate_of"));
    }
}
