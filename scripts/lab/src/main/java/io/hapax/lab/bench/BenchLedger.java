package io.hapax.lab.bench;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.ledger.book.AccountTerms;
import io.hapax.ledger.book.Accounts;
import io.hapax.ledger.book.BookSchema;
import io.hapax.ledger.book.DatabaseSettings;
import io.hapax.sandbox.Sandbox;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The ledger's tables on a durable PostgreSQL (fsync and synchronous_commit on). No account runs out of money. */
record BenchLedger(DatabaseSettings settings) {
    private static final String CURRENCY = "EUR";
    private static final long OPENING_MINOR = 1_000_000_000;

    /** Makes the tables, the accounts that numbered commands name, and these. */
    static BenchLedger open(Sandbox sandbox, String... furtherAccounts) throws SQLException {
        DatabaseSettings settings = new DatabaseSettings(
                sandbox.jdbcUrl() + "?reWriteBatchedInserts=true",
                sandbox.user(),
                sandbox.password(),
                sandbox.user(),
                sandbox.password(),
                2,
                Duration.ofSeconds(30));
        new BookSchema(settings).migrate();
        List<AccountTerms> terms = new ArrayList<>();
        for (String account : furtherAccounts) {
            terms.add(AccountTerms.customer(account, CURRENCY, 0));
        }
        for (int i = 0; i < NumberedCommands.ACCOUNTS; i++) {
            terms.add(AccountTerms.customer(NumberedCommands.account(i), CURRENCY, OPENING_MINOR));
        }
        try (HikariDataSource database = settings.pool()) {
            new Accounts(database, Clock.systemUTC()).open(terms);
        }
        return new BenchLedger(settings);
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(settings.url(), settings.user(), settings.password());
    }

    /** Payments that the client's commands led to, opening balances not among them. */
    long completedPayments() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT count(*) FROM payments WHERE status = 'COMPLETED' AND client_id LIKE 'client-%'")) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Fails if the books are wrong. A rate with wrong books would prove nothing. */
    void refuseIfContradicted() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT violated, subject FROM ledger_check()")) {
            if (row.next()) {
                throw new IllegalStateException("the books are wrong: " + row.getString(1) + ", " + row.getString(2));
            }
        }
    }
}
