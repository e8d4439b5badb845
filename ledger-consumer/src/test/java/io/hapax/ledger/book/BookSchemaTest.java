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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the database itself refuses, and how the tables get there. */
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
                "TRUNCATE payments CASCADE"
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
                        settings, "SELECT count(*) FROM ledger_schema_history WHERE success" + " AND version = '1'"));
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
