package io.hapax.ledger.book;

import io.hapax.ledger.posting.ReservationLogs;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * An empty database of its own in a sandbox's PostgreSQL, and a login user for the ledger with no rights but to log
 * in.
 */
public final class FreshDatabase {
    public static final String LEDGER_USER = "ledger_app";
    private static final String LEDGER_PASSWORD = "ledger";
    private static final String DUPLICATE_OBJECT = "42710";
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Map<Sandbox, DatabaseSettings> TEMPLATES = new HashMap<>();

    private FreshDatabase() {}

    /** Without any tables. */
    public static DatabaseSettings empty(Sandbox sandbox) throws SQLException {
        return created(sandbox, "");
    }

    private static DatabaseSettings created(Sandbox sandbox, String template) throws SQLException {
        String name = "ledger_" + ProcessHandle.current().pid() + "_" + COUNT.incrementAndGet();
        try (Connection connection =
                        DriverManager.getConnection(sandbox.jdbcUrl(), sandbox.user(), sandbox.password());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + template);
            statement.execute("""
                    DO $$ BEGIN
                        CREATE ROLE ledger_app LOGIN PASSWORD 'ledger';
                    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
                    """);
        }
        String url = sandbox.jdbcUrl().replaceFirst("/[^/?]*(?=$|\\?)", "/" + name);
        return new DatabaseSettings(
                url, LEDGER_USER, LEDGER_PASSWORD, sandbox.user(), sandbox.password(), 4, Duration.ofSeconds(30));
    }

    /** Another database with what is in this one, to which nobody may be connected. */
    public static DatabaseSettings copyOf(Sandbox sandbox, DatabaseSettings original) throws SQLException {
        return created(sandbox, " TEMPLATE " + name(original));
    }

    private static String name(DatabaseSettings settings) {
        return settings.url().replaceFirst(".*/([^/?]*)(\\?.*)?$", "$1");
    }

    /**
     * Without any tables, and owned by a user that may do nothing but own it; run by another that is new to the
     * server.
     */
    public static DatabaseSettings ownedByAPlainUser() throws SQLException {
        DatabaseSettings bySuperuser = empty(Sandbox.shared(Part.POSTGRES));
        String name = name(bySuperuser);
        asSuperuser(
                bySuperuser,
                "CREATE ROLE " + name + "_owner LOGIN PASSWORD 'owner'",
                "CREATE ROLE " + name + "_app LOGIN PASSWORD 'ledger'",
                "ALTER DATABASE " + name + " OWNER TO " + name + "_owner");
        return new DatabaseSettings(
                bySuperuser.url(), name + "_app", LEDGER_PASSWORD, name + "_owner", "owner", 4, Duration.ofSeconds(30));
    }

    /** Runs statements as the sandbox's superuser; what exists already may be created again. */
    static void asSuperuser(DatabaseSettings settings, String... statements) throws SQLException {
        Sandbox sandbox = Sandbox.shared(Part.POSTGRES);
        try (Connection connection = DriverManager.getConnection(settings.url(), sandbox.user(), sandbox.password());
                Statement sql = connection.createStatement()) {
            for (String statement : statements) {
                try {
                    sql.execute(statement);
                } catch (SQLException refused) {
                    if (!DUPLICATE_OBJECT.equals(refused.getSQLState())) throw refused;
                }
            }
        }
    }

    /** With the tables of the book. They are made once for a sandbox, and copied. */
    public static DatabaseSettings migrated(Sandbox sandbox) throws SQLException {
        DatabaseSettings template;
        synchronized (TEMPLATES) {
            template = TEMPLATES.get(sandbox);
            if (template == null) {
                template = empty(sandbox);
                new BookSchema(template).migrate();
                TEMPLATES.put(sandbox, template);
            }
            return copyOf(sandbox, template);
        }
    }

    public static DatabaseSettings migrated() throws SQLException {
        return migrated(Sandbox.shared(Part.POSTGRES));
    }

    /** Those that events about reservations name, with 100 each. */
    static void openAccountsOfReservations(DataSource database) throws SQLException {
        new Accounts(database, Clock.systemUTC())
                .open(ReservationLogs.ACCOUNTS.stream()
                        .map(id -> AccountTerms.customer(id, "EUR", 100))
                        .toList());
    }

    /** Rows of a query, asked as the owner, columns joined with a space. */
    public static List<String> rows(DatabaseSettings settings, String query) throws SQLException {
        try (Connection connection = asOwner(settings);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                List<String> columns = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) columns.add(rows.getString(i));
                found.add(String.join(" ", columns));
            }
            return found;
        }
    }

    public static Connection asOwner(DatabaseSettings settings) throws SQLException {
        return DriverManager.getConnection(settings.url(), settings.migrationUser(), settings.migrationPassword());
    }

    /** The contradictions in the book. Empty when there are none. */
    public static List<String> contradictions(DatabaseSettings settings) throws SQLException {
        return rows(settings, "SELECT * FROM ledger_check()");
    }
}
