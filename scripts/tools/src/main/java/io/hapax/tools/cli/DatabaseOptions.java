package io.hapax.tools.cli;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.ledger.book.DatabaseSettings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Options that connect a command to the ledger's database. */
public final class DatabaseOptions {
    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(30);
    private static final String JDBC = "jdbc:postgresql:";

    /** The driver's state where the server asks for a password and none was given. */
    private static final String PASSWORD_WANTED = "08004";

    private static final String TIMEOUT_SECONDS = "10";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--jdbc-url",
            scope = ScopeType.INHERIT,
            paramLabel = "URL",
            description = "JDBC URL of the ledger's database, such as jdbc:postgresql://HOST:5432/hapax. Needed.")
    private @Nullable String url;

    @Option(
            names = "--jdbc-user",
            scope = ScopeType.INHERIT,
            paramLabel = "USER",
            description = "Database user with the rights of the ledger. Needed.")
    private @Nullable String user;

    @Option(
            names = "--jdbc-password",
            scope = ScopeType.INHERIT,
            paramLabel = "PASSWORD",
            interactive = true,
            arity = "0..1",
            defaultValue = "${env:HAPAX_JDBC_PASSWORD}",
            description = "Password of the database user. Without a value, the command asks for it. Default: the"
                    + " environment variable HAPAX_JDBC_PASSWORD.")
    private @Nullable String password;

    /**
     * A connection for work that may take long.
     *
     * @throws PlainFailure if the database does not take it
     */
    public Connection connect() {
        String url = url();
        if (!url.startsWith(JDBC)) {
            throw new PlainFailure("--jdbc-url must begin with " + JDBC + ", such as jdbc:postgresql://HOST:5432/hapax"
                    + (url.startsWith("postgres") ? ": write jdbc: in front, and take the user out of it" : ""));
        }
        Properties properties = new Properties();
        properties.setProperty("user", user());
        properties.setProperty("password", password == null ? "" : password);
        properties.setProperty("connectTimeout", TIMEOUT_SECONDS);
        properties.setProperty("loginTimeout", TIMEOUT_SECONDS);
        properties.setProperty("tcpKeepAlive", "true");
        try {
            return DriverManager.getConnection(url, properties);
        } catch (SQLException e) {
            if (PASSWORD_WANTED.equals(e.getSQLState()) && (password == null || password.isEmpty())) {
                throw new PlainFailure(
                        "the database wants a password of --jdbc-user: set HAPAX_JDBC_PASSWORD, or give --jdbc-password to be"
                                + " asked for it",
                        e);
            }
            throw new PlainFailure("--jdbc-url " + withoutSecrets() + ": " + PlainReason.of(e), e);
        }
    }

    private String url() {
        return Needed.value(url, "--jdbc-url", spec);
    }

    private String user() {
        return Needed.value(user, "--jdbc-user", spec);
    }

    /** Passwords may stand behind the question mark. */
    private String withoutSecrets() {
        return url().replaceFirst("\\?.*", "");
    }

    /**
     * Connections that a command needs. A database that refuses is told at once: a pool would go on trying until its
     * time-out.
     */
    public HikariDataSource pool() throws SQLException {
        connect().close();
        String secret = password == null ? "" : password;
        return new DatabaseSettings(url(), user(), secret, user(), secret, 2, STATEMENT_TIMEOUT).pool();
    }
}
