package io.hapax.tools.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.hapax.app.acls.AppRights;
import io.hapax.lab.LabRun;
import io.hapax.ledger.book.AccountTerms;
import io.hapax.ledger.book.Accounts;
import io.hapax.ledger.book.Book;
import io.hapax.ledger.book.BookSchema;
import io.hapax.ledger.book.DatabaseSettings;
import io.hapax.ledger.consume.BatchOrder;
import io.hapax.ledger.consume.EventLoop;
import io.hapax.ledger.consume.KafkaSettings;
import io.hapax.ledger.consume.LedgerMetrics;
import io.hapax.ledger.consume.Readiness;
import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import io.hapax.schemas.LedgerTime;
import io.hapax.schemas.ReservationEvent;
import io.hapax.schemas.ReservationEventKind;
import io.hapax.schemas.ReservationStep;
import io.hapax.serde.AvroFormat;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicLayout;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reservations that the ledger has dealt with, held against the topics; no stream app has decided anything. */
class ReservationsReconciledTest {
    private static final String CLIENT = "shop";
    private static final Instant SOMETIME = Instant.parse("2100-01-01T00:00:00Z");
    private static final InMemoryRegistry REGISTRY = InMemoryRegistry.start();
    private static Sandbox sandbox;
    private static DatabaseSettings settings;

    @BeforeAll
    static void holdAndCapture(@TempDir Path folder) throws Exception {
        sandbox = Sandbox.start(folder, Part.KAFKA, Part.POSTGRES);
        settings = new DatabaseSettings(
                sandbox.jdbcUrl(),
                sandbox.user(),
                sandbox.password(),
                sandbox.user(),
                sandbox.password(),
                2,
                Duration.ofSeconds(10));
        new BookSchema(settings).migrate();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", sandbox.bootstrapServers()))) {
            new TopicLayout(1, (short) 1).create(admin);
        }
        try (HikariDataSource database = settings.pool()) {
            new Accounts(database, Clock.systemUTC())
                    .open(List.of(AccountTerms.customer("alice", "EUR", 100), AccountTerms.customer("bob", "EUR", 0)));
            write(
                    reserve("h1", 70, 1_000),
                    step(ReservationStep.CAPTURE, "c1", "h1")
                            .setStepAmountMinor(50L)
                            .setCurrency("EUR"),
                    step(ReservationStep.CAPTURE, "c2", "h1")
                            .setStepAmountMinor(50L)
                            .setCurrency("EUR"),
                    reserve("h2", 20, 1_000),
                    step(ReservationStep.VOID, "v2", "h2"),
                    reserve("h3", 20, 1),
                    reserve("h4", 30, 1_000),
                    reserve("h5", 3_000, 1_000),
                    step(ReservationStep.VOID, "v6", "h6"));
            dealWith(database);
        }
    }

    @AfterAll
    static void stop() {
        sandbox.close();
        REGISTRY.close();
    }

    private static ReservationEvent.Builder reserve(String key, long amountMinor, long holdMs) {
        return step(ReservationStep.RESERVE, key, null)
                .setCreditorAccount("bob")
                .setStepAmountMinor(amountMinor)
                .setCurrency("EUR")
                .setHoldMs(holdMs)
                .setMultiple(false);
    }

    private static ReservationEvent.Builder step(ReservationStep step, String key, String reservation) {
        return ReservationEvent.newBuilder()
                .setAsked(ReservationEventKind.POST)
                .setStep(step)
                .setPaymentId(new PaymentKey(CLIENT, key).paymentId())
                .setClientId(CLIENT)
                .setIdempotencyKey(key)
                .setReservationKey(reservation)
                .setDebtorAccount("alice")
                .setAttempt(1)
                .setAcceptedAt(SOMETIME)
                .setCommandPartition(0)
                .setCommandOffset(0);
    }

    /** One millisecond after the other, and at last the time at which {@code h3} is over. */
    private static void write(ReservationEvent.Builder... events) {
        Serializer<SpecificRecord> serializer =
                AvroFormat.onRegistry(REGISTRY.url()).serializer();
        String topic = Topic.LEDGER_EVENTS.topicName();
        try (Producer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", sandbox.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < events.length; i++) {
                byte[] event = serializer.serialize(
                        topic, events[i].setCommandOffset(i).build());
                var unused = producer.send(new ProducerRecord<>(
                        topic, 0, SOMETIME.toEpochMilli(), "alice".getBytes(StandardCharsets.UTF_8), event));
            }
            Instant later = SOMETIME.plusMillis(1);
            var unused = producer.send(new ProducerRecord<>(
                    topic, 0, later.toEpochMilli(), null, serializer.serialize(topic, new LedgerTime(later))));
        }
    }

    private static void dealWith(HikariDataSource database) throws Exception {
        EventLoop loop = EventLoop.inGroup(
                new KafkaSettings(Map.of("bootstrap.servers", sandbox.bootstrapServers()), "hapax-ledger", 4),
                AvroFormat.onRegistry(REGISTRY.url()),
                new BookSchema(settings),
                new Book(database),
                new Readiness(),
                new LedgerMetrics(new SimpleMeterRegistry()),
                AppRights.ofLedgerConsumer("any"),
                Clock.systemUTC(),
                BatchOrder.RIGHT);
        Thread worker = Thread.ofPlatform().start(loop::run);
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!rows("SELECT how FROM reservation_ends ORDER BY how").equals("CAPTURED EXPIRED VOIDED")) {
            assertTrue(System.nanoTime() < end, "the ledger does not get on");
        }
        loop.stop();
        worker.join(Duration.ofSeconds(60));
        loop.close();
    }

    @Test
    void shouldFindNoDifferenceWhereReservationsAreAsTheLogSays() throws Exception {
        JsonNode report = reconcile();
        assertEquals(Map.of(), kinds(report), report.toString());
        assertEquals("50 30", rows("SELECT balance_minor || ' ' || held_minor FROM accounts WHERE id = 'alice'"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            more held                   | UPDATE accounts SET held_minor = 31 WHERE id = 'alice' | RESERVATION_DIFFERS
            an open one lost            | DELETE FROM open_reservations                          | RESERVATION_DIFFERS
            another end                 | UPDATE reservation_ends SET released_minor = 19 WHERE how = 'EXPIRED' | RESERVATION_DIFFERS
            a longer hold               | UPDATE payments SET hold_ms = 1001 WHERE idempotency_key = 'h4' | CONTENT_DIFFERS
            a capture of another        | UPDATE payments SET reservation_id = gen_random_uuid() WHERE idempotency_key = 'c2' | CONTENT_DIFFERS
            a void that never was       | DELETE FROM payments WHERE idempotency_key = 'v6'      | NOT_POSTED
            a capture taken for a hold  | UPDATE payments SET step = 'RESERVE', hold_ms = 1, multiple = false, more_will_follow = NULL, reservation_id = NULL WHERE idempotency_key = 'c2' | CONTENT_DIFFERS
            """)
    void shouldNameWhatDiffers(String what, String tampering, String kinds) throws Exception {
        try (Connection owner = connect();
                Statement sql = owner.createStatement()) {
            sql.execute("SET session_replication_role = replica");
            sql.execute("CREATE SCHEMA kept");
            for (String table : List.of("accounts", "payments", "open_reservations", "reservation_ends")) {
                sql.execute("CREATE TABLE kept." + table + " AS TABLE " + table);
            }
            try {
                sql.execute(tampering);
                assertEquals(
                        kinds, String.join(" ", new TreeSet<>(kinds(reconcile()).keySet())));
            } finally {
                for (String table : List.of("accounts", "payments", "open_reservations", "reservation_ends")) {
                    sql.execute("DELETE FROM " + table);
                    sql.execute("INSERT INTO " + table + " SELECT * FROM kept." + table);
                }
                sql.execute("DROP SCHEMA kept CASCADE");
            }
        }
    }

    private static JsonNode reconcile() throws IOException {
        LabRun run = LabRun.of("reconcile", "--json", "--wait", "30s")
                .with(
                        "--bootstrap-servers",
                        sandbox.bootstrapServers(),
                        "--registry",
                        REGISTRY.url(),
                        "--jdbc-url",
                        sandbox.jdbcUrl(),
                        "--jdbc-user",
                        sandbox.user(),
                        "--jdbc-password=" + sandbox.password());
        return new ObjectMapper().readTree(run.output());
    }

    private static Map<String, Long> kinds(JsonNode report) {
        return new ObjectMapper().convertValue(report.path("kinds"), new TypeReference<Map<String, Long>>() {});
    }

    private static String rows(String query) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            StringBuilder found = new StringBuilder();
            while (row.next()) {
                found.append(found.isEmpty() ? "" : " ").append(row.getString(1));
            }
            return found.toString();
        }
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(sandbox.jdbcUrl(), sandbox.user(), sandbox.password());
    }
}
