package io.hapax.ledger.book;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.ledger.posting.Requests;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of the refusals of the database itself, and of the migrations that create its tables.
 *
 * <p>More than 300 lines: its refusals are rows of one table, held against one database.
 */
class BookSchemaTest {
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE entries SET amount_minor = amount_minor + 1",
                "DELETE FROM entries",
                "TRUNCATE entries",
                "UPDATE payments SET status = 'FAILED', failure_reason = 'INSUFFICIENT_FUNDS'",
                "DELETE FROM payments",
                "TRUNCATE payments CASCADE",
                "DELETE FROM accounts",
                "TRUNCATE accounts CASCADE",
                "UPDATE accounts SET currency = 'USD'",
                "UPDATE accounts SET overdraft_limit_minor = 1000000",
                "DROP TABLE entries",
                "ALTER TABLE entries DISABLE TRIGGER ALL"
            })
    void shouldRefuseToChangeWhatIsRecorded(String statement) throws SQLException {
        DatabaseSettings settings = FreshDatabase.migrated();
        try (HikariDataSource database = settings.pool();
                Connection asLedger = database.getConnection();
                Statement sql = asLedger.createStatement()) {
            new Accounts(database, Clock.systemUTC())
                    .open(List.of(AccountTerms.customer("alice", "EUR", 100), AccountTerms.customer("bob", "EUR", 0)));
            new Book(database).post(List.of(Requests.post("rent", Requests.payment("alice", "bob", 30), 1)));
            assertEquals(
                    INSUFFICIENT_PRIVILEGE,
                    assertThrows(SQLException.class, () -> sql.execute(statement))
                            .getSQLState());
        }
        assertEquals(List.of(), FreshDatabase.contradictions(settings));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE entries SET amount_minor = amount_minor + 1",
                "DELETE FROM entries",
                "TRUNCATE entries",
                "DELETE FROM payments",
                "TRUNCATE payments CASCADE",
                "DELETE FROM accounts",
                "UPDATE accounts SET id = id || '2'",
                "UPDATE accounts SET currency = 'USD'",
                "UPDATE accounts SET kind = 'SYSTEM'",
                "UPDATE accounts SET overdraft_limit_minor = 1000000",
                "UPDATE accounts SET opening_balance_minor = 1",
                "UPDATE accounts SET opened_at = now()"
            })
    void shouldStopAnAccidentOfTheOwnerToo(String statement) throws SQLException {
        DatabaseSettings settings = FreshDatabase.migrated();
        try (Connection asOwner = FreshDatabase.asOwner(settings);
                Statement sql = asOwner.createStatement()) {
            assertEquals(
                    INSUFFICIENT_PRIVILEGE,
                    assertThrows(SQLException.class, () -> sql.execute(statement))
                            .getSQLState());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status = 'OPEN', closed_at = NULL",
                "status = 'OPEN'",
                "closed_at = NULL",
                "closed_at = now() - interval '1 year'",
                "status = 'CLOSED', closed_at = now()"
            })
    void shouldKeepAClosedAccountClosedForGood(String change) throws SQLException {
        DatabaseSettings settings = FreshDatabase.migrated();
        try (HikariDataSource database = settings.pool()) {
            open(database, "alice");
            new Accounts(database, Clock.systemUTC()).close("alice");
            String reopening = "UPDATE accounts SET " + change + " WHERE id = 'alice'";
            assertRefused(INSUFFICIENT_PRIVILEGE, database, reopening);
            try (Connection asOwner = FreshDatabase.asOwner(settings);
                    Statement sql = asOwner.createStatement()) {
                assertEquals(
                        INSUFFICIENT_PRIVILEGE,
                        assertThrows(SQLException.class, () -> sql.execute(reopening))
                                .getSQLState());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "system:GBP, GBP, CUSTOMER",
        "system:SEK, EUR, SYSTEM",
        "system:eur, EUR, SYSTEM",
        "system:, EUR, SYSTEM"
    })
    void shouldRefuseASystemAccountThatIsNotWhatItsNameSays(String id, String currency, String kind)
            throws SQLException {
        try (HikariDataSource database = FreshDatabase.migrated().pool()) {
            assertRefused(
                    "23514",
                    database,
                    "INSERT INTO accounts (id, currency, kind) VALUES ('%s', '%s', '%s')"
                            .formatted(id, currency, kind));
        }
    }

    @Test
    void shouldRefuseToCloseASystemAccount() throws SQLException {
        try (HikariDataSource database = FreshDatabase.migrated().pool()) {
            open(database, "alice");
            assertRefused(
                    "23514",
                    database,
                    "UPDATE accounts SET status = 'CLOSED', closed_at = now() WHERE id = 'system:EUR'");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "another payment, gen_random_uuid(), entry_id, carol, -30, 23503",
        "another account, payment_id, entry_id, carol, -30, 23503",
        "no account, payment_id, entry_id, nobody, -30, 23503",
        "another currency, payment_id, entry_id, dora, 30, 23503",
        "another id, payment_id, entry_id + 1, alice, -30, 23503",
        "another amount, payment_id, entry_id, alice, -31, 23503",
        "the other sign, payment_id, entry_id, alice, 30, 23503",
        "no amount, payment_id, entry_id, alice, 0, 23514"
    })
    void shouldRefuseAnEntryThatIsNoSideOfItsPayment(
            String what, String payment, String entryId, String account, long amountMinor, String refusal)
            throws SQLException {
        DatabaseSettings settings = FreshDatabase.migrated();
        try (HikariDataSource database = settings.pool()) {
            open(database, "alice", "bob", "carol");
            new Accounts(database, Clock.systemUTC()).open(List.of(AccountTerms.customer("dora", "USD", 0)));
            String creditor = account.equals("dora") ? "dora" : "bob";
            assertRefused(refusal, database, """
                    INSERT INTO payments (payment_id, client_id, idempotency_key, debtor_account, creditor_account,
                                          amount_minor, currency, status, entry_id, attempt, accepted_at_ms)
                    VALUES (gen_random_uuid(), 'client', 'rent', 'alice', '%s', 30, 'EUR', 'COMPLETED', 1000, 1, 0);
                    INSERT INTO entries (payment_id, entry_id, account_id, amount_minor, balance_after_minor)
                    SELECT %s, %s, '%s', %d, 0 FROM payments WHERE idempotency_key = 'rent'
                    """.formatted(creditor, payment, entryId, account, amountMinor));
        }
        assertEquals(List.of(), FreshDatabase.contradictions(settings));
    }

    @ParameterizedTest
    @CsvSource({"alice, -30", "bob, 30"})
    void shouldRefuseASecondEntryOfAPaymentOnAnAccount(String account, long amountMinor) throws SQLException {
        DatabaseSettings settings = FreshDatabase.migrated();
        try (HikariDataSource database = settings.pool()) {
            open(database, "alice", "bob");
            new Book(database).post(List.of(Requests.post("rent", Requests.payment("alice", "bob", 30), 1)));
            String entry = "INSERT INTO entries (payment_id, entry_id, account_id, amount_minor, balance_after_minor)"
                    + " SELECT payment_id, %s, '" + account + "', " + amountMinor
                    + ", 0 FROM payments WHERE client_id <> 'hapax/opening'";
            assertRefused("23505", database, entry.formatted("entry_id"));
            assertRefused("23503", database, entry.formatted("nextval('entry_ids')"));
        }
        assertEquals(List.of(), FreshDatabase.contradictions(settings));
    }

    @Test
    void shouldRefuseEntriesOfAFailedPayment() throws SQLException {
        DatabaseSettings settings = FreshDatabase.migrated();
        try (HikariDataSource database = settings.pool()) {
            open(database, "alice", "bob");
            new Book(database).post(List.of(Requests.post("car", Requests.payment("alice", "bob", 500), 1)));
            assertRefused(
                    "23503",
                    database,
                    "INSERT INTO entries (payment_id, entry_id, account_id, amount_minor,"
                            + " balance_after_minor) SELECT payment_id, 1000, 'alice', -500, 0 FROM payments WHERE status ="
                            + " 'FAILED'");
        }
    }

    /** A table of the session's own is found before those of the book. */
    @Test
    void shouldNotBeFooledByTemporaryTables() throws SQLException {
        DatabaseSettings settings = FreshDatabase.migrated();
        try (HikariDataSource database = settings.pool();
                Connection connection = database.getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute("CREATE TEMP TABLE payments AS SELECT gen_random_uuid() AS payment_id, 1 AS entry_id,"
                    + " 'alice' AS debtor_account, 'bob' AS creditor_account, 1 AS amount_minor, 'EUR' AS currency");
            sql.execute("CREATE TEMP TABLE accounts AS SELECT 'alice' AS id, 'EUR' AS currency");
            assertEquals(
                    "23503",
                    assertThrows(
                                    SQLException.class,
                                    () -> sql.execute("INSERT INTO public.entries SELECT 1, payment_id, 'alice', -1, 0"
                                            + " FROM payments"))
                            .getSQLState());
        }
    }

    private static void open(HikariDataSource database, String... accounts) throws SQLException {
        new Accounts(database, Clock.systemUTC())
                .open(Stream.of(accounts)
                        .map(account -> AccountTerms.customer(account, "EUR", 100))
                        .toList());
    }

    private static void assertRefused(String state, HikariDataSource database, String statement) throws SQLException {
        try (Connection asLedger = database.getConnection();
                Statement sql = asLedger.createStatement()) {
            assertEquals(
                    state,
                    assertThrows(SQLException.class, () -> sql.execute(statement))
                            .getSQLState());
        }
    }

    @Test
    void shouldLetManyInstancesCreateTheTablesAtOnce() throws Exception {
        DatabaseSettings settings = FreshDatabase.empty(Sandbox.shared(Part.POSTGRES));
        Callable<Void> migration = () -> {
            new BookSchema(settings).migrate();
            return null;
        };
        try (ExecutorService instances = Executors.newFixedThreadPool(4)) {
            for (Future<Void> each : instances.invokeAll(List.of(migration, migration, migration, migration))) {
                each.get();
            }
        }
        assertEquals(
                List.of("1"),
                FreshDatabase.rows(
                        settings, "SELECT count(*) FROM ledger_schema_history WHERE success AND version = '1'"));
    }

    /** Version 1 let an account take the name of a system account: its payments must not stop the ledger afterwards. */
    @Test
    void shouldUpgradeTheTablesOfVersionOneAndPostToAllTheirAccounts() throws SQLException {
        DatabaseSettings settings = FreshDatabase.empty(Sandbox.shared(Part.POSTGRES));
        Flyway.configure()
                .dataSource(settings.url(), settings.migrationUser(), settings.migrationPassword())
                .table("ledger_schema_history")
                .target("1")
                .load()
                .migrate();
        try (Connection owner = FreshDatabase.asOwner(settings);
                Statement sql = owner.createStatement()) {
            sql.execute("INSERT INTO accounts (id, currency, kind, overdraft_limit_minor) VALUES"
                    + " ('system:EUR', 'EUR', 'CUSTOMER', 100), ('bob', 'EUR', 'CUSTOMER', 0)");
        }
        new BookSchema(settings).migrate();
        try (HikariDataSource database = settings.pool()) {
            new Book(database).post(List.of(Requests.post("rent", Requests.payment("system:EUR", "bob", 30), 1)));
        }
        assertEquals(
                List.of("bob 30", "system:EUR -30"),
                FreshDatabase.rows(settings, "SELECT id, balance_minor FROM accounts ORDER BY id"));
        assertEquals(List.of(), FreshDatabase.contradictions(settings));
    }

    /** The role of this server is there already, and a plain owner may not give it to anybody. */
    @Test
    void shouldSayWhatAnOwnerMustBeGivenInsteadOfTryingForEver() throws SQLException {
        DatabaseSettings settings = FreshDatabase.ownedByAPlainUser();
        UnfitDatabaseException refused =
                assertThrows(UnfitDatabaseException.class, () -> new BookSchema(settings).migrate());
        assertTrue(
                refused.getMessage().contains("GRANT hapax_ledger TO \"" + settings.user() + "\""),
                refused.getMessage());

        FreshDatabase.asSuperuser(
                settings, "CREATE ROLE hapax_ledger NOLOGIN", "GRANT hapax_ledger TO \"" + settings.user() + "\"");
        new BookSchema(settings).migrate();
        try (HikariDataSource database = settings.pool()) {
            open(database, "alice");
        }
    }

    @ParameterizedTest
    @CsvSource({"off, on", "local, on", "remote_apply, remote_apply"})
    void shouldCommitToDiskWhateverTheDatabaseIsSetTo(String set, String used) throws SQLException {
        DatabaseSettings settings = FreshDatabase.migrated();
        try (Connection owner = FreshDatabase.asOwner(settings);
                Statement sql = owner.createStatement()) {
            sql.execute("ALTER DATABASE " + owner.getCatalog() + " SET synchronous_commit = " + set);
        }
        try (HikariDataSource database = settings.pool();
                Connection connection = database.getConnection();
                Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery("SHOW synchronous_commit")) {
            row.next();
            assertEquals(used, row.getString(1));
        }
    }

    @Test
    void shouldRefuseTablesOfANewerProgram() throws SQLException {
        DatabaseSettings settings = FreshDatabase.migrated();
        try (Connection owner = FreshDatabase.asOwner(settings);
                Statement sql = owner.createStatement()) {
            sql.execute("INSERT INTO ledger_schema_history (installed_rank, version, description, type, script,"
                    + " installed_by, execution_time, success) VALUES (99, '99', 'future', 'SQL', 'V99__future.sql',"
                    + " 'someone', 1, true)");
        }
        UnfitDatabaseException refused =
                assertThrows(UnfitDatabaseException.class, () -> new BookSchema(settings).migrate());
        assertTrue(refused.getMessage().contains("refuses to run"), refused.getMessage());
    }
}
