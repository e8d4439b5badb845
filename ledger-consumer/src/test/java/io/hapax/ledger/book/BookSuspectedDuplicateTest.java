package io.hapax.ledger.book;

import static io.hapax.ledger.posting.GuardedPayments.NOON;
import static io.hapax.ledger.posting.GuardedPayments.WINDOW;
import static io.hapax.ledger.posting.GuardedPayments.coffee;
import static io.hapax.ledger.posting.GuardedPayments.confirming;
import static io.hapax.ledger.posting.GuardedPayments.pay;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.ledger.posting.Guard;
import io.hapax.ledger.posting.GuardedPayments;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PostingRequest;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Suspected duplicates on a real database. Each test ends with the proof that the books agree. */
class BookSuspectedDuplicateTest {
    private static final String SUSPECTED_OF_A = "SUSPECTED_DUPLICATE of a";
    private static final String REMEMBERED = "SELECT idempotency_key FROM recent_payments ORDER BY idempotency_key";

    private DatabaseSettings settings;
    private HikariDataSource database;
    private Book book;

    @BeforeEach
    void openAccounts() throws SQLException {
        settings = FreshDatabase.migrated();
        database = settings.pool();
        book = new Book(database);
        new Accounts(database, Clock.systemUTC())
                .open(List.of(AccountTerms.customer("alice", "EUR", 10_000), AccountTerms.customer("bob", "EUR", 0)));
        ClockRows.begin(database, List.of(0));
    }

    @AfterEach
    void close() throws SQLException {
        database.close();
        assertEquals(List.of(), FreshDatabase.contradictions(settings));
    }

    @Test
    void shouldSuspectWithinABatchAndAcrossBatchesAndAnswerTheSameWhenReadAgain() throws SQLException {
        List<PostingRequest> first = List.of(pay("a", 1, NOON), pay("b", 2, NOON));
        List<PostingRequest> second = List.of(pay("c", 3, NOON.plusSeconds(1)), confirming("d", "a", 4, NOON));
        assertEquals(List.of("COMPLETED", SUSPECTED_OF_A), post(first));
        assertEquals(List.of(SUSPECTED_OF_A, "COMPLETED"), post(second));
        assertEquals(List.of("COMPLETED", SUSPECTED_OF_A), post(first), "read again");
        assertEquals(List.of(SUSPECTED_OF_A, "COMPLETED"), post(second), "read again");
        assertEquals(List.of("SUSPECTED_DUPLICATE of d"), post(List.of(pay("e", 5, NOON.plusSeconds(2)))));
        assertEquals(
                List.of("b a", "c a", "e d"),
                FreshDatabase.rows(
                        settings,
                        "SELECT idempotency_key, duplicate_of FROM payments WHERE failure_reason = 'SUSPECTED_DUPLICATE'"
                                + " ORDER BY idempotency_key"));
        assertEquals(List.of("d"), FreshDatabase.rows(settings, REMEMBERED));
    }

    /** What PostgreSQL can't store in a text comes back as it was. */
    @Test
    void shouldKeepOddTextsApart() throws SQLException {
        List<PostingRequest> odd = new ArrayList<>();
        for (String reference : new String[] {null, "", "\u0000", "\u2400", "\u24000", "x", "X"}) {
            odd.add(refer("first " + odd.size(), reference));
        }
        for (int n = 0; n < 7; n++) {
            odd.add(refer("second " + n, odd.get(n).content().reference()));
        }
        List<String> answers = new ArrayList<>(post(odd.subList(0, 7)));
        answers.addAll(post(odd.subList(7, 14)));
        for (int n = 0; n < 7; n++) {
            assertEquals("COMPLETED", answers.get(n));
            assertEquals("SUSPECTED_DUPLICATE of first " + n, answers.get(7 + n));
        }
    }

    @Test
    void shouldNotNameAnotherClientsKeyInAnyTable() throws SQLException {
        post(List.of(pay("till", "secret", coffee(), 1, NOON, new Guard(WINDOW, null))));
        assertEquals(List.of("SUSPECTED_DUPLICATE"), post(List.of(pay("b", 2, NOON))));
        assertEquals(
                List.of("null"),
                FreshDatabase.rows(settings, "SELECT duplicate_of FROM payments WHERE idempotency_key = 'b'"));
    }

    /** What is over is forgotten by those that come after it, twice as fast as it comes. */
    @Test
    void shouldForgetWhatIsOver() throws SQLException {
        List<PostingRequest> many = new ArrayList<>();
        for (int n = 0; n < 40; n++) many.add(refer("old " + n, "r" + n));
        post(many);
        Instant over = NOON.plus(WINDOW);
        post(List.of(pay("shop", "near", content("near"), 50, over.minusMillis(1), new Guard(WINDOW, null))));
        assertEquals(List.of("41"), count());
        for (int n = 0; n < 10; n++) {
            post(List.of(
                    pay("shop", "x" + n, content("x" + n), 60 + n, over, new Guard(WINDOW, null)),
                    pay("shop", "y" + n, content("y" + n), 80 + n, over, new Guard(WINDOW, null))));
        }
        assertEquals(List.of("21"), count(), "40 of 61 were over");
    }

    @Test
    void shouldRememberNothingOfClientsThatDidNotAsk() throws SQLException {
        assertEquals(
                List.of("COMPLETED", "COMPLETED"),
                post(List.of(
                        pay("shop", "a", coffee(), 1, NOON, Guard.NONE),
                        pay("shop", "b", coffee(), 2, NOON, Guard.NONE))));
        assertEquals(List.of("0"), count());
    }

    /** Two instances that both believe that they own the partition: the lock of its clock gives them one order. */
    @Test
    void shouldPayOnceWhenWritersRace() throws Exception {
        for (int round = 0; round < 10; round++) {
            List<Callable<List<String>>> race = new ArrayList<>();
            for (int writer = 0; writer < 4; writer++) {
                PostingRequest request = refer("r" + round + "w" + writer, "round " + round);
                race.add(() -> post(List.of(request)));
            }
            List<String> results = new ArrayList<>();
            try (ExecutorService writers = Executors.newFixedThreadPool(4)) {
                for (Future<List<String>> done : writers.invokeAll(race)) results.addAll(done.get());
            }
            assertEquals(1, results.stream().filter("COMPLETED"::equals).count(), results.toString());
            assertEquals(
                    3,
                    results.stream()
                            .filter(result -> result.startsWith("SUSPECTED_DUPLICATE of r"))
                            .count());
        }
    }

    private List<String> count() throws SQLException {
        return FreshDatabase.rows(settings, "SELECT count(*) FROM recent_payments");
    }

    private static PostingRequest refer(String key, String reference) {
        return pay("shop", key, content(reference), 1, NOON, new Guard(WINDOW, null));
    }

    private static PaymentContent content(String reference) {
        return new PaymentContent("alice", "bob", 10, "EUR", reference);
    }

    private List<String> post(List<PostingRequest> requests) throws SQLException {
        return book.post(requests).stream().map(GuardedPayments::result).toList();
    }
}
