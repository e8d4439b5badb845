package io.hapax.ledger.book;

import static io.hapax.ledger.posting.Requests.inquire;
import static io.hapax.ledger.posting.Requests.onAnotherPartition;
import static io.hapax.ledger.posting.Requests.payment;
import static io.hapax.ledger.posting.Requests.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.ledger.posting.AccountKind;
import io.hapax.ledger.posting.BalanceChange;
import io.hapax.ledger.posting.FailureReason;
import io.hapax.ledger.posting.Owners;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PaymentResult;
import io.hapax.ledger.posting.PaymentResult.Completed;
import io.hapax.ledger.posting.PaymentResult.Failed;
import io.hapax.ledger.posting.PostingAnswer;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.PostingResult;
import io.hapax.ledger.posting.PostingResult.AlreadySettled;
import io.hapax.ledger.posting.PostingResult.Conflict;
import io.hapax.ledger.posting.PostingResult.NotFound;
import io.hapax.ledger.posting.PostingResult.Settled;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A book on a real database: what it posts, answers and refuses.
 *
 * <p>More than 300 lines: each method needs the same accounts and ends with the same proof that the books agree.
 */
class BookTest {
    private DatabaseSettings settings;
    private HikariDataSource database;
    private Book book;

    @BeforeEach
    void openAccounts() throws SQLException {
        settings = FreshDatabase.migrated();
        database = settings.pool();
        book = new Book(database);
        new Accounts(database, Clock.systemUTC())
                .open(List.of(AccountTerms.customer("alice", "EUR", 100), AccountTerms.customer("bob", "EUR", 0)));
        ClockRows.begin(database, List.of(0, 1));
    }

    @AfterEach
    void close() throws SQLException {
        database.close();
        assertEquals(List.of(), FreshDatabase.contradictions(settings));
    }

    @Test
    void shouldPostAPaymentAsTwoEntriesAndTwoBalances() throws SQLException {
        assertCompleted(onlyResult(post("rent", payment("alice", "bob", 30), 1)));

        assertEquals(List.of("70", "30"), balances("alice", "bob"));
        assertEquals(
                List.of("alice -30 70", "bob 30 30"),
                FreshDatabase.rows(
                        settings,
                        "SELECT account_id, amount_minor, balance_after_minor FROM entries"
                                + " WHERE account_id <> 'system:EUR' AND abs(amount_minor) = 30 ORDER BY account_id"));
    }

    @Test
    void shouldAnswerARepetitionAsTheFirstTimeAndMoveNothing() throws SQLException {
        PostingRequest request = post("rent", payment("alice", "bob", 30), 1);
        Settled first = assertInstanceOf(Settled.class, onlyResult(request));
        AlreadySettled second = assertInstanceOf(AlreadySettled.class, onlyResult(request));

        assertEquals(first.payment(), second.payment());
        assertEquals(List.of("70", "30"), balances("alice", "bob"));
    }

    /** Opened while it was in use: it stays readable, and what comes for it is posted. */
    @Test
    void shouldKeepAccountsOfAWithdrawnCurrencyAndOpenNoNewOnes() throws SQLException {
        try (var connection = database.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO accounts (id, currency, kind, overdraft_limit_minor) VALUES"
                            + " ('boyan', 'BGN', 'CUSTOMER', 500), ('maria', 'BGN', 'CUSTOMER', 0), ('system:BGN', 'BGN', 'SYSTEM', 0)");
        }
        Accounts accounts = new Accounts(database, Clock.systemUTC());
        assertEquals("BGN", accounts.find("boyan").orElseThrow().currency());
        AccountTerms agreed = new AccountTerms("boyan", "BGN", AccountKind.CUSTOMER, 500, 0);
        assertEquals(0, accounts.open(List.of(agreed)).opened());
        assertCompleted(onlyResult(post("rent", new PaymentContent("boyan", "maria", 30, "BGN", null), 1)));
        assertEquals(List.of("-30", "30"), balances("boyan", "maria"));

        AccountTerms another = AccountTerms.customer("ivan", "BGN", 0);
        assertThrows(AccountRefusedException.class, () -> accounts.open(List.of(agreed, another)));
        assertThrows(
                AccountRefusedException.class, () -> accounts.open(List.of(AccountTerms.customer("hans", "DEM", 0))));
        assertEquals(
                List.of("3"), FreshDatabase.rows(settings, "SELECT count(*) FROM accounts WHERE currency <> 'EUR'"));
    }

    @Test
    void shouldKeepAFailureEvenWhenFundsArriveLater() throws SQLException {
        PostingRequest tooMuch = post("car", payment("bob", "alice", 50), 1);
        assertFailed(FailureReason.INSUFFICIENT_FUNDS, "bob", onlyResult(tooMuch));
        assertCompleted(onlyResult(post("gift", payment("alice", "bob", 80), 2)));

        AlreadySettled again = assertInstanceOf(AlreadySettled.class, onlyResult(tooMuch));
        assertEquals(
                new Failed(FailureReason.INSUFFICIENT_FUNDS, "bob"),
                again.payment().settlement());
        assertEquals(List.of("20", "80"), balances("alice", "bob"));
    }

    @Test
    void shouldAnswerConflictWhenAPaymentIdComesWithAnotherContent() throws SQLException {
        onlyResult(post("rent", payment("alice", "bob", 30), 1));
        Conflict conflict = assertInstanceOf(
                Conflict.class, onlyResult(post("rent", new PaymentContent("alice", "bob", 31, "EUR", "March"), 2)));

        assertEquals(List.of("amountMinor", "reference"), conflict.differingFields());
        assertEquals(List.of("70", "30"), balances("alice", "bob"));
    }

    @Test
    void shouldAnswerInquiriesInTheOrderOfTheBatch() throws SQLException {
        PaymentContent rent = payment("alice", "bob", 30);
        List<PostingAnswer> answers =
                book.post(List.of(inquire("rent", rent, 1), post("rent", rent, 2), inquire("rent", rent, 3)));

        assertInstanceOf(NotFound.class, answers.get(0).result());
        assertInstanceOf(Settled.class, answers.get(1).result());
        assertInstanceOf(AlreadySettled.class, answers.get(2).result());
    }

    @Test
    void shouldAnswerTheSameWhenTheWholeBatchComesAgain() throws SQLException {
        PaymentContent rent = payment("alice", "bob", 30);
        List<PostingRequest> batch = List.of(
                inquire("rent", rent, 1),
                post("rent", rent, 2),
                post("rent", payment("alice", "bob", 31), 3),
                inquire("rent", rent, 4));
        List<PostingAnswer> first = book.post(batch);
        List<PostingAnswer> second = book.post(batch);

        assertInstanceOf(NotFound.class, second.get(0).result());
        assertInstanceOf(AlreadySettled.class, second.get(1).result());
        assertEquals(first.get(2), second.get(2));
        assertEquals(first.get(3), second.get(3));
    }

    @Test
    void shouldAnswerAndRecordWhatMakesNoSense() throws SQLException {
        assertFailed(
                FailureReason.INVALID_POSTING,
                null,
                onlyResult(post("least", payment("alice", "bob", Long.MIN_VALUE), 1)));
        assertFailed(
                FailureReason.INVALID_POSTING, null, onlyResult(post("negative", payment("bob", "alice", -30), 2)));
        assertFailed(FailureReason.INVALID_POSTING, null, onlyResult(post("itself", payment("alice", "alice", 5), 3)));
        assertFailed(
                FailureReason.INVALID_POSTING,
                null,
                onlyResult(post("currency", new PaymentContent("alice", "bob", 5, "no such currency", null), 4)));
        assertFailed(
                FailureReason.INSUFFICIENT_FUNDS,
                "alice",
                onlyResult(post("most", payment("alice", "bob", Long.MAX_VALUE), 5)));
        assertEquals(List.of("100", "0"), balances("alice", "bob"));
    }

    @Test
    void shouldAnswerThatABalanceWouldNoLongerFit() throws SQLException {
        new Accounts(database, Clock.systemUTC())
                .open(List.of(
                        new AccountTerms("mint", "EUR", AccountKind.SYSTEM, 0, 0),
                        new AccountTerms("endless", "EUR", AccountKind.CUSTOMER, Long.MAX_VALUE, 0)));
        List<PostingAnswer> answers = book.post(List.of(
                post("all", payment("endless", "mint", Long.MAX_VALUE), 1),
                post("more", payment("alice", "mint", 1), 2),
                post("deeper", payment("endless", "bob", 1), 3)));
        assertCompleted(answers.get(0).result());
        assertFailed(FailureReason.BALANCE_OVERFLOW, "mint", answers.get(1).result());
        assertFailed(FailureReason.INSUFFICIENT_FUNDS, "endless", answers.get(2).result());
        assertEquals(List.of("100", "0"), balances("alice", "bob"));
    }

    @Test
    void shouldRecordTextThatPostgresqlCannotHold() throws SQLException {
        PaymentContent smuggled = new PaymentContent("no\u0000body", "bob", 5, "EUR", "\u2400\u00000\u24001");
        PostingRequest request = post("nul", smuggled, 1);
        assertFailed(FailureReason.ACCOUNT_NOT_FOUND, "no\u0000body", onlyResult(request));

        AlreadySettled again = assertInstanceOf(AlreadySettled.class, onlyResult(request));
        assertEquals(smuggled, again.payment().request().content());
    }

    /** Else each round of two writers of one partition would be dealt with twice. */
    @Test
    void shouldSeeWhatAnotherWriterOfTheSameAccountsHasPostedMeanwhile() throws Exception {
        PostingRequest request = post("rent", payment("alice", "bob", 30), 1);
        try (Connection first = begun();
                Connection second = begun()) {
            Book.postWithin(first, List.of(request));
            Future<Optional<List<PostingAnswer>>> waiting =
                    meanwhile(() -> Book.postWithin(second, List.of(onAnotherPartition(request))));
            awaitWaiting(1);
            first.commit();
            assertInstanceOf(
                    AlreadySettled.class, waiting.get().orElseThrow().getFirst().result());
        }
        assertEquals(List.of("70", "30"), balances("alice", "bob"));
    }

    /** Neither accounts nor payments in common: the clock of the partition alone stands between the two. */
    @Test
    void shouldLetWritersOfOnePartitionTakeTurns() throws Exception {
        new Accounts(database, Clock.systemUTC())
                .open(List.of(AccountTerms.customer("carol", "EUR", 100), AccountTerms.customer("dan", "EUR", 0)));
        try (Connection first = begun()) {
            Book.postWithin(first, List.of(post("rent", payment("alice", "bob", 30), 1)));
            Future<PostingResult> waiting = meanwhile(() -> onlyResult(post("food", payment("carol", "dan", 30), 2)));
            awaitWaiting(1);
            first.commit();
            assertCompleted(waiting.get());
        }
    }

    /** The accounts don't exist, so there is nothing to lock: the payment's id alone stands between the two. */
    @Test
    void shouldAnswerConflictWhenAnotherWriterIsFirstWithAPaymentOfOtherAccounts() throws Exception {
        try (Connection first = begun()) {
            Book.postWithin(first, List.of(post("rent", payment("nobody", "noone", 30), 1)));
            Future<PostingResult> waiting = meanwhile(
                    () -> onlyResult(onAnotherPartition(post("rent", payment("nobody else", "noone else", 30), 2))));
            awaitWaiting(1);
            first.commit();
            Conflict conflict = assertInstanceOf(Conflict.class, waiting.get());
            assertEquals(List.of("debtorAccount", "creditorAccount"), conflict.differingFields());
        }
    }

    /**
     * The one waits for a payment of the other, so the other must not wait for one that the first has taken already.
     */
    @Test
    void shouldTakePaymentsInOneOrderWhateverTheOrderOfTheBatch() throws Exception {
        List<String> keys = Stream.of("car", "rent", "boat")
                .sorted(Comparator.comparing(
                        key -> post(key, payment("nobody", "noone", 30), 1).paymentId()))
                .toList();
        PostingRequest middle = post(keys.get(1), payment("nobody", "noone", 30), 1);
        PostingRequest highest = post(keys.get(2), payment("nobody", "noone", 30), 2);
        try (Connection first = begun();
                Connection second = begun()) {
            Book.postWithin(first, List.of(middle));
            Future<Optional<List<PostingAnswer>>> waiting = meanwhile(
                    () -> Book.postWithin(second, List.of(onAnotherPartition(highest), onAnotherPartition(middle))));
            awaitWaiting(1);
            Book.postWithin(first, List.of(highest));
            first.commit();
            assertEquals(Optional.empty(), waiting.get());
        }
    }

    @Test
    void shouldNotWriteABalanceOverAnotherThanTheOneThatWasRead() throws SQLException {
        try (Connection connection = begun()) {
            LockedAccounts locked = AccountRows.lock(connection, List.of("alice"), Owners.ANYBODY);
            List<BalanceChange> stale = List.of(new BalanceChange("alice", 99, 69));
            assertThrows(IllegalStateException.class, () -> AccountRows.setBalances(connection, locked, stale));
        }
    }

    @Test
    void shouldLeaveNothingOfAPaymentThatIsGivenUpHalfway() throws SQLException {
        List<PostingRequest> batch = List.of(post("rent", payment("alice", "bob", 30), 1));
        assertEquals(Optional.empty(), DatabaseTransaction.run(database, connection -> {
            assertTrue(Book.postWithin(connection, batch).isPresent());
            return Optional.empty();
        }));
        assertThrows(
                IllegalStateException.class,
                () -> DatabaseTransaction.run(database, connection -> {
                    Book.postWithin(connection, batch);
                    throw new IllegalStateException("halfway");
                }));
        assertEquals(List.of("100", "0"), balances("alice", "bob"));
        assertInstanceOf(Settled.class, onlyResult(batch.getFirst()));
    }

    /** A database transaction that ends without a trace, unless it is committed. */
    private Connection begun() throws SQLException {
        Connection connection = database.getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    private <T> Future<T> meanwhile(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofVirtual().start(task);
        return task;
    }

    /** Until so many database transactions wait for another. */
    private void awaitWaiting(int count) throws SQLException {
        String waiting = "SELECT count(*) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND wait_event_type = 'Lock'";
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!FreshDatabase.rows(settings, waiting).equals(List.of(String.valueOf(count)))) {
            assertTrue(System.nanoTime() < end, "nobody waits");
        }
    }

    private PostingResult onlyResult(PostingRequest request) throws SQLException {
        List<PostingAnswer> answers = book.post(List.of(request));
        assertEquals(1, answers.size());
        return answers.getFirst().result();
    }

    private List<String> balances(String... ids) throws SQLException {
        return FreshDatabase.rows(
                settings,
                "SELECT balance_minor FROM accounts WHERE id IN ('" + String.join("', '", ids) + "') ORDER BY id");
    }

    private static void assertCompleted(PostingResult result) {
        assertTrue(settlement(result) instanceof Completed, result::toString);
    }

    private static void assertFailed(FailureReason reason, String account, PostingResult result) {
        assertEquals(new Failed(reason, account), settlement(result));
    }

    private static PaymentResult settlement(PostingResult result) {
        return assertInstanceOf(Settled.class, result).payment().settlement();
    }
}
