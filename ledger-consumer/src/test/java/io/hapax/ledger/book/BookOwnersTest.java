package io.hapax.ledger.book;

import static io.hapax.ledger.posting.Requests.payment;
import static io.hapax.ledger.posting.Requests.post;
import static io.hapax.ledger.posting.Reservations.NOON;
import static io.hapax.ledger.posting.Reservations.capture;
import static io.hapax.ledger.posting.Reservations.event;
import static io.hapax.ledger.posting.Reservations.hold;
import static io.hapax.ledger.posting.Reservations.release;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.ledger.book.AccountOwners.Reason;
import io.hapax.ledger.posting.Owners;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.Reservations;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Owners of accounts on a real database. The client that asks for payments is {@code shop}. Each test ends with the
 * proof that the books agree.
 *
 * <p>More than 300 lines: all tests share one small world of three accounts and two clients.
 */
class BookOwnersTest {
    private static final Reason WHY = new Reason("sold", "ann");
    private static final String SHOP = Reservations.CLIENT;

    private DatabaseSettings settings;
    private HikariDataSource database;
    private HikariDataSource asOwner;
    private AccountOwners owners;
    private long offset;

    /** Alice is the shop's, bob another's, and nobody owns carol. */
    @BeforeEach
    void openAccounts() throws SQLException {
        settings = FreshDatabase.migrated();
        database = settings.pool();
        asOwner = new DatabaseSettings(
                        settings.url(),
                        settings.migrationUser(),
                        settings.migrationPassword(),
                        settings.migrationUser(),
                        settings.migrationPassword(),
                        4,
                        settings.statementTimeout())
                .pool();
        owners = new AccountOwners(asOwner);
        new Accounts(asOwner, Clock.systemUTC())
                .open(
                        List.of(
                                AccountTerms.customer("alice", "EUR", 100),
                                AccountTerms.customer("bob", "EUR", 100),
                                AccountTerms.customer("carol", "EUR", 100)),
                        Map.of("alice", list(SHOP), "bob", list("other")),
                        "ann");
    }

    @AfterEach
    void close() throws SQLException {
        database.close();
        asOwner.close();
        assertEquals(List.of(), FreshDatabase.contradictions(settings));
    }

    @Test
    void shouldLetOwnersAloneDebitAndAnybodyCredit() throws SQLException {
        assertEquals(
                List.of("COMPLETED", "NOT_ALLOWED bob", "COMPLETED", "COMPLETED", "NOT_ALLOWED bob", "COMPLETED"),
                posted(
                        next("to bob", payment("alice", "bob", 10)),
                        next("from bob", payment("bob", "alice", 10)),
                        next("from carol", payment("carol", "bob", 10)),
                        next("hold alice", hold("alice", "bob", 10)),
                        next("hold bob", hold("bob", "alice", 10)),
                        next("hold carol", hold("carol", "alice", 10))));
    }

    @Test
    void shouldRefuseAccountsThatNobodyOwnsIfTheSettingSaysSo() throws SQLException {
        Book strict = new Book(database, Owners.NOBODY, ends -> {});
        assertEquals(
                List.of("COMPLETED", "NOT_ALLOWED carol"),
                strict
                        .post(List.of(
                                next("from alice", payment("alice", "carol", 1)),
                                next("from carol", payment("carol", "alice", 1))))
                        .stream()
                        .map(Reservations::result)
                        .toList());
    }

    @Test
    void shouldFollowAChangeFromThenOnAndKeepWhatWasPromisedBefore() throws SQLException {
        assertEquals(
                List.of("COMPLETED", "COMPLETED"),
                posted(next("before", payment("alice", "bob", 10)), next("hold", hold("alice", "bob", 20))));
        assertEquals(list("other"), owners.change("alice", List.of("other"), List.of(SHOP), WHY));
        assertEquals(
                List.of("NOT_ALLOWED alice", "NOT_ALLOWED alice", "COMPLETED"),
                posted(
                        next("after", payment("alice", "bob", 10)),
                        next("hold again", hold("alice", "bob", 20)),
                        next("capture", capture("hold", "alice", 15, false))));
        owners.change("alice", List.of(SHOP), List.of(), WHY);
        assertEquals(List.of("COMPLETED"), posted(next("mine again", payment("alice", "bob", 1))));
    }

    /** A voiding gives back what was held: it takes money from nobody. */
    @Test
    void shouldLetAFormerOwnerFreeWhatItHolds() throws SQLException {
        posted(next("hold", hold("alice", "bob", 20)));
        owners.change("alice", List.of("other"), List.of(SHOP), WHY);
        assertEquals(List.of("COMPLETED"), posted(next("void", release("hold", "alice"))));
    }

    @Test
    void shouldPostOpeningBalancesFromASystemAccountThatHasAnOwner() throws SQLException {
        owners.change("system:EUR", List.of("treasury"), List.of(), WHY);
        assertEquals(List.of("NOT_ALLOWED system:EUR"), posted(next("mint", payment("system:EUR", "alice", 10))));
        new Accounts(database, Clock.systemUTC()).open(List.of(AccountTerms.customer("dave", "EUR", 5)));
    }

    @Test
    void shouldRecordEachChangeWithWhoWasLoggedInAndTakeNothingForAChange() throws SQLException {
        owners.change("carol", List.of("x.y_z-1", "A"), List.of(), WHY);
        owners.change("carol", List.of("A"), List.of(), WHY);
        assertEquals(Optional.of(list("A", "x.y_z-1")), owners.disown("carol", new Reason("free \u0000", "bea")));
        assertEquals(Optional.empty(), owners.disown("carol", WHY));
        assertEquals(
                List.of("1 null [A, x.y_z-1] sold ann", "2 [A, x.y_z-1] null free \u0000 bea"),
                owners.history("carol").stream()
                        .map(change -> "%d %s %s %s %s"
                                .formatted(
                                        change.number(),
                                        ids(change.before()),
                                        ids(change.after()),
                                        change.reason(),
                                        change.changedBy()))
                        .toList());
        assertEquals(
                List.of(settings.migrationUser()),
                owners.history("carol").stream()
                        .map(OwnerChange::databaseUser)
                        .distinct()
                        .toList());
    }

    @Test
    void shouldRefuseChangesThatLeaveNobodyOrMeanNothing() {
        refused("bob", List.of(), List.of("other"));
        refused("bob", List.of(), List.of(SHOP));
        refused("nobody", List.of(SHOP), List.of());
        List<String> many = new ArrayList<>();
        for (int i = 0; i < OwnerList.MOST; i++) {
            many.add("client-" + i);
        }
        assertThrows(IllegalArgumentException.class, () -> owners.change("bob", many, List.of(), WHY));
        assertThrows(IllegalArgumentException.class, () -> owners.change("bob", List.of("a b"), List.of(), WHY));
        assertThrows(IllegalArgumentException.class, () -> owners.change("bob", List.of(""), List.of(), WHY));
        assertThrows(
                IllegalArgumentException.class, () -> owners.change("bob", List.of("x".repeat(65)), List.of(), WHY));
    }

    private void refused(String account, List<String> add, List<String> remove) {
        assertThrows(AccountRefusedException.class, () -> owners.change(account, add, remove, WHY));
    }

    @Test
    void shouldRefuseOwnersThatNoRecordTellsOfToWhoeverOwnsTheTablesToo() throws SQLException {
        for (String statement : List.of(
                "UPDATE accounts SET owners = '{other}' WHERE id = 'alice'",
                "UPDATE accounts SET owners = NULL WHERE id = 'alice'",
                "UPDATE accounts SET owners = '{shop}' WHERE id = 'carol'",
                "INSERT INTO accounts (id, currency, kind, owners) VALUES ('eve', 'EUR', 'CUSTOMER', '{eve}')",
                "UPDATE account_owner_changes SET reason = 'other'",
                "DELETE FROM account_owner_changes",
                "TRUNCATE account_owner_changes")) {
            assertEquals("42501", refusal(asOwner, statement), statement);
        }
        for (String after : List.of(
                "{}",
                "{a,b,a}",
                "{b,a}",
                "{a,NULL}",
                "{\"a b\"}",
                "{\"a\n\"}",
                "{{a,b},{c,d}}",
                "[0:0]={a}",
                "{shop}")) {
            assertEquals("23514", refusal(asOwner, change("alice", "'{shop}'", after)), after);
        }
        assertEquals("23514", refusal(asOwner, change("alice", "'{other}'", "{a}")));
        assertEquals("23514", refusal(asOwner, change("alice", "NULL", "{a}")));
        assertEquals("23503", refusal(asOwner, change("nobody", "NULL", "{a}")));
    }

    private static String change(String account, String before, String after) {
        return "INSERT INTO account_owner_changes (account_id, before, after, reason, changed_by) VALUES ('" + account
                + "', " + before + ", '" + after + "', 'why', 'ann')";
    }

    @Test
    void shouldGiveWhoRunsTheLedgerNoRightToOwners() throws SQLException {
        for (String statement : List.of(
                change("carol", "NULL", "{x}"),
                "UPDATE accounts SET owners = NULL",
                "INSERT INTO accounts (id, currency, kind, owners) VALUES ('eve', 'EUR', 'CUSTOMER', NULL)")) {
            assertEquals("42501", refusal(database, statement), statement);
        }
    }

    /** So a program that knows no owners waits, and is replaced, instead of paying. */
    @Test
    void shouldRefuseToWriteWhatNoOwnerAskedFor() throws SQLException {
        String columns =
                "INSERT INTO payments (payment_id, client_id, idempotency_key, debtor_account, creditor_account,"
                        + " amount_minor, currency, status, entry_id, attempt, accepted_at_ms, command_partition,"
                        + " command_offset, event_partition, event_offset, step, hold_ms, multiple) VALUES";
        String id = "'00000000-0000-0000-0000-000000000001'";
        String paid =
                "INSERT INTO entries VALUES (1000, %s, 'bob', -1, 99), (1000, %s, 'alice', 1, 101)".formatted(id, id);
        try (Connection asLedger = database.getConnection();
                Statement sql = asLedger.createStatement()) {
            asLedger.setAutoCommit(false);
            for (String client : List.of("other", SHOP)) {
                sql.execute(
                        columns + " (" + id + ", '" + client + "', 'k', 'bob', 'alice', 1, 'EUR', 'COMPLETED', 1000,"
                                + " 1, 0, 0, 0, 0, 0, NULL, NULL, NULL)");
                assertEquals(client.equals(SHOP) ? "23503" : "", refusal(sql, paid));
                asLedger.rollback();
                sql.execute(
                        columns + " (" + id + ", '" + client + "', 'k', 'bob', 'alice', 1, 'EUR', 'COMPLETED', NULL,"
                                + " 1, 0, 0, 0, 0, 0, 'RESERVE', 60000, false)");
                assertEquals(
                        client.equals(SHOP) ? "23503" : "",
                        refusal(
                                sql,
                                "INSERT INTO open_reservations VALUES (" + id + ", '" + client
                                        + "', 0, 'bob', 'alice', 'EUR', 1, 60000, false)"));
                asLedger.rollback();
            }
        }
    }

    /** What is over when a payment is read is over for it; what comes after is not. */
    @Test
    void shouldPutChangesAndPaymentsAtOnceIntoOneOrder() throws Exception {
        List<Callable<Object>> work = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String client = "client-" + i;
            PostingRequest rent = next("rent-" + i, payment("alice", "bob", 1));
            work.add(() -> owners.change("alice", List.of(client), List.of(), WHY));
            work.add(() -> new Book(database).post(List.of(rent)));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (Future<Object> each : threads.invokeAll(work)) {
                each.get();
            }
        }
        assertEquals(9, owners.history("alice").size());
        assertEquals(
                List.of("8"), FreshDatabase.rows(settings, "SELECT count(*) FROM payments WHERE client_id = 'shop'"));
    }

    private static String refusal(HikariDataSource who, String statement) throws SQLException {
        try (Connection connection = who.getConnection();
                Statement sql = connection.createStatement()) {
            return refusal(sql, statement);
        }
    }

    /** The state of the error; empty if there is none. */
    private static String refusal(Statement sql, String statement) {
        try {
            sql.execute(statement);
            return "";
        } catch (SQLException refused) {
            return refused.getSQLState();
        }
    }

    private List<String> posted(PostingRequest... requests) throws SQLException {
        return new Book(database)
                .post(List.of(requests)).stream().map(Reservations::result).toList();
    }

    private PostingRequest next(String key, PaymentContent content) {
        offset++;
        return content.step() == null ? post(key, content, offset) : event(key, content, offset, NOON);
    }

    private static OwnerList list(String... clients) {
        return new OwnerList(List.of(clients));
    }

    private static @Nullable List<String> ids(@Nullable OwnerList owners) {
        return owners == null ? null : owners.clientIds();
    }
}
