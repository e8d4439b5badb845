package io.hapax.lab.demo;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.ledger.LedgerConsumer;
import io.hapax.ledger.book.AccountTerms;
import io.hapax.ledger.book.Accounts;
import io.hapax.ledger.book.BookSchema;
import io.hapax.ledger.book.DatabaseSettings;
import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import io.hapax.serde.AvroFormat;
import io.hapax.stream.gateway.credentials.ApiKey;
import io.hapax.stream.gateway.credentials.ApiKeyFile;
import io.hapax.stream.gateway.credentials.Scope;
import io.hapax.tools.topics.Subjects;
import io.hapax.topics.TopicLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/**
 * The broker, the registry, the database and both apps, each a process of its own. One folder holds all their data.
 */
final class DemoWorld implements AutoCloseable {
    /** The database user of the ledger. The user may log in and has the rights of the ledger's role. */
    private static final String LEDGER_USER = "hapax_app";

    private static final String LEDGER_PASSWORD = "hapax_app";

    /** Accounts opened in one database transaction. */
    private static final int ACCOUNTS_AT_ONCE = 5_000;

    private final Sandbox sandbox;
    private final DatabaseSettings database;
    private volatile boolean closing;
    private final AppProcess streamApp;
    private final AppProcess ledgerConsumer;
    private final int streamAdminPort = Sandbox.freePort();
    private final int ledgerAdminPort = Sandbox.freePort();
    private final String gatewayUrl = "http://127.0.0.1:" + Sandbox.freePort();
    private final String apiKey;

    private DemoWorld(Sandbox sandbox, Class<?> streamApp, Map<String, String> more) throws IOException {
        this.sandbox = sandbox;
        this.database = new DatabaseSettings(
                sandbox.jdbcUrl(),
                LEDGER_USER,
                LEDGER_PASSWORD,
                sandbox.user(),
                sandbox.password(),
                2,
                Duration.ofSeconds(30));
        Path apps = Files.createDirectories(sandbox.folder().resolve("apps"));
        ApiKey.Issued issued =
                ApiKey.issue(Sample.CLIENT, EnumSet.allOf(Scope.class), Instant.now(), new SecureRandom());
        new ApiKeyFile(apiKeys(apps)).write(List.of(issued.key()));
        this.apiKey = issued.secret();
        Map<String, String> streamSettings = streamSettings(apps);
        streamSettings.putAll(more);
        this.streamApp = new AppProcess("stream-app", streamApp, apps, streamSettings);
        this.ledgerConsumer = new AppProcess("ledger-consumer", LedgerConsumer.class, apps, ledgerSettings());
    }

    /**
     * Starts the real parts with topics and tables; the apps come later.
     *
     * @param streamApp main class of the stream app
     */
    static DemoWorld start(Path folder, int partitions, Class<?> streamApp) throws IOException, SQLException {
        return start(folder, partitions, streamApp, Map.of());
    }

    /** @param more settings of the stream app */
    static DemoWorld start(Path folder, int partitions, Class<?> streamApp, Map<String, String> more)
            throws IOException, SQLException {
        Sandbox sandbox = Sandbox.start(folder, Part.values());
        try {
            DemoWorld world = new DemoWorld(sandbox, streamApp, more);
            try (Admin admin = Admin.create(world.kafka())) {
                new TopicLayout(partitions, (short) 1).create(admin);
            }
            List<String> wrong = new Subjects(sandbox.registryUrl()).prepare();
            if (!wrong.isEmpty()) {
                throw new IllegalStateException(String.join("; ", wrong));
            }
            world.createUser();
            new BookSchema(world.database).migrate();
            return world;
        } catch (RuntimeException | IOException | SQLException e) {
            sandbox.close();
            throw e;
        }
    }

    void startApps() {
        streamApp.start();
        ledgerConsumer.start();
    }

    void openAccounts(List<AccountTerms> terms) throws SQLException {
        try (HikariDataSource pool = database.pool()) {
            Accounts accounts = new Accounts(pool, Clock.systemUTC());
            for (int from = 0; from < terms.size(); from += ACCOUNTS_AT_ONCE) {
                accounts.open(terms.subList(from, Math.min(terms.size(), from + ACCOUNTS_AT_ONCE)));
            }
        }
    }

    void closeAccount(String id) throws SQLException {
        try (HikariDataSource pool = database.pool()) {
            new Accounts(pool, Clock.systemUTC()).close(id);
        }
    }

    /** True if the demo is being stopped. Then an app that ends is no failure. */
    boolean isClosing() {
        return closing;
    }

    AppProcess streamApp() {
        return streamApp;
    }

    AppProcess ledgerConsumer() {
        return ledgerConsumer;
    }

    /** The URL of the stream app's health and metrics. */
    String streamAdminUrl() {
        return "http://127.0.0.1:" + streamAdminPort;
    }

    /** The URL of the ledger consumer's health and metrics. */
    String ledgerAdminUrl() {
        return "http://127.0.0.1:" + ledgerAdminPort;
    }

    /** The URL of the stream app's gateway. */
    String gatewayUrl() {
        return gatewayUrl;
    }

    /** The file of the gateway's API keys. A client with a key of this file may use the gateway. */
    ApiKeyFile apiKeys() {
        return new ApiKeyFile(apiKeys(sandbox.folder().resolve("apps")));
    }

    /** The API key of the client {@link Sample#CLIENT}. */
    String apiKey() {
        return apiKey;
    }

    /** Settings of a Kafka client. */
    Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", sandbox.bootstrapServers());
    }

    AvroFormat format() {
        return AvroFormat.onRegistry(sandbox.registryUrl());
    }

    /** A connection of the owner of the tables. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(sandbox.jdbcUrl(), sandbox.user(), sandbox.password());
    }

    Sandbox sandbox() {
        return sandbox;
    }

    /** Stops the apps first, so that they end in order. */
    @Override
    public void close() {
        closing = true;
        try {
            streamApp.stop();
            ledgerConsumer.stop();
        } finally {
            sandbox.close();
        }
    }

    private Map<String, String> streamSettings(Path apps) {
        Map<String, String> settings = common();
        settings.put("admin.port", String.valueOf(streamAdminPort));
        settings.put("state.dir", apps.resolve("stream-state").toString());
        settings.put("topics.replication", "1");
        settings.put("gateway.port", gatewayUrl.substring(gatewayUrl.lastIndexOf(':') + 1));
        settings.put("gateway.api.keys", apiKeys(apps).toString());
        return settings;
    }

    private static Path apiKeys(Path apps) {
        return apps.resolve("api-keys.json");
    }

    private Map<String, String> ledgerSettings() {
        Map<String, String> settings = common();
        settings.put("admin.port", String.valueOf(ledgerAdminPort));
        settings.put("jdbc.url", database.url());
        settings.put("jdbc.user", database.user());
        settings.put("jdbc.password", database.password());
        settings.put("migration.user", database.migrationUser());
        settings.put("migration.password", database.migrationPassword());
        return settings;
    }

    private Map<String, String> common() {
        Map<String, String> settings = new HashMap<>();
        settings.put("kafka.bootstrap.servers", sandbox.bootstrapServers());
        settings.put("schema.registry.url", sandbox.registryUrl());
        // A demo does not wait for as long as production does until a killed app counts as gone.
        settings.put("kafka.consumer.session.timeout.ms", "6000");
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
}
