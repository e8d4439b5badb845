package io.hapax.storm.parts;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.ledger.book.AccountTerms;
import io.hapax.ledger.book.Accounts;
import io.hapax.ledger.book.BookSchema;
import io.hapax.ledger.book.DatabaseSettings;
import io.hapax.ledger.book.OwnerList;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import io.hapax.serde.AvroFormat;
import io.hapax.tools.topics.Subjects;
import io.hapax.topics.TopicLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** Brokers, registry and database with topics, subjects and tables in them: all that the apps need to start. */
public final class ReadyParts implements AutoCloseable {
    private static final String SESSION_MS = "6000";

    /** The database user of the ledger. The user may log in and has the rights of the ledger's role. */
    private static final String LEDGER_USER = "hapax_app";

    private static final String LEDGER_PASSWORD = "hapax_app";

    /** Accounts opened in one database transaction. */
    private static final int ACCOUNTS_AT_ONCE = 5_000;

    /** Of each broker, where there are several on one machine. */
    private static final String SMALL_HEAP = "512m";

    private final Sandbox sandbox;
    private final DatabaseSettings database;
    private final short replication;

    private ReadyParts(Sandbox sandbox) {
        this.sandbox = sandbox;
        this.replication = (short) Math.min(3, sandbox.brokers());
        this.database = new DatabaseSettings(
                sandbox.jdbcUrl(),
                LEDGER_USER,
                LEDGER_PASSWORD,
                sandbox.user(),
                sandbox.password(),
                2,
                Duration.ofSeconds(30));
    }

    /** @param brokers their number; three have each partition on all of them */
    public static ReadyParts start(Path folder, int brokers, int partitions) throws SQLException {
        var builder = Sandbox.builder(folder).with(Part.values()).brokers(brokers);
        Sandbox sandbox = (brokers > 1 ? builder.brokerHeap(SMALL_HEAP) : builder).start();
        try {
            ReadyParts parts = new ReadyParts(sandbox);
            try (Admin admin = Admin.create(parts.kafka())) {
                new TopicLayout(partitions, parts.replication).create(admin);
            }
            List<String> wrong = new Subjects(sandbox.registryUrl()).prepare();
            if (!wrong.isEmpty()) {
                throw new IllegalStateException(String.join("; ", wrong));
            }
            parts.createUser();
            new BookSchema(parts.database).migrate();
            return parts;
        } catch (RuntimeException | SQLException e) {
            sandbox.close();
            throw e;
        }
    }

    public Sandbox sandbox() {
        return sandbox;
    }

    /** The folder for settings, state and logs of the apps. */
    public Path apps() throws IOException {
        return Files.createDirectories(sandbox.folder().resolve("apps"));
    }

    /** Settings of a Kafka client. */
    public Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", sandbox.bootstrapServers());
    }

    public AvroFormat format() {
        return AvroFormat.onRegistry(sandbox.registryUrl());
    }

    /** A connection of the owner of the tables. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(sandbox.jdbcUrl(), sandbox.user(), sandbox.password());
    }

    public void openAccounts(List<AccountTerms> terms) throws SQLException {
        try (HikariDataSource pool = database.pool()) {
            Accounts accounts = new Accounts(pool, Clock.systemUTC());
            for (int from = 0; from < terms.size(); from += ACCOUNTS_AT_ONCE) {
                accounts.open(terms.subList(from, Math.min(terms.size(), from + ACCOUNTS_AT_ONCE)));
            }
        }
    }

    /** Opens an account that only one client may debit. */
    public void openAccount(AccountTerms terms, String owner) throws SQLException {
        try (HikariDataSource pool = asOwner().pool()) {
            new Accounts(pool, Clock.systemUTC())
                    .open(List.of(terms), Map.of(terms.id(), new OwnerList(List.of(owner))), "tests");
        }
    }

    private DatabaseSettings asOwner() {
        return new DatabaseSettings(
                database.url(),
                database.migrationUser(),
                database.migrationPassword(),
                database.migrationUser(),
                database.migrationPassword(),
                1,
                database.statementTimeout());
    }

    public void closeAccount(String id) throws SQLException {
        try (HikariDataSource pool = database.pool()) {
            new Accounts(pool, Clock.systemUTC()).close(id);
        }
    }

    /** Settings of a stream app on these parts; who has several adds ports and folders. */
    public Map<String, String> streamSettings() {
        Map<String, String> settings = appSettings();
        settings.put("topics.replication", String.valueOf(replication));
        return settings;
    }

    /** Settings of a ledger consumer on these parts. */
    public Map<String, String> ledgerSettings() {
        Map<String, String> settings = appSettings();
        settings.put("jdbc.url", database.url());
        settings.put("jdbc.user", database.user());
        settings.put("jdbc.password", database.password());
        settings.put("migration.user", database.migrationUser());
        settings.put("migration.password", database.migrationPassword());
        return settings;
    }

    /** Settings of an insight app on these parts. */
    public Map<String, String> insightSettings() {
        Map<String, String> settings = appSettings();
        // Its one consumer has no prefix of its own.
        settings.remove("kafka.consumer.session.timeout.ms");
        settings.put("kafka.session.timeout.ms", SESSION_MS);
        return settings;
    }

    private Map<String, String> appSettings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("kafka.bootstrap.servers", sandbox.bootstrapServers());
        settings.put("schema.registry.url", sandbox.registryUrl());
        // Nobody here waits for as long as production does until a killed app counts as gone.
        settings.put("kafka.consumer.session.timeout.ms", SESSION_MS);
        return settings;
    }

    private void createUser() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                DO $$ BEGIN
                    CREATE ROLE %s LOGIN PASSWORD '%s';
                EXCEPTION WHEN duplicate_object THEN NULL; END $$
                """.formatted(LEDGER_USER, LEDGER_PASSWORD));
        }
    }

    @Override
    public void close() {
        sandbox.close();
    }
}
