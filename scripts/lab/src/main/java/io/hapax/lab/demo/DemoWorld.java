package io.hapax.lab.demo;

import io.hapax.ledger.LedgerConsumer;
import io.hapax.ledger.book.AccountTerms;
import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.Sandbox;
import io.hapax.serde.AvroFormat;
import io.hapax.storm.parts.ReadyParts;
import io.hapax.stream.StreamApp;
import io.hapax.stream.gateway.credentials.ApiKey;
import io.hapax.stream.gateway.credentials.ApiKeyFile;
import io.hapax.stream.gateway.credentials.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/**
 * Brokers, the registry, the database and both apps, each a process of its own. One folder holds all their data.
 */
final class DemoWorld implements AutoCloseable {
    private final ReadyParts parts;
    private volatile boolean closing;
    private final AppProcess streamApp;
    private final AppProcess ledgerConsumer;
    private final Class<?> streamAppClass;
    private final Map<String, String> more;
    private final int streamAdminPort = Sandbox.freePort();
    private final int ledgerAdminPort = Sandbox.freePort();
    private final String gatewayUrl = "http://127.0.0.1:" + Sandbox.freePort();
    private final ApiKeyFile apiKeys;
    private final String apiKey;

    private DemoWorld(ReadyParts parts, Class<?> streamApp, Map<String, String> more) throws IOException {
        this.parts = parts;
        this.streamAppClass = streamApp;
        this.more = Map.copyOf(more);
        Path apps = parts.apps();
        ApiKey.Issued issued =
                ApiKey.issue(Sample.CLIENT, EnumSet.allOf(Scope.class), Instant.now(), new SecureRandom());
        Path keys = apps.resolve("api-keys.json");
        this.apiKeys = new ApiKeyFile(keys);
        apiKeys.write(List.of(issued.key()));
        this.apiKey = issued.secret();
        Map<String, String> streamSettings = parts.streamSettings();
        streamSettings.put("admin.port", String.valueOf(streamAdminPort));
        streamSettings.put("state.dir", apps.resolve("stream-state").toString());
        streamSettings.put("gateway.port", gatewayUrl.substring(gatewayUrl.lastIndexOf(':') + 1));
        streamSettings.put("gateway.api.keys", keys.toString());
        streamSettings.putAll(more);
        this.streamApp = new AppProcess("stream-app", streamApp, StreamApp.class, apps, streamSettings);
        Map<String, String> ledgerSettings = parts.ledgerSettings();
        ledgerSettings.put("admin.port", String.valueOf(ledgerAdminPort));
        this.ledgerConsumer = new AppProcess("ledger-consumer", LedgerConsumer.class, apps, ledgerSettings);
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
        return start(folder, 1, partitions, streamApp, more);
    }

    /** @param brokers their number, 1 or 3 */
    static DemoWorld start(Path folder, int brokers, int partitions, Class<?> streamApp, Map<String, String> more)
            throws IOException, SQLException {
        ReadyParts parts = ReadyParts.start(folder, brokers, partitions);
        try {
            return new DemoWorld(parts, streamApp, more);
        } catch (RuntimeException | IOException e) {
            parts.close();
            throw e;
        }
    }

    void startApps() {
        streamApp.start();
        ledgerConsumer.start();
    }

    /** One more instance of the stream app, without a gateway. It is not started, and its owner stops it. */
    AppProcess anotherStreamApp() throws IOException {
        Map<String, String> settings = parts.streamSettings();
        settings.put("admin.port", String.valueOf(Sandbox.freePort()));
        settings.put("state.dir", parts.apps().resolve("other-stream-state").toString());
        settings.putAll(more);
        return new AppProcess("other-stream-app", streamAppClass, parts.apps(), settings);
    }

    void openAccounts(List<AccountTerms> terms) throws SQLException {
        parts.openAccounts(terms);
    }

    /** Opens an account that only one client may debit. */
    void openAccount(AccountTerms terms, String owner) throws SQLException {
        parts.openAccount(terms, owner);
    }

    void closeAccount(String id) throws SQLException {
        parts.closeAccount(id);
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
        return apiKeys;
    }

    /** The API key of the client {@link Sample#CLIENT}. */
    String apiKey() {
        return apiKey;
    }

    /** Settings of a Kafka client. */
    Map<String, Object> kafka() {
        return parts.kafka();
    }

    AvroFormat format() {
        return parts.format();
    }

    /** A connection of the owner of the tables. */
    Connection connect() throws SQLException {
        return parts.connect();
    }

    Sandbox sandbox() {
        return parts.sandbox();
    }

    /** Stops the apps first, so that they end in order. */
    @Override
    public void close() {
        closing = true;
        try {
            streamApp.stop();
            ledgerConsumer.stop();
        } finally {
            parts.close();
        }
    }
}
