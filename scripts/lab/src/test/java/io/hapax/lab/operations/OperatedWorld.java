package io.hapax.lab.operations;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.app.acls.AppRights;
import io.hapax.app.acls.Right;
import io.hapax.lab.Program;
import io.hapax.ledger.book.AccountTerms;
import io.hapax.ledger.book.Accounts;
import io.hapax.ledger.book.BookSchema;
import io.hapax.ledger.book.DatabaseSettings;
import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import io.hapax.schemas.PaymentCommand;
import io.hapax.serde.AvroFormat;
import io.hapax.stream.gateway.credentials.ApiKey;
import io.hapax.stream.gateway.credentials.ApiKeyFile;
import io.hapax.stream.gateway.credentials.Scope;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicLayout;
import io.hapax.topics.TopicTail;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * A cluster as a bank runs it: TLS, a password for each app, an authorizer, and ACLs for nothing but what is
 * documented. Whoever comes over the plain listener, as the tests do, may do everything.
 *
 * <p>More than 300 lines: certificates, rights and apps of one cluster depend on each other.
 */
final class OperatedWorld implements AutoCloseable {
    static final String STREAM_PASSWORD = "canary-stream-password";
    static final String LEDGER_PASSWORD = "canary-ledger-password";
    static final String INSIGHT_PASSWORD = "canary-insight-password";
    static final String STORE_PASSWORD = "canary-store-password";
    static final String APPLICATION_ID = "hapax-stream";
    static final String GROUP = "hapax-ledger";
    static final AppRights STREAM_RIGHTS = AppRights.ofStreamApp(APPLICATION_ID, true);
    static final AppRights LEDGER_RIGHTS = AppRights.ofLedgerConsumer(GROUP);
    static final AppRights INSIGHT_RIGHTS = AppRights.ofInsightApp("hapax-insight");
    static final String STREAM = "User:stream";
    static final String LEDGER = "User:ledger";
    static final String INSIGHT = "User:insight";

    private static final int PARTITIONS = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path folder;
    private final Path keyStore;
    private final Path apiKeys;
    private final String apiKey;
    private final int gatewayPort = Sandbox.freePort();
    private final Sandbox sandbox;
    private final InMemoryRegistry registry = InMemoryRegistry.start();
    private final AvroFormat format = AvroFormat.onRegistry(registry.url());
    private final Serializer<PaymentCommand> serializer = format.serializer();
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;
    private final HttpClient http = HttpClient.newHttpClient();

    OperatedWorld(Path folder) throws Exception {
        this.folder = folder;
        keyStore = makeKeyStore(folder);
        apiKeys = folder.resolve("api-keys.json");
        ApiKey.Issued issued = ApiKey.issue("client-http", Set.of(Scope.values()), Instant.now(), new SecureRandom());
        new ApiKeyFile(apiKeys).write(List.of(issued.key()));
        apiKey = issued.secret();
        sandbox = Sandbox.builder(folder.resolve("sandbox"))
                .with(Part.KAFKA, Part.POSTGRES)
                .securedListener("SASL_SSL")
                .brokerOptions(brokerOptions())
                .start();
        admin = Admin.create(plain());
        new TopicLayout(PARTITIONS, (short) 1).create(admin);
        grant(STREAM, STREAM_RIGHTS.needed());
        grant(LEDGER, LEDGER_RIGHTS.needed());
        grant(INSIGHT, INSIGHT_RIGHTS.needed());
        producer = new KafkaProducer<>(plain(), new ByteArraySerializer(), new ByteArraySerializer());
        openAccounts();
    }

    private Map<String, String> brokerOptions() {
        String listener = "listener.name.secured.";
        return Map.of(
                "authorizer.class.name",
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users",
                "User:ANONYMOUS",
                "allow.everyone.if.no.acl.found",
                "false",
                listener + "sasl.enabled.mechanisms",
                "PLAIN",
                listener + "plain.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required user_stream=\"" + STREAM_PASSWORD
                        + "\" user_ledger=\"" + LEDGER_PASSWORD + "\" user_insight=\"" + INSIGHT_PASSWORD + "\";",
                listener + "ssl.keystore.location",
                keyStore.toString(),
                listener + "ssl.keystore.type",
                "PKCS12",
                listener + "ssl.keystore.password",
                STORE_PASSWORD,
                listener + "ssl.key.password",
                STORE_PASSWORD);
    }

    private static Path makeKeyStore(Path folder) throws Exception {
        Path store = folder.resolve("broker.p12");
        Program.run(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "EC",
                "-dname",
                "CN=broker",
                "-validity",
                "2",
                "-ext",
                "SAN=IP:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                STORE_PASSWORD);
        return store;
    }

    Map<String, Object> plain() {
        return Map.of("bootstrap.servers", sandbox.bootstrapServers());
    }

    String registryUrl() {
        return registry.url();
    }

    Sandbox sandbox() {
        return sandbox;
    }

    Admin admin() {
        return admin;
    }

    /** The client's properties for the secured listener, for that user. */
    Map<String, String> secured(String user, String password) {
        return Map.of(
                "bootstrap.servers",
                sandbox.securedBootstrapServers(),
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"" + user + "\" password=\""
                        + password + "\";",
                "ssl.truststore.location",
                keyStore.toString(),
                "ssl.truststore.type",
                "PKCS12",
                "ssl.truststore.password",
                STORE_PASSWORD);
    }

    Map<String, String> streamSettings(int adminPort) {
        Map<String, String> settings = new HashMap<>(common(secured("stream", STREAM_PASSWORD), adminPort));
        settings.put("application.id", APPLICATION_ID);
        settings.put("state.dir", folder.resolve("state").toString());
        settings.put("topics.replication", "1");
        settings.put("store.memory.mb", "64");
        settings.put("pending.lease", "5s");
        // Nothing here is about latency, and an instance that waits in vain asks the broker a hundred times a second.
        settings.put("kafka.main.consumer.fetch.max.wait.ms", "50");
        settings.put("kafka.session.timeout.ms", "6000");
        settings.put("two.steps", "true");
        settings.put("gateway.port", String.valueOf(gatewayPort));
        settings.put("gateway.api.keys", apiKeys.toString());
        return settings;
    }

    /** Over HTTP; the status of the answer, whose body comes after it. */
    String pay(String idempotencyKey, String body) throws Exception {
        return post("/v1/payments", idempotencyKey, body);
    }

    String post(String path, String idempotencyKey, String body) throws Exception {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gatewayPort + path))
                        .header("Authorization", "Bearer " + apiKey)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", idempotencyKey)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    /** The status of the look-up of a payment over HTTP. */
    int lookUp(String idempotencyKey) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(URI.create(
                                        "http://127.0.0.1:" + gatewayPort + "/v1/payments/" + idempotencyKey))
                                .header("Authorization", "Bearer " + apiKey)
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** The API key of the client; a secret. */
    String apiKey() {
        return apiKey;
    }

    Map<String, String> ledgerSettings(int adminPort) {
        Map<String, String> settings = new HashMap<>(common(secured("ledger", LEDGER_PASSWORD), adminPort));
        settings.put("consumer.group", GROUP);
        settings.put("jdbc.url", sandbox.jdbcUrl());
        settings.put("jdbc.user", sandbox.user());
        settings.put("jdbc.password", sandbox.password());
        settings.put("kafka.consumer.session.timeout.ms", "6000");
        return settings;
    }

    Map<String, String> insightSettings(int adminPort) {
        Map<String, String> settings = new HashMap<>(common(secured("insight", INSIGHT_PASSWORD), adminPort));
        settings.put("commit.interval", "500ms");
        return settings;
    }

    private Map<String, String> common(Map<String, String> client, int adminPort) {
        Map<String, String> settings = new HashMap<>();
        client.forEach((name, value) -> settings.put("kafka." + name, value));
        settings.put("schema.registry.url", registry.url());
        settings.put("admin.port", String.valueOf(adminPort));
        return settings;
    }

    void grant(String principal, List<Right> rights) throws Exception {
        admin.createAcls(rights.stream().map(right -> right.to(principal)).toList())
                .all()
                .get();
    }

    void take(String principal, Right right) throws Exception {
        admin.deleteAcls(List.of(right.to(principal).toFilter())).all().get();
    }

    private void openAccounts() throws SQLException {
        DatabaseSettings database = new DatabaseSettings(
                sandbox.jdbcUrl(),
                sandbox.user(),
                sandbox.password(),
                sandbox.user(),
                sandbox.password(),
                2,
                Duration.ofSeconds(30));
        new BookSchema(database).migrate();
        try (HikariDataSource pool = database.pool()) {
            new Accounts(pool, Clock.systemUTC())
                    .open(Stream.of("debtor", "creditor", "canary-debtor", "canary-creditor")
                            .map(account -> AccountTerms.customer(account, "EUR", 1_000_000_000_000L))
                            .toList());
        }
    }

    static PaymentCommand.Builder payment(int number) {
        return PaymentCommand.newBuilder()
                .setClientId("client-" + number % 3)
                .setIdempotencyKey("order-" + number)
                .setDebtorAccount("debtor")
                .setCreditorAccount("creditor")
                .setAmountMinor(100 + number)
                .setCurrency("EUR")
                .setReference(null)
                .setSentAt(Instant.now());
    }

    /** To a partition, be it its own or not. */
    void send(PaymentCommand command, int partition) {
        sendBytes(serializer.serialize(Topic.PAYMENT_COMMANDS.topicName(), command), partition);
    }

    void sendBytes(byte[] bytes, int partition) {
        var unused = producer.send(
                new ProducerRecord<>(Topic.PAYMENT_COMMANDS.topicName(), partition % PARTITIONS, null, bytes));
        producer.flush();
    }

    /** Records in a topic, markers of transactions aside. */
    long count(Topic topic) {
        AtomicLong records = new AtomicLong();
        TopicTail.readWhole(plain(), topic, found -> records.incrementAndGet());
        return records.get();
    }

    void awaitDecisions(long expected) {
        await(() -> count(Topic.PAYMENT_DECISIONS), found -> found >= expected);
    }

    /** The answer of an admin port, with the status first. Empty while no app listens. */
    String get(int port, String path) {
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        } catch (IOException nobodyThere) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    String awaitHealth(int port, String status) {
        return await(() -> get(port, "/health/ready"), told -> told.startsWith(status));
    }

    static <T> T await(Supplier<T> question, Predicate<T> enough) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        T answer = question.get();
        while (!enough.test(answer)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + PATIENCE + ", at last: " + answer);
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
            answer = question.get();
        }
        return answer;
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
        admin.close(Duration.ZERO);
        sandbox.close();
        registry.close();
    }
}
