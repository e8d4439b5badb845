package io.hapax.tools.books;

import static org.junit.jupiter.api.Assertions.assertTrue;

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
import io.hapax.sandbox.LentBroker;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import io.hapax.serde.AvroFormat;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicLayout;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * A ledger that has dealt with {@link ReservedLog}, with its topics, for the tests of several tools. No stream app has
 * decided anything. It is made once in a JVM.
 */
public final class ReservedLedger {
    private static final List<String> TABLES =
            List.of("accounts", "payments", "entries", "open_reservations", "reservation_ends", "ledger_clocks");
    private static @Nullable ReservedLedger shared;

    private final InMemoryRegistry registry = InMemoryRegistry.start();
    private final LentBroker broker = LentBroker.lend();
    private final Sandbox sandbox;
    private final DatabaseSettings settings;
    private boolean hasGoneOn;

    /** Something done to a ledger that was tampered with. */
    public interface Look {
        void at() throws Exception;
    }

    private ReservedLedger() throws Exception {
        sandbox = Sandbox.start(Files.createTempDirectory("reserved-ledger-"), Part.POSTGRES);
        settings = new DatabaseSettings(
                sandbox.jdbcUrl(),
                sandbox.user(),
                sandbox.password(),
                sandbox.user(),
                sandbox.password(),
                2,
                Duration.ofSeconds(10));
        new BookSchema(settings).migrate();
        try (Admin admin = Admin.create(kafka())) {
            new TopicLayout(ReservedLog.PARTITIONS, (short) 1).create(admin);
        }
        try (HikariDataSource database = settings.pool()) {
            new Accounts(database, Clock.systemUTC())
                    .open(List.of(
                            AccountTerms.customer("alice", "EUR", 100),
                            AccountTerms.customer(ReservedLog.CAROL, "EUR", 1_000),
                            AccountTerms.customer("bob", "EUR", 0)));
            ReservedLog.commands().forEach(command -> send(Topic.PAYMENT_COMMANDS, command));
            ReservedLog.events().forEach(event -> send(Topic.LEDGER_EVENTS, event));
            dealWith(database, ReservedLog.LAST_TIMES);
        }
    }

    /** Lets the log go on, and the ledger with it. Does so once. */
    public synchronized void goOn() throws Exception {
        if (!hasGoneOn) {
            hasGoneOn = true;
            ReservedLog.laterEvents().forEach(event -> send(Topic.LEDGER_EVENTS, event));
            try (HikariDataSource database = settings.pool()) {
                dealWith(database, ReservedLog.LATER_TIMES);
            }
        }
    }

    public static synchronized ReservedLedger shared() throws Exception {
        ReservedLedger made = shared;
        if (made == null) {
            made = new ReservedLedger();
            shared = made;
            Runtime.getRuntime().addShutdownHook(new Thread(made::close, "close-reserved-ledger"));
        }
        return made;
    }

    private void close() {
        sandbox.close();
        registry.close();
    }

    private void send(Topic topic, ReservedLog.Line line) {
        Serializer<SpecificRecord> serializer = format().serializer();
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka(), new ByteArraySerializer(), new ByteArraySerializer())) {
            var unused = producer.send(new ProducerRecord<>(
                    topic.topicName(),
                    line.partition(),
                    line.timeMs(),
                    line.key(),
                    serializer.serialize(topic.topicName(), line.value())));
        }
    }

    private void dealWith(HikariDataSource database, String lastTimes) throws Exception {
        EventLoop loop = EventLoop.inGroup(
                new KafkaSettings(Map.of("bootstrap.servers", broker.bootstrapServers()), "hapax-ledger", 4),
                format(),
                new BookSchema(settings),
                new Book(database),
                new Book(database),
                new Readiness(),
                new LedgerMetrics(new SimpleMeterRegistry()),
                AppRights.ofLedgerConsumer("any"),
                Clock.systemUTC(),
                BatchOrder.RIGHT);
        Thread worker = Thread.ofPlatform().start(loop::run);
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!rows("SELECT at_ms FROM ledger_clocks ORDER BY at_ms").equals(lastTimes)) {
            assertTrue(System.nanoTime() < end, "the ledger does not get on");
        }
        loop.stop();
        worker.join(Duration.ofSeconds(60));
        loop.close();
    }

    /** A tool of the command line, on this ledger and its topics. */
    public LabRun hapax(String... arguments) {
        return LabRun.of(arguments)
                .with(
                        "--bootstrap-servers",
                        broker.bootstrapServers(),
                        "--registry",
                        registry.url(),
                        "--jdbc-url",
                        sandbox.jdbcUrl(),
                        "--jdbc-user",
                        sandbox.user(),
                        "--jdbc-password=" + sandbox.password());
    }

    /** The first column, row by row. */
    public String rows(String query) throws SQLException {
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

    public Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }

    public AvroFormat format() {
        return AvroFormat.onRegistry(registry.url());
    }

    /** Looks at the ledger after a change that the database would refuse, and takes the change back. */
    public void tampered(String tampering, Look look) throws Exception {
        try (Connection owner = connect();
                Statement sql = owner.createStatement()) {
            sql.execute("SET session_replication_role = replica");
            sql.execute("CREATE SCHEMA kept");
            for (String table : TABLES) {
                sql.execute("CREATE TABLE kept." + table + " AS TABLE " + table);
            }
            try {
                sql.execute(tampering);
                look.at();
            } finally {
                for (String table : TABLES) {
                    sql.execute("DELETE FROM " + table);
                    sql.execute("INSERT INTO " + table + " SELECT * FROM kept." + table);
                }
                sql.execute("DROP SCHEMA kept CASCADE");
            }
        }
    }

    /** The kinds of differences that follow from nothing, after a change of what the topics have told. */
    List<String> comparedWith(String tampering) throws SQLException {
        try (Connection connection = connect();
                Statement sql = connection.createStatement();
                TopicTables topics = new TopicTables(kafka(), format(), connection, () -> {})) {
            SqlScript.tablesOfTheLog("TEMP", "fold_").run(connection);
            SqlScript.read("fold.sql").run(connection);
            MoneyInSql.prepare(connection);
            topics.readOutcomes();
            topics.readEvents();
            sql.execute(
                    "INSERT INTO fold_due SELECT 'ledger-events', log_partition, 0, max(log_offset) + 1 FROM fold_event"
                            + " GROUP BY log_partition");
            sql.execute("INSERT INTO fold_due VALUES ('ledger-outcomes', 0, 0, 0)");
            sql.execute(tampering);
            SqlScript.read("compare.sql").run(connection);
            return new FoundDifferences(connection)
                    .kinds(false).keySet().stream().map(Enum::name).toList();
        }
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(sandbox.jdbcUrl(), sandbox.user(), sandbox.password());
    }
}
