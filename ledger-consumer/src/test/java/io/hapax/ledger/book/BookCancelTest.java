package io.hapax.ledger.book;

import static io.hapax.ledger.posting.Reservations.NOON;
import static io.hapax.ledger.posting.Reservations.event;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.ledger.posting.FailureReason;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PaymentResult;
import io.hapax.ledger.posting.PostingAnswer;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.PostingResult.AlreadySettled;
import io.hapax.ledger.posting.PostingResult.Settled;
import io.hapax.ledger.posting.RecordedPayment;
import io.hapax.ledger.posting.Requests;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cancels on a real database. Each test ends with the proof that the books agree. */
class BookCancelTest {
    private static final int KEYS = 40;

    private DatabaseSettings settings;
    private HikariDataSource database;
    private Book book;

    @BeforeEach
    void openAccounts() throws SQLException {
        settings = FreshDatabase.migrated();
        database = settings.pool();
        book = new Book(database);
        new Accounts(database, Clock.systemUTC())
                .open(List.of(AccountTerms.customer("alice", "EUR", KEYS), AccountTerms.customer("bob", "EUR", 0)));
        ClockRows.begin(database, List.of(0, 1));
    }

    @AfterEach
    void close() throws SQLException {
        database.close();
        assertEquals(List.of(), FreshDatabase.contradictions(settings));
    }

    @Test
    void shouldPutACancelOnRecordForEverAndAnswerAllThatComeAfterItByIt() throws SQLException {
        PostingAnswer cancel = book.post(List.of(cancel(0, 1))).getFirst();
        RecordedPayment recorded = ((Settled) cancel.result()).payment();
        assertEquals(
                List.of("CANCEL FAILED CANCELLED"),
                FreshDatabase.rows(
                        settings, "SELECT step, status, failure_reason FROM payments WHERE step = 'CANCEL'"));
        for (PostingRequest later : List.of(pay(0, 2), Requests.onAnotherPartition(pay(0, 2)), cancel(0, 3))) {
            AlreadySettled found =
                    (AlreadySettled) book.post(List.of(later)).getFirst().result();
            assertEquals(recorded.settlement(), found.payment().settlement());
            assertEquals(PaymentContent.cancel(), found.payment().request().content());
        }
        assertEquals(List.of("0"), FreshDatabase.rows(settings, "SELECT balance_minor FROM accounts WHERE id = 'bob'"));
    }

    /** Their events lie on two partitions and share no account, so that the primary key alone decides. */
    @Test
    void shouldEitherPayOrCancelEachKeyWhenWritersRace() throws Exception {
        List<Callable<PaymentResult>> race = new ArrayList<>();
        for (int key = 0; key < KEYS; key++) {
            PostingRequest payment = pay(key, key);
            PostingRequest cancel = Requests.onAnotherPartition(cancel(key, key));
            List<PostingRequest> order = key % 2 == 0 ? List.of(payment, cancel) : List.of(cancel, payment);
            order.forEach(request -> race.add(() -> result(book.post(List.of(request)))));
        }
        List<PaymentResult> results = new ArrayList<>();
        try (ExecutorService writers = Executors.newFixedThreadPool(4)) {
            for (Future<PaymentResult> done : writers.invokeAll(race)) {
                results.add(done.get());
            }
        }
        long paid = 0;
        for (int key = 0; key < KEYS; key++) {
            assertEquals(results.get(2 * key), results.get(2 * key + 1), "both are told the same of key " + key);
            paid += results.get(2 * key) instanceof PaymentResult.Completed ? 1 : 0;
        }
        assertEquals(
                List.of(String.valueOf(paid)),
                FreshDatabase.rows(settings, "SELECT balance_minor FROM accounts WHERE id = 'bob'"));
        assertEquals(
                List.of(String.valueOf(KEYS - paid)),
                FreshDatabase.rows(
                        settings,
                        "SELECT count(*) FROM payments WHERE step = 'CANCEL' AND failure_reason = '"
                                + FailureReason.CANCELLED + "'"));
    }

    /** As nobody could but who owns the tables and switches its guards off. */
    @Test
    void shouldFindMoneyThatMovedUnderACancel() throws SQLException {
        book.post(List.of(cancel(0, 1)));
        try (Connection owner = FreshDatabase.asOwner(settings);
                Statement sql = owner.createStatement()) {
            sql.execute("SET session_replication_role = replica");
            sql.execute("INSERT INTO entries (entry_id, payment_id, account_id, amount_minor, balance_after_minor)"
                    + " SELECT 1000000, payment_id, 'bob', 1, 1 FROM payments WHERE step = 'CANCEL'");
            assertTrue(FreshDatabase.contradictions(settings).stream()
                    .anyMatch(found -> found.contains("every other none")));
            sql.execute("DELETE FROM entries WHERE entry_id = 1000000");
        }
    }

    @Test
    void shouldRefuseRowsThatSayTwoThings() throws SQLException {
        try (Connection asLedger = database.getConnection();
                Statement sql = asLedger.createStatement()) {
            for (String row : List.of(
                    row("CANCEL", "COMPLETED", null),
                    row("CANCEL", "FAILED", "INSUFFICIENT_FUNDS"),
                    row(null, "FAILED", "CANCELLED"),
                    row("RESERVE", "FAILED", "CANCELLED"),
                    row("OTHER", "FAILED", "INSUFFICIENT_FUNDS"),
                    row("CANCEL", "FAILED", "CANCELLED").replace("'', '', 0, ''", "'alice', '', 0, ''"),
                    row("CANCEL", "FAILED", "CANCELLED").replace("'', '', 0, ''", "'', '', 1, ''"))) {
                assertEquals(
                        "23514",
                        assertThrows(SQLException.class, () -> sql.execute(row)).getSQLState(),
                        row);
            }
            assertEquals(1, sql.executeUpdate(row("CANCEL", "FAILED", "CANCELLED")), "such a row can be written");
        }
    }

    private static String row(@Nullable String step, String status, @Nullable String reason) {
        return "INSERT INTO payments (payment_id, client_id, idempotency_key, debtor_account, creditor_account,"
                + " amount_minor, currency, status, failure_reason, attempt, accepted_at_ms, step, hold_ms, multiple)"
                + " VALUES (gen_random_uuid(), 'shop', 'x', "
                + ("CANCEL".equals(step) ? "'', '', 0, ''" : "'alice', 'bob', 1, 'EUR'") + ", '" + status + "', "
                + text(reason) + ", 1, 0, " + text(step)
                + ("RESERVE".equals(step) ? ", 1, false)" : ", NULL, NULL)");
    }

    private static String text(@Nullable String value) {
        return value == null ? "NULL" : "'" + value + "'";
    }

    private static PostingRequest pay(int key, long offset) {
        return event("key " + key, Requests.payment("alice", "bob", 1), offset, NOON);
    }

    private static PostingRequest cancel(int key, long offset) {
        return event("key " + key, PaymentContent.cancel(), offset, NOON);
    }

    private static PaymentResult result(List<PostingAnswer> answers) {
        return switch (answers.getFirst().result()) {
            case Settled(var payment) -> payment.settlement();
            case AlreadySettled(var payment) -> payment.settlement();
            case Object other -> throw new AssertionError(other);
        };
    }
}
