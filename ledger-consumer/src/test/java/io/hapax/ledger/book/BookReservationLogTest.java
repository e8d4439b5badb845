package io.hapax.ledger.book;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.ledger.posting.LedgerInMemory;
import io.hapax.ledger.posting.LedgerInput;
import io.hapax.ledger.posting.PostingAnswer;
import io.hapax.ledger.posting.PostingResult;
import io.hapax.ledger.posting.ReservationLogs;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Random logs of reservations on a real database, against the books that the rule leaves in memory. */
class BookReservationLogTest {
    private static final int LOGS = 8;

    private final LedgerInMemory expected = new LedgerInMemory();
    private final List<LedgerInput> log = new ArrayList<>();
    private final List<Object> answers = new ArrayList<>();
    private DatabaseSettings settings;
    private HikariDataSource database;
    private Book book;

    @BeforeEach
    void writeTheLog() throws SQLException {
        settings = FreshDatabase.migrated();
        database = settings.pool();
        book = new Book(database);
        FreshDatabase.openAccountsOfReservations(database);
        ReservationLogs.ACCOUNTS.forEach(id -> expected.with(id, 100));
        Random random = new Random(3);
        for (int i = 0; i < LOGS; i++) {
            log.addAll(ReservationLogs.log(random, "log " + i, log.size()));
        }
        log.forEach(input -> expected.post(List.of(input)).forEach(answer -> answers.add(told(answer))));
    }

    @AfterEach
    void compareTheBooks() throws SQLException {
        database.close();
        assertEquals(List.of(), FreshDatabase.contradictions(settings));
        assertEquals(
                expected.accounts.values().stream()
                        .map(each -> each.id() + " " + each.balanceMinor() + " " + each.heldMinor())
                        .toList(),
                FreshDatabase.rows(
                        settings,
                        "SELECT id, balance_minor, held_minor FROM accounts WHERE kind = 'CUSTOMER' ORDER BY id"));
        assertEquals(
                expected.ends.stream()
                        .map(each -> each.reservationId() + " " + each.how() + " " + each.by() + " "
                                + each.releasedMinor() + " " + each.clock().toEpochMilli())
                        .sorted()
                        .toList(),
                FreshDatabase.rows(
                        settings,
                        "SELECT reservation_id, how, by_payment, released_minor, clock_ms FROM reservation_ends"
                                + " ORDER BY reservation_id::text"));
        assertEquals(
                expected.open.values().stream()
                        .map(each -> each.id() + " " + each.remainingMinor())
                        .sorted()
                        .toList(),
                FreshDatabase.rows(
                        settings,
                        "SELECT payment_id, remaining_minor FROM open_reservations ORDER BY payment_id::text"));
        assertEquals(
                expected.clocks.entrySet().stream()
                        .map(each -> each.getKey() + " " + each.getValue().toEpochMilli())
                        .toList(),
                FreshDatabase.rows(settings, "TABLE ledger_clocks"));
    }

    @Test
    void shouldLeaveTheBooksOfTheRuleHoweverTheLogIsCutAndReadAgain() throws SQLException {
        assertEquals(answers, read(new Random(5), 30));
    }

    /** Each reads the log from its beginning, as after a crash of whoever had its partition before. */
    @Test
    void shouldLeaveTheBooksOfTheRuleThoughThreeBelieveThatTheyOwnThePartition() throws Exception {
        List<Callable<List<Object>>> owners =
                List.of(() -> read(new Random(7), 40), () -> read(new Random(11), 15), () -> read(new Random(13), 5));
        try (ExecutorService threads = Executors.newFixedThreadPool(owners.size())) {
            for (Future<List<Object>> each : threads.invokeAll(owners)) {
                assertEquals(answers, each.get());
            }
        }
    }

    /** Reads the log in batches, some of them twice; the answers of the first time. */
    private List<Object> read(Random random, int longest) throws SQLException {
        List<Object> given = new ArrayList<>();
        for (int from = 0; from < log.size(); ) {
            int until = Math.min(log.size(), from + 1 + random.nextInt(longest));
            List<LedgerInput> batch = log.subList(from, until);
            List<Object> first = told(book.post(batch));
            if (random.nextInt(5) == 0) {
                assertEquals(first, told(book.post(batch)), "read again from " + from);
            }
            given.addAll(first);
            from = until;
        }
        return given;
    }

    private static List<Object> told(List<PostingAnswer> answers) {
        return answers.stream().map(BookReservationLogTest::told).toList();
    }

    /** What an outcome would say, which is the same however often an event is read. */
    private static Object told(PostingAnswer answer) {
        return switch (answer.result()) {
            case PostingResult.Settled settled -> settled.payment().settlement();
            case PostingResult.AlreadySettled already -> already.payment().settlement();
            case PostingResult.Conflict conflict -> conflict.differingFields();
            case PostingResult.NotFound nothing -> nothing;
        };
    }
}
