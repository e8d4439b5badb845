package io.hapax.ledger.book;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/**
 * The settings of the connections to PostgreSQL.
 *
 * @param url JDBC URL, such as {@code jdbc:postgresql://host:5432/hapax}
 * @param user who runs the ledger; needs no more than to log in
 * @param migrationUser who owns the tables; may be the same
 * @param poolSize connections at most
 * @param statementTimeout how long a statement may take, waiting for locks included
 */
public record DatabaseSettings(
        String url,
        String user,
        String password,
        String migrationUser,
        String migrationPassword,
        int poolSize,
        Duration statementTimeout) {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);

    /** Beyond any statement's timeout: a server that is gone without a word is given up. */
    private static final Duration SOCKET_SLACK = Duration.ofSeconds(15);

    /**
     * Session settings that the guarantee rests on. A commit that is acknowledged must be on disk, because the
     * offsets are committed to Kafka next; stronger settings (a synchronous standby) stay. A ledger that hangs
     * between two statements gives up its locks.
     */
    private static String session(Duration statementTimeout) {
        return """
            SELECT set_config('synchronous_commit', 'on', false)
                WHERE current_setting('synchronous_commit') IN ('off', 'local');
            SELECT set_config('idle_in_transaction_session_timeout', '60s', false);
            SELECT set_config('statement_timeout', '%d', false)
            """.formatted(statementTimeout.toMillis());
    }

    /** Connections for posting and accounts. Reaches for the database when the first one is asked for. */
    public HikariDataSource pool() {
        return new HikariDataSource(config());
    }

    /** The same, and how long it is waited for connections is measured. */
    public HikariDataSource pool(MeterRegistry meters) {
        HikariConfig config = config();
        config.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(meters));
        return new HikariDataSource(config);
    }

    /** One connection beside those for posting, for what takes long and may fail. It is made when it is asked for. */
    public HikariDataSource beside(Duration statementTimeoutBeside) {
        HikariConfig config = config();
        config.setPoolName("ledger-beside");
        config.setMaximumPoolSize(1);
        config.setMinimumIdle(0);
        config.setConnectionInitSql(session(statementTimeoutBeside));
        return new HikariDataSource(config);
    }

    private HikariConfig config() {
        HikariConfig config = new HikariConfig();
        config.setPoolName("ledger");
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(poolSize);
        config.setConnectionTimeout(CONNECT_WITHIN.toMillis());
        // Start without a database: the first batch waits for it like any other.
        config.setInitializationFailTimeout(-1);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.setConnectionInitSql(session(statementTimeout));
        config.addDataSourceProperty("connectTimeout", CONNECT_WITHIN.toSeconds());
        config.addDataSourceProperty(
                "socketTimeout", statementTimeout.plus(SOCKET_SLACK).toSeconds());
        config.addDataSourceProperty("tcpKeepAlive", true);
        // The server's details quote whole rows: not for logs.
        config.addDataSourceProperty("logServerErrorDetail", false);
        return config;
    }
}
