package io.hapax.ledger.book;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * The tables of the book, brought to this program's version.
 *
 * <p>Any number of instances may do so at once: the first one holds Flyway's lock, the others wait and find the work
 * done.
 */
public final class BookSchema {
    /** Role with exactly the rights that the ledger needs; whoever runs the ledger is a member of it. */
    public static final String ROLE = "hapax_ledger";

    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private final DatabaseSettings database;

    public BookSchema(DatabaseSettings database) {
        this.database = database;
    }

    /**
     * Creates or upgrades the tables as the user that owns them, and lets the user that runs the ledger use them.
     *
     * @throws SQLException if the database can't be reached or fails: try again
     * @throws UnfitDatabaseException if the tables are newer than this program, or changed by hand, or if their owner
     *     lacks a right that no waiting brings
     */
    public void migrate() throws SQLException {
        try {
            migrateAndLetUse();
        } catch (SQLException fault) {
            if (!INSUFFICIENT_PRIVILEGE.equals(fault.getSQLState())) throw fault;
            throw lacksRights(fault);
        }
    }

    private void migrateAndLetUse() throws SQLException {
        try {
            Flyway.configure()
                    .dataSource(database.url(), database.migrationUser(), database.migrationPassword())
                    .table("ledger_schema_history")
                    // Flyway's own default passes over versions that it doesn't know. This program must not write into
                    // them.
                    .ignoreMigrationPatterns(new String[0])
                    .load()
                    .migrate();
        } catch (FlywayException refused) {
            throw faultOrRefusal(refused);
        }
        letUse(database.user());
    }

    private UnfitDatabaseException lacksRights(SQLException refusal) {
        return new UnfitDatabaseException(
                "The database user " + database.migrationUser()
                        + " (migration.user) has not the rights to make the tables"
                        + " of the ledger: " + refusal.getMessage() + ". It must own the database. If it may not create"
                        + " roles, a superuser must once run: CREATE ROLE " + ROLE + " NOLOGIN; GRANT " + ROLE
                        + " TO \""
                        + database.user() + "\"",
                refusal);
    }

    private static SQLException faultOrRefusal(FlywayException refused) {
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException fault) return fault;
        }
        throw new UnfitDatabaseException(
                "The tables of the ledger do not fit this program, which therefore refuses to run: "
                        + refused.getMessage(),
                refused);
    }

    private void letUse(String runUser) throws SQLException {
        try (Connection connection =
                DriverManager.getConnection(database.url(), database.migrationUser(), database.migrationPassword())) {
            if (isMember(connection, runUser)) return;
            try (Statement grant = connection.createStatement()) {
                grant.execute("GRANT " + ROLE + " TO " + grant.enquoteIdentifier(runUser, true));
            }
        }
    }

    private static boolean isMember(Connection connection, String user) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT pg_has_role(?, ?, 'USAGE')")) {
            query.setString(1, user);
            query.setString(2, ROLE);
            try (ResultSet row = query.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
