package io.hapax.lab.demo;

import io.hapax.lab.LabRun;
import io.hapax.lab.Program;
import io.hapax.lab.UnpackedArchives;
import io.hapax.ledger.LedgerConsumer;
import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import io.hapax.serde.AvroFormat;
import io.hapax.stream.StreamApp;
import io.hapax.stream.gateway.credentials.ApiKey;
import io.hapax.stream.gateway.credentials.ApiKeyFile;
import io.hapax.stream.gateway.credentials.Scope;
import io.hapax.topics.TopicLayout;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * Broker, registry and database without tables or schemas, and the apps of two builds on the same of all: one after
 * the other, with the same state folder.
 */
final class UpgradeWorld implements AutoCloseable {
    private static final List<String> JVM = List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private static final String LEDGER_USER = "ledger_app";

    private final UnpackedArchives older;
    private final Sandbox sandbox;
    private final Path apps;
    private final ApiKey.Issued apiKey =
            ApiKey.issue(Sample.CLIENT, EnumSet.allOf(Scope.class), Instant.now(), new SecureRandom());
    private final String gateway = "http://127.0.0.1:" + Sandbox.freePort();
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<AppProcess> started = new ArrayList<>();

    UpgradeWorld(Path folder, UnpackedArchives older) throws IOException, SQLException {
        this.older = older;
        this.apps = Files.createDirectories(folder.resolve("apps"));
        new ApiKeyFile(apps.resolve("api-keys.json")).write(List.of(apiKey.key()));
        this.sandbox = Sandbox.start(folder.resolve("parts"), Part.values());
        try (Admin admin = Admin.create(kafka())) {
            new TopicLayout(StepClients.PARTITIONS, (short) 1).create(admin);
        }
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE " + LEDGER_USER + " LOGIN PASSWORD '" + LEDGER_USER + "'");
        }
    }

    AppProcess olderStreamApp() throws IOException {
        return start("older-stream-app", StreamApp.class, streamSettings(), UnpackedArchives.STREAM_APP);
    }

    AppProcess olderLedger() throws IOException {
        return start("older-ledger", LedgerConsumer.class, ledgerSettings(), UnpackedArchives.LEDGER_CONSUMER);
    }

    AppProcess streamApp(boolean twoSteps) throws IOException {
        Map<String, String> settings = streamSettings();
        settings.put("two.steps", String.valueOf(twoSteps));
        return start("stream-app-" + (twoSteps ? "on" : "off"), StreamApp.class, settings, null);
    }

    AppProcess ledger() throws IOException {
        return start("ledger", LedgerConsumer.class, ledgerSettings(), null);
    }

    /** @param archive of the older build; null: an app of this build */
    private AppProcess start(String name, Class<?> main, Map<String, String> settings, @Nullable String archive)
            throws IOException {
        String classPath = archive == null ? System.getProperty("java.class.path") : older.classPath(archive);
        AppProcess app =
                new AppProcess(name, main, Files.createDirectories(apps.resolve(name)), settings, JVM, classPath);
        started.add(app);
        app.start();
        return app;
    }

    private Map<String, String> streamSettings() {
        Map<String, String> settings = settings();
        settings.put("topics.replication", "1");
        settings.put("state.dir", apps.resolve("state").toString());
        settings.put("pending.lease", "5s");
        settings.put("gateway.port", gateway.substring(gateway.lastIndexOf(':') + 1));
        settings.put("gateway.api.keys", apps.resolve("api-keys.json").toString());
        settings.put("gateway.client.rate", "100000");
        settings.put("gateway.client.burst", "100000");
        return settings;
    }

    private Map<String, String> ledgerSettings() {
        Map<String, String> settings = settings();
        settings.put("jdbc.url", sandbox.jdbcUrl());
        // May do what the tables' owner grants, and no more.
        settings.put("jdbc.user", LEDGER_USER);
        settings.put("jdbc.password", LEDGER_USER);
        settings.put("migration.user", sandbox.user());
        settings.put("migration.password", sandbox.password());
        // Small ones: a kill is in the midst of many.
        settings.put("batch.max.events", "20");
        return settings;
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("kafka.bootstrap.servers", sandbox.bootstrapServers());
        settings.put("schema.registry.url", sandbox.registryUrl());
        settings.put("kafka.consumer.session.timeout.ms", "6000");
        settings.put("admin.port", String.valueOf(Sandbox.freePort()));
        return settings;
    }

    /** Opens accounts with the older tools. */
    void openAccounts(List<String> rows) throws Exception {
        Path file = Files.write(apps.resolve("accounts.csv"), rows);
        Program.run(
                older.of(UnpackedArchives.TOOLS).resolve("bin/hapax").toString(),
                "accounts",
                "--jdbc-url",
                sandbox.jdbcUrl(),
                "--jdbc-user",
                sandbox.user(),
                "--jdbc-password=" + sandbox.password(),
                "open",
                "--file",
                file.toString());
    }

    /** Pays over HTTP. Without a connection the status is 0. */
    GatewayAnswer pay(String key, String debtor, String creditor, long amountMinor) throws InterruptedException {
        String body = "{\"debtorAccount\":\"%s\",\"creditorAccount\":\"%s\",\"amountMinor\":%d,\"currency\":\"EUR\"}"
                .formatted(debtor, creditor, amountMinor);
        HttpRequest request = HttpRequest.newBuilder(URI.create(gateway + "/v1/payments"))
                .header("Authorization", "Bearer " + apiKey.secret())
                .header("Idempotency-Key", key)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        try {
            return GatewayAnswer.of(http.send(request, BodyHandlers.ofString()));
        } catch (IOException nobodyListens) {
            return new GatewayAnswer(0, Map.of(), nobodyListens.toString());
        }
    }

    Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", sandbox.bootstrapServers());
    }

    AvroFormat format() {
        return AvroFormat.onRegistry(sandbox.registryUrl());
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(sandbox.jdbcUrl(), sandbox.user(), sandbox.password());
    }

    /** The values that a query of one column finds. */
    List<String> query(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (row.next()) {
                found.add(row.getString(1));
            }
            return found;
        }
    }

    /** Runs a command of this build's tools. */
    LabRun hapax(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--bootstrap-servers", sandbox.bootstrapServers(), "--registry", sandbox.registryUrl()));
        if (!arguments[0].equals("audit")) {
            all.addAll(List.of(
                    "--jdbc-url",
                    sandbox.jdbcUrl(),
                    "--jdbc-user",
                    sandbox.user(),
                    "--jdbc-password=" + sandbox.password()));
        }
        return LabRun.of(all.toArray(String[]::new)).with();
    }

    @Override
    public void close() {
        started.forEach(AppProcess::kill);
        http.close();
        sandbox.close();
    }
}
