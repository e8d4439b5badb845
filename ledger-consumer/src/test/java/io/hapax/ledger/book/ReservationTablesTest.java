package io.hapax.ledger.book;

import static io.hapax.ledger.posting.Reservations.HOUR;
import static io.hapax.ledger.posting.Reservations.NOON;
import static io.hapax.ledger.posting.Reservations.capture;
import static io.hapax.ledger.posting.Reservations.event;
import static io.hapax.ledger.posting.Reservations.hold;
import static io.hapax.ledger.posting.Reservations.release;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.ledger.posting.LedgerInput;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the database refuses of reservations, whoever writes it. Each test ends with the proof that the books agree. */
class ReservationTablesTest {
    private DatabaseSettings settings;
    private HikariDataSource database;
    private Book book;

    @BeforeEach
    void openAccounts() throws SQLException {
        settings = FreshDatabase.migrated();
        database = settings.pool();
        book = new Book(database);
        FreshDatabase.openAccountsOfReservations(database);
    }

    @AfterEach
    void close() throws SQLException {
        database.close();
        assertEquals(List.of(), FreshDatabase.contradictions(settings));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE reservation_ends SET how = 'EXPIRED', by_payment = NULL",
                "DELETE FROM reservation_ends",
                "TRUNCATE reservation_ends"
            })
    void shouldRefuseToChangeHowAReservationEndedToTheOwnerToo(String statement) throws SQLException {
        post(event("hold", hold("alice", "bob", 70), 1, NOON));
        post(event("void", release("hold", "alice"), 2, NOON));
        try (Connection asOwner = FreshDatabase.asOwner(settings);
                Statement sql = asOwner.createStatement()) {
            assertEquals(
                    "42501",
                    assertThrows(SQLException.class, () -> sql.execute(statement))
                            .getSQLState());
        }
    }

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            a second end               | ended | INSERT INTO reservation_ends SELECT reservation_id, how, by_payment, released_minor, clock_ms FROM reservation_ends | 23505
            an end before its time     | held  | INSERT INTO reservation_ends SELECT payment_id, 'EXPIRED', NULL, 70, accepted_at_ms + hold_ms - 1 FROM payments WHERE step = 'RESERVE' | 23503
            an end of less             | held  | INSERT INTO reservation_ends SELECT payment_id, 'EXPIRED', NULL, 69, accepted_at_ms + hold_ms FROM payments WHERE step = 'RESERVE' | 23503
            an end by nothing          | held  | INSERT INTO reservation_ends SELECT payment_id, 'VOIDED', payment_id, 70, accepted_at_ms FROM payments WHERE step = 'RESERVE' | 23503
            an end of a payment        | held  | INSERT INTO reservation_ends SELECT payment_id, 'EXPIRED', NULL, amount_minor, accepted_at_ms FROM payments WHERE step IS NULL LIMIT 1 | 23503
            a capture after the end    | ended    | INSERT INTO payments SELECT gen_random_uuid(), client_id, 'x', debtor_account, creditor_account, 1, currency, NULL, status, NULL, NULL, 1000, 1, 0, 0, 0, 0, 0, now(), 'CAPTURE', payment_id, NULL, NULL, false, 0 FROM payments WHERE step = 'RESERVE' | 23505
            a capture of too much      | held     | INSERT INTO payments SELECT gen_random_uuid(), client_id, 'x', debtor_account, creditor_account, 71, currency, NULL, status, NULL, NULL, 1000, 1, 0, 0, 0, 0, 0, now(), 'CAPTURE', payment_id, NULL, NULL, false, 0 FROM payments WHERE step = 'RESERVE' | 23503
            another client's capture   | held     | INSERT INTO payments SELECT gen_random_uuid(), 'other', 'x', debtor_account, creditor_account, 1, currency, NULL, status, NULL, NULL, 1000, 1, 0, 0, 0, 0, 0, now(), 'CAPTURE', payment_id, NULL, NULL, false, 0 FROM payments WHERE step = 'RESERVE' | 23503
            a capture to another       | held     | INSERT INTO payments SELECT gen_random_uuid(), client_id, 'x', debtor_account, 'carol', 1, currency, NULL, status, NULL, NULL, 1000, 1, 0, 0, 0, 0, 0, now(), 'CAPTURE', payment_id, NULL, NULL, false, 0 FROM payments WHERE step = 'RESERVE' | 23503
            a capture in other money   | held     | INSERT INTO payments SELECT gen_random_uuid(), client_id, 'x', debtor_account, creditor_account, 1, 'USD', NULL, status, NULL, NULL, 1000, 1, 0, 0, 0, 0, 0, now(), 'CAPTURE', payment_id, NULL, NULL, false, 0 FROM payments WHERE step = 'RESERVE' | 23503
            a capture at its time      | held     | INSERT INTO payments SELECT gen_random_uuid(), client_id, 'x', debtor_account, creditor_account, 1, currency, NULL, status, NULL, NULL, 1000, 1, 0, 0, 0, 0, 0, now(), 'CAPTURE', payment_id, NULL, NULL, false, accepted_at_ms + hold_ms FROM payments WHERE step = 'RESERVE' | 23503
            a capture without an end   | held     | INSERT INTO payments SELECT gen_random_uuid(), client_id, 'x', debtor_account, creditor_account, 1, currency, NULL, status, NULL, NULL, 1000, 1, 0, 0, 0, 0, 0, now(), 'CAPTURE', payment_id, NULL, NULL, false, NULL FROM payments WHERE step = 'RESERVE' | 23514
            a capture, more to follow  | held     | INSERT INTO payments SELECT gen_random_uuid(), client_id, 'x', debtor_account, creditor_account, 1, currency, NULL, status, NULL, NULL, 1000, 1, 0, 0, 0, 0, 0, now(), 'CAPTURE', payment_id, NULL, NULL, true, NULL FROM payments WHERE step = 'RESERVE' | 23503
            two last captures          | held     | INSERT INTO payments SELECT gen_random_uuid(), client_id, 'x', debtor_account, creditor_account, 1, currency, NULL, status, NULL, NULL, 1000, 1, 0, 0, 0, 0, 0, now(), 'CAPTURE', payment_id, NULL, NULL, false, 0 FROM payments, generate_series(1, 2) WHERE step = 'RESERVE' | 23505
            too much in two captures   | multiple | INSERT INTO payments SELECT gen_random_uuid(), client_id, 'x', debtor_account, creditor_account, 36, currency, NULL, status, NULL, NULL, 1000, 1, 0, 0, 0, 0, 0, now(), 'CAPTURE', payment_id, NULL, NULL, true, NULL FROM payments, generate_series(1, 2) WHERE step = 'RESERVE' | 23503
            too much with the last     | multiple | INSERT INTO payments SELECT gen_random_uuid(), client_id, 'x', debtor_account, creditor_account, 36, currency, NULL, status, NULL, NULL, 1000, 1, 0, 0, 0, 0, 0, now(), 'CAPTURE', payment_id, NULL, NULL, n = 1, CASE n WHEN 2 THEN 0 END FROM payments, generate_series(1, 2) n WHERE step = 'RESERVE' | 23503
            a capture after the end    | over     | INSERT INTO payments SELECT gen_random_uuid(), client_id, 'x', debtor_account, creditor_account, 1, currency, NULL, status, NULL, NULL, 1000, 1, 0, 0, 0, 0, 0, now(), 'CAPTURE', payment_id, NULL, NULL, true, NULL FROM payments WHERE step = 'RESERVE' | 23503
            a hold with entries        | held  | INSERT INTO payments SELECT gen_random_uuid(), client_id, 'x', debtor_account, creditor_account, 1, currency, NULL, status, NULL, NULL, 1000, 1, 0, 0, 0, 0, 0, now(), 'RESERVE', NULL, 1, false, NULL FROM payments WHERE step = 'RESERVE' | 23514
            a hold without a time      | held  | INSERT INTO payments SELECT gen_random_uuid(), client_id, 'x', debtor_account, creditor_account, 1, currency, NULL, status, NULL, NULL, NULL, 1, 0, 0, 0, 0, 0, now(), 'RESERVE', NULL, NULL, false, NULL FROM payments WHERE step = 'RESERVE' | 23514
            a balance below what is held | held | UPDATE accounts SET balance_minor = 69 WHERE id = 'alice' | 23514
            more held than there is    | held  | UPDATE accounts SET held_minor = 101 WHERE id = 'alice' | 23514
            """)
    void shouldRefuseWhatNoReservationAllows(String what, String state, String statement, String refusal)
            throws SQLException {
        boolean isMultiple = Set.of("multiple", "over").contains(state);
        post(event("hold", hold("alice", "bob", 70, HOUR, isMultiple), 1, NOON));
        if (Set.of("ended", "over").contains(state)) post(event("void", release("hold", "alice"), 2, NOON));
        try (Connection asLedger = database.getConnection();
                Statement sql = asLedger.createStatement()) {
            assertEquals(
                    refusal,
                    assertThrows(SQLException.class, () -> sql.execute(statement))
                            .getSQLState());
        }
    }

    /** The list of those that are open may be wrong: what ends a reservation once is its end. */
    @Test
    @Timeout(20)
    void shouldRefuseASecondEndOfAReservationThatIsListedAsOpen() throws SQLException {
        post(event("hold", hold("alice", "bob", 70), 1, NOON));
        try (Connection asLedger = database.getConnection();
                Statement sql = asLedger.createStatement()) {
            asLedger.setAutoCommit(true);
            sql.execute("CREATE TEMP TABLE listed AS TABLE open_reservations");
            post(event("capture", capture("hold", "alice", 30, false), 2, NOON));
            sql.execute("INSERT INTO open_reservations TABLE listed");
            sql.execute("UPDATE accounts SET held_minor = 70 WHERE id = 'alice'");
            assertEquals(
                    "23505",
                    assertThrows(SQLException.class, () -> post(event("void", release("hold", "alice"), 3, NOON)))
                            .getSQLState());
            sql.execute("DELETE FROM open_reservations");
            sql.execute("UPDATE accounts SET held_minor = 0 WHERE id = 'alice'");
        }
    }

    /** Else a batch of captures takes the longer the more there are already, until no statement may take so long. */
    @Test
    void shouldAddUpTheCapturesOfAReservationOncePerStatement() throws SQLException {
        post(event("hold", hold("alice", "bob", 70, HOUR, true), 1, NOON));
        try (Connection asLedger = database.getConnection();
                Statement sql = asLedger.createStatement()) {
            asLedger.setAutoCommit(false);
            sql.execute("""
                    INSERT INTO payments SELECT gen_random_uuid(), client_id, 'x', debtor_account, creditor_account, 1,
                        currency, NULL, status, NULL, NULL, 1000, 1, 0, 0, 0, 0, 0, now(), 'CAPTURE', payment_id, NULL,
                        NULL, true, NULL
                    FROM payments, generate_series(1, 50) WHERE step = 'RESERVE'
                    """);
            try (ResultSet scans =
                    sql.executeQuery("SELECT pg_stat_get_xact_numscans('payments_of_reservations'::regclass)")) {
                scans.next();
                assertEquals(1, scans.getInt(1));
            }
            asLedger.rollback();
        }
    }

    private void post(LedgerInput... inputs) throws SQLException {
        book.post(List.of(inputs));
    }
}
