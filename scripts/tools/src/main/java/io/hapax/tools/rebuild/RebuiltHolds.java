package io.hapax.tools.rebuild;

import io.hapax.ledger.book.HoldRows;
import io.hapax.ledger.book.StoredText;
import io.hapax.ledger.posting.FailureReason;
import io.hapax.ledger.posting.HoldChanges;
import io.hapax.ledger.posting.Holds;
import io.hapax.ledger.posting.LedgerInput;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PaymentResult;
import io.hapax.ledger.posting.PaymentResult.Completed;
import io.hapax.ledger.posting.PaymentResult.Failed;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.RecordedPayment;
import io.hapax.ledger.posting.Reservation;
import io.hapax.ledger.posting.ReservationEnd;
import io.hapax.ledger.posting.Step;
import io.hapax.tools.books.CopyRows;
import io.hapax.topics.LogPosition;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The reservations of a ledger that is rebuilt, and the clocks of its log. Memory holds those that are open. The others
 * are read from the rebuilt tables where a step names them.
 */
final class RebuiltHolds {
    private static final String OPEN = """
            SELECT payment_id, client_id, event_partition, debtor_account, creditor_account, currency, remaining_minor,
                   expires_at_ms, multiple
            FROM open_reservations
            """;

    private static final String NAMED =
            "SELECT payment_id, client_id, debtor_account, event_partition, failed FROM reserved WHERE payment_id = ANY (?)";

    private static final String ENDED =
            "SELECT reservation_id, how FROM reservation_ends WHERE reservation_id = ANY (?)";

    private static final String SET_CLOCK = """
            INSERT INTO ledger_clocks VALUES (?, ?) ON CONFLICT (event_partition) DO UPDATE SET at_ms = excluded.at_ms
            """;

    private final RebuiltLedger ledger;
    private final Map<Integer, Instant> clocks = new HashMap<>();
    private final Map<UUID, Reservation> open = new HashMap<>();

    RebuiltHolds(RebuiltLedger ledger) {
        this.ledger = ledger;
    }

    /** Reads what an earlier run has built. */
    void read() throws SQLException {
        try (Statement statement = ledger.forward();
                ResultSet row = statement.executeQuery("SELECT event_partition, at_ms FROM ledger_clocks")) {
            while (row.next()) {
                clocks.put(row.getInt(1), Instant.ofEpochMilli(row.getLong(2)));
            }
        }
        try (Statement statement = ledger.forward();
                ResultSet row = statement.executeQuery(OPEN)) {
            while (row.next()) {
                Reservation reservation = new Reservation(
                        row.getObject("payment_id", UUID.class),
                        row.getString("client_id"),
                        row.getInt("event_partition"),
                        row.getString("debtor_account"),
                        row.getString("creditor_account"),
                        row.getString("currency"),
                        row.getLong("remaining_minor"),
                        Instant.ofEpochMilli(row.getLong("expires_at_ms")),
                        row.getBoolean("multiple"));
                open.put(reservation.id(), reservation);
            }
        }
    }

    /** Minor units that are held of each account on which money is held. */
    Map<String, Long> heldByAccount() {
        Map<String, Long> held = new HashMap<>();
        open.values().forEach(each -> held.merge(each.debtor(), each.remainingMinor(), Math::addExact));
        return held;
    }

    /** All that the inputs can touch, and how those ended that they name. */
    Holds before(List<LedgerInput> inputs) throws SQLException {
        Set<UUID> named = named(inputs);
        Map<UUID, ReservationEnd.How> ended = new HashMap<>();
        if (!named.isEmpty()) {
            forEach(
                    ENDED,
                    named,
                    row -> ended.put(row.getObject(1, UUID.class), ReservationEnd.How.valueOf(row.getString(2))));
        }
        return new Holds(clocks, open, ended);
    }

    /** The reservations on record that the inputs name, as far as the rule looks at them. */
    Map<UUID, RecordedPayment> recorded(List<LedgerInput> inputs) throws SQLException {
        Set<UUID> named = named(inputs);
        Map<UUID, RecordedPayment> recorded = new HashMap<>();
        if (!named.isEmpty()) {
            forEach(NAMED, named, row -> {
                RecordedPayment payment = reserved(row);
                recorded.put(payment.request().paymentId(), payment);
            });
        }
        return recorded;
    }

    private static RecordedPayment reserved(ResultSet row) throws SQLException {
        PostingRequest request = new PostingRequest(
                PostingRequest.Kind.POST,
                row.getObject("payment_id", UUID.class),
                row.getString("client_id"),
                "",
                new PaymentContent(
                        row.getString("debtor_account"), "", 0, "", null, new Step.Reserve(Duration.ZERO, false)),
                0,
                Instant.EPOCH,
                LogPosition.NONE,
                new LogPosition(row.getInt("event_partition"), 0));
        PaymentResult result =
                row.getBoolean("failed") ? new Failed(FailureReason.INVALID_POSTING, null) : new Completed();
        return new RecordedPayment(request, result);
    }

    private static Set<UUID> named(List<LedgerInput> inputs) {
        Set<UUID> named = new HashSet<>();
        for (LedgerInput input : inputs) {
            if (input instanceof PostingRequest request) {
                switch (request.content().step()) {
                    case Step.Capture(var reservationId, var moreWillFollow) -> named.add(reservationId);
                    case Step.Release(var reservationId) -> named.add(reservationId);
                    case null, default -> {}
                }
            }
        }
        return named;
    }

    /** Writes what a set of events did, and keeps it for the next. */
    void write(HoldChanges changes, List<RecordedPayment> payments) throws SQLException {
        HoldRows.writeWithAllEnds(connection(), asSent(changes));
        changes.ends().forEach(end -> open.remove(end.reservationId()));
        changes.open().forEach(each -> open.put(each.id(), each));
        clocks.putAll(changes.clocks());
        try (PreparedStatement set = connection().prepareStatement(SET_CLOCK)) {
            for (Map.Entry<Integer, Instant> clock : changes.clocks().entrySet()) {
                set.setInt(1, clock.getKey());
                set.setLong(2, clock.getValue().toEpochMilli());
                set.addBatch();
            }
            set.executeBatch();
        }
        try (CopyRows rows = new CopyRows(connection(), "reserved")) {
            for (RecordedPayment payment : payments) {
                PostingRequest request = payment.request();
                if (request.content().step() instanceof Step.Reserve) {
                    rows.id(request.paymentId())
                            .stored(request.clientId())
                            .stored(request.content().debtorAccount())
                            .number(request.event().partition())
                            .stored(String.valueOf(payment.settlement() instanceof Failed))
                            .endRow();
                }
            }
            rows.finish();
        }
    }

    /** Texts of a rebuild are as the database stores them, and {@link HoldRows} writes them as they were sent. */
    private static HoldChanges asSent(HoldChanges changes) {
        return new HoldChanges(
                changes.clocks(),
                changes.opened().stream().map(RebuiltHolds::asSent).toList(),
                changes.reduced(),
                changes.ends());
    }

    private static Reservation asSent(Reservation stored) {
        return new Reservation(
                stored.id(),
                StoredText.read(stored.client()),
                stored.partition(),
                stored.debtor(),
                stored.creditor(),
                stored.currency(),
                stored.remainingMinor(),
                stored.expiresAt(),
                stored.multiple());
    }

    private interface Row {
        void read(ResultSet row) throws SQLException;
    }

    private void forEach(String sql, Set<UUID> ids, Row reader) throws SQLException {
        try (PreparedStatement query = connection().prepareStatement(sql)) {
            Array array = connection().createArrayOf("uuid", ids.toArray());
            query.setArray(1, array);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    reader.read(row);
                }
            }
        }
    }

    private Connection connection() {
        return ledger.connection();
    }
}
