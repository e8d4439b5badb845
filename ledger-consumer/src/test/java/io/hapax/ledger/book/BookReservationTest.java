package io.hapax.ledger.book;

import static io.hapax.ledger.posting.Reservations.HOUR;
import static io.hapax.ledger.posting.Reservations.NOON;
import static io.hapax.ledger.posting.Reservations.capture;
import static io.hapax.ledger.posting.Reservations.event;
import static io.hapax.ledger.posting.Reservations.hold;
import static io.hapax.ledger.posting.Reservations.release;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.ledger.posting.LedgerInput;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PaymentResult;
import io.hapax.ledger.posting.PostingAnswer;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.PostingResult;
import io.hapax.ledger.posting.Requests;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reservations on a real database. Each test ends with the proof that the books agree. */
class BookReservationTest {
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

    @Test
    void shouldHoldMoveAndFreeMoneyAcrossBatches() throws SQLException {
        post(event("hold", hold("alice", "bob", 70), 1, NOON));
        assertEquals(List.of("100 70"), account("alice"));
        post(event("capture", capture("hold", "alice", 50, false), 2, NOON));
        assertEquals(List.of("50 0"), account("alice"));
        assertEquals(List.of("150 0"), account("bob"));
        post(event("late", release("hold", "alice"), 3, NOON));
        assertEquals(
                List.of("RESERVATION_CAPTURED"),
                FreshDatabase.rows(settings, "SELECT failure_reason FROM payments WHERE step = 'VOID'"));
        assertEquals(
                List.of("CAPTURED 20"),
                FreshDatabase.rows(settings, "SELECT how, released_minor FROM reservation_ends"));
    }

    @Test
    void shouldLetAsManyHoldsStandAsThereIsMoneyForWhenWritersRace() throws Exception {
        List<Callable<List<PostingAnswer>>> holds = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            PostingRequest request = event("hold " + i, hold("alice", "bob", 10), i, NOON);
            holds.add(() -> book.post(List.of(request)));
        }
        atOnce(holds);
        assertEquals(List.of("10"), FreshDatabase.rows(settings, "SELECT count(*) FROM open_reservations"));
        assertEquals(List.of("100 100"), account("alice"));
    }

    /** The creditor is named by the reservation alone, and another writer changes its balance meanwhile. */
    @Test
    void shouldCreditWhomTheReservationNamesWhileOthersPayIt() throws Exception {
        post(event("hold", hold("alice", "bob", 100, HOUR, true), 1, NOON));
        List<Callable<List<PostingAnswer>>> race = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            PostingRequest capture = event("capture " + i, capture("hold", "alice", 2, true), 2 + i, NOON);
            PostingRequest payment = Requests.onAnotherPartition(
                    event("payment " + i, new PaymentContent("carol", "bob", 2, "EUR", null), 2 + i, NOON));
            race.add(() -> book.post(List.of(capture)));
            race.add(() -> book.post(List.of(payment)));
        }
        atOnce(race);
        assertEquals(List.of("300 0"), account("bob"));
        assertEquals(List.of("0 0"), account("alice"));
    }

    /** Several clocks begin at once. Writers that held one while they wait for the row of another would stand still. */
    @Test
    void shouldBeginTheClocksOfPartitionsThatSeveralWritersMeetAtOnce() throws Exception {
        for (int i = 0; i < 100; i++) {
            int low = 2 * i;
            LedgerInput first = new LedgerInput.TimePassed(low, NOON);
            LedgerInput second = new LedgerInput.TimePassed(low + 1, NOON);
            atOnce(List.of(
                    () -> book.post(List.of(second)),
                    () -> book.post(List.of(first, second)),
                    () -> book.post(List.of(second, first)),
                    () -> book.post(List.of(first))));
        }
        assertEquals(List.of("200"), FreshDatabase.rows(settings, "SELECT count(*) FROM ledger_clocks"));
    }

    @Test
    void shouldHoldAndCaptureNearlyAllThatFitsIn64Bits() throws SQLException {
        // The system account owes the opening balances already.
        long most = Long.MAX_VALUE - 299;
        assertEquals(
                List.of("BALANCE_OVERFLOW", "COMPLETED", "BALANCE_OVERFLOW"),
                reasons(post(
                        event("too much", hold("system:EUR", "bob", most + 1), 1, NOON),
                        event("most", hold("system:EUR", "bob", most), 2, NOON),
                        event("one more", hold("system:EUR", "bob", 1), 3, NOON))));
        assertEquals(List.of("-300 " + most), account("system:EUR"));
        assertEquals(
                List.of("COMPLETED"),
                reasons(post(event("capture", capture("most", "system:EUR", most, false), 4, NOON))));
        assertEquals(List.of(Long.MIN_VALUE + " 0"), account("system:EUR"));
    }

    /** A command that no stream app accepts: what it says must be stored all the same. */
    @Test
    void shouldRecordHoldsOfTimesThatNoCalendarHas() throws SQLException {
        List<String> answers = new ArrayList<>();
        long offset = 0;
        for (long ms : new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE}) {
            for (long holdMs : new long[] {Long.MIN_VALUE, 0, Long.MAX_VALUE}) {
                answers.addAll(reasons(post(event(
                        "hold " + ++offset,
                        hold("alice", "bob", 1, Duration.ofMillis(holdMs), false),
                        offset,
                        Instant.ofEpochMilli(ms)))));
            }
        }
        assertEquals(Set.of("RESERVATION_EXPIRED", "INVALID_POSTING"), Set.copyOf(answers));
        assertEquals(List.of("100 0"), account("alice"));
        assertEquals(List.of("0"), FreshDatabase.rows(settings, "SELECT at_ms FROM ledger_clocks"));
    }

    @Test
    void shouldTakeOverTheTimesOfTheTablesOfVersionTwo() throws SQLException {
        DatabaseSettings old = FreshDatabase.empty(Sandbox.shared(Part.POSTGRES));
        Flyway.configure()
                .dataSource(old.url(), old.migrationUser(), old.migrationPassword())
                .table("ledger_schema_history")
                .target("2")
                .load()
                .migrate();
        try (Connection owner = FreshDatabase.asOwner(old);
                Statement sql = owner.createStatement()) {
            sql.execute("INSERT INTO accounts (id, currency, kind, overdraft_limit_minor) VALUES"
                    + " ('alice', 'EUR', 'CUSTOMER', 100), ('bob', 'EUR', 'CUSTOMER', 0)");
            sql.execute(
                    "INSERT INTO payments SELECT gen_random_uuid(), 'shop', 'old ' || p || '/' || t, 'alice', 'bob',"
                            + " 500, 'EUR', NULL, 'FAILED', 'INSUFFICIENT_FUNDS', 'alice', NULL, 1, t, 0, 0, p, t"
                            + " FROM unnest(ARRAY[0, 7]) p, unnest(ARRAY[-5, 1000, 2000, 9223372036854775807]) t");
        }
        new BookSchema(old).migrate();
        assertEquals(List.of("0 2000", "7 2000"), FreshDatabase.rows(old, "TABLE ledger_clocks ORDER BY 1"));
        try (HikariDataSource pool = old.pool()) {
            new Book(pool).post(List.of(event("hold", hold("alice", "bob", 70), 9_000, NOON)));
        }
        assertEquals(
                List.of("0 70"),
                FreshDatabase.rows(old, "SELECT balance_minor, held_minor FROM accounts WHERE id = 'alice'"));
        assertEquals(List.of(), FreshDatabase.contradictions(old));
    }

    @Test
    void shouldFreeIdleHoldsOfThePartitionWhoseTimeIsTold() throws SQLException {
        post(event("hold", hold("alice", "bob", 70), 1, NOON));
        post(new LedgerInput.TimePassed(1, NOON.plus(HOUR)));
        assertEquals(List.of("100 70"), account("alice"));
        post(new LedgerInput.TimePassed(0, NOON.plus(HOUR)));
        assertEquals(List.of("100 0"), account("alice"));
        assertEquals(
                List.of("RESERVATION_EXPIRED"),
                reasons(post(event("capture", capture("hold", "alice", 70, false), 2, NOON))));
    }

    @Test
    void shouldSeeInALaterBatchThatMoneyIsFreeAgain() throws SQLException {
        post(event("hold", hold("alice", "bob", 70), 1, NOON));
        Instant later = NOON.plus(HOUR);
        assertEquals(
                List.of("COMPLETED"),
                reasons(post(event("rent", new PaymentContent("alice", "carol", 100, "EUR", null), 2, later))));
    }

    private static void atOnce(List<Callable<List<PostingAnswer>>> writes) throws Exception {
        try (ExecutorService writers = Executors.newFixedThreadPool(4)) {
            for (Future<List<PostingAnswer>> each : writers.invokeAll(writes)) {
                each.get();
            }
        }
    }

    private List<PostingAnswer> post(LedgerInput... inputs) throws SQLException {
        return book.post(List.of(inputs));
    }

    private static List<String> reasons(List<PostingAnswer> answers) {
        return answers.stream()
                .map(answer ->
                        ((PostingResult.Settled) answer.result()).payment().settlement())
                .map(settlement -> settlement instanceof PaymentResult.Failed failed
                        ? failed.reason().name()
                        : "COMPLETED")
                .toList();
    }

    private List<String> account(String id) throws SQLException {
        return FreshDatabase.rows(settings, "SELECT balance_minor, held_minor FROM accounts WHERE id = '" + id + "'");
    }
}
