package io.hapax.ledger.consume;

import static io.hapax.ledger.posting.Reservations.HOUR;
import static io.hapax.ledger.posting.Reservations.NOON;
import static io.hapax.ledger.posting.Reservations.event;
import static io.hapax.ledger.posting.Reservations.hold;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.ledger.book.AccountTerms;
import io.hapax.ledger.book.Accounts;
import io.hapax.ledger.book.Book;
import io.hapax.ledger.book.DatabaseSettings;
import io.hapax.ledger.book.FreshDatabase;
import io.hapax.ledger.posting.LedgerInput.TimePassed;
import io.hapax.ledger.posting.Owners;
import io.hapax.ledger.posting.Requests;
import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.schemas.LedgerTime;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a real database, and on Kafka's own stand-in for a producer. All holds end an hour after noon. */
class IdleHoldsTest {
    private static final Instant OVER = NOON.plus(HOUR);
    private static final Duration MOMENT = Duration.ofMillis(1);

    private final InMemoryRegistry registry = InMemoryRegistry.start();
    private final AvroFormat format = AvroFormat.onRegistry(registry.url());
    private final List<MockProducer<byte[], byte[]>> producers = new ArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final HoldMetrics metrics = new LedgerMetrics(meters).holds();
    private DatabaseSettings settings;
    private HikariDataSource database;
    private Book book;
    private IdleHolds holds;
    private Instant now = OVER.plus(IdleHolds.BEHIND);
    private boolean brokerIsAway;

    @BeforeEach
    void holdMoney() throws SQLException {
        settings = FreshDatabase.migrated();
        database = settings.pool();
        new Accounts(database, Clock.systemUTC())
                .open(List.of(AccountTerms.customer("alice", "EUR", 100), AccountTerms.customer("bob", "EUR", 0)));
        book = new Book(database, Owners.ANYBODY, metrics::ended);
        book.post(List.of(event("hold", hold("alice", "bob", 70), 1, NOON)));
        holds = new IdleHolds(book, new Publisher(this::producer), format, () -> now, metrics);
    }

    @AfterEach
    void close() {
        database.close();
        registry.close();
    }

    private MockProducer<byte[], byte[]> producer() {
        MockProducer<byte[], byte[]> producer =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        if (brokerIsAway) producer.sendException = new TimeoutException("nobody answers");
        producers.add(producer);
        return producer;
    }

    @Test
    void shouldTellThePartitionThatTheTimeIsOverAMinuteLater() throws SQLException {
        holds.look(List.of(0, 1));
        ProducerRecord<byte[], byte[]> told = told().getFirst();
        assertEquals(0, told.partition());
        assertEquals(OVER.toEpochMilli(), told.timestamp());
        assertNull(told.key());
        assertEquals(
                new Decoded.Value<>(new LedgerTime(OVER)),
                new WireReader<>(format, LedgerTime.class).read(told.topic(), told.value()));

        book.post(List.of(new TimePassed(0, OVER)));
        assertEquals(List.of("0"), FreshDatabase.rows(settings, "SELECT count(*) FROM open_reservations"));
    }

    @Test
    void shouldTellNothingBeforeAMinuteAfterTheTimeIsOver() {
        now = now.minus(MOMENT);
        holds.look(List.of(0));
        assertEquals(List.of(), told());
    }

    /** The clock of the partition would stay there, and no money could be held for a year. */
    @Test
    void shouldTellNoTimeThatIsLaterThanTheEndsOfAllHolds() throws SQLException {
        book.post(List.of(event("second", hold("alice", "bob", 10), 2, NOON.plusSeconds(5))));
        now = now.plus(Duration.ofDays(365));
        holds.look(List.of(0));
        assertEquals(
                List.of(OVER.plusSeconds(5).toEpochMilli()),
                told().stream().map(ProducerRecord::timestamp).toList());
    }

    @Test
    void shouldTellNothingToThePartitionsOfOthers() {
        holds.look(List.of(1, 2));
        holds.look(List.of());
        assertEquals(List.of(), told());
    }

    /** A backlog may lie before what was told. */
    @Test
    void shouldNotTellAgainWhatIsNotReadYet() throws SQLException {
        holds.look(List.of(0));
        now = now.plus(HOUR);
        holds.look(List.of(0));
        assertEquals(1, told().size());

        book.post(List.of(event("later", hold("alice", "bob", 10), 2, NOON.plus(MOMENT))));
        now = now.plus(HOUR);
        holds.look(List.of(0));
        assertEquals(2, told().size());
    }

    @Test
    void shouldLookEveryTenSecondsAlsoWhenTheClockIsSetBack() throws SQLException {
        now = now.minusSeconds(5);
        holds.look(List.of(0));
        now = now.plusSeconds(9);
        holds.look(List.of(0));
        assertEquals(List.of(), told());
        now = now.plusSeconds(1);
        holds.look(List.of(0));
        assertEquals(1, told().size());

        Duration day = Duration.ofDays(1);
        book.post(
                List.of(Requests.onAnotherPartition(event("yesterday", hold("alice", "bob", 10), 2, NOON.minus(day)))));
        now = now.minus(day);
        holds.look(List.of(1));
        assertEquals(2, told().size());
    }

    /** Else payments would wait for it. */
    @Test
    void shouldTryAgainAfterAWhileWhenBrokerOrDatabaseIsAway() {
        brokerIsAway = true;
        holds.look(List.of(0));
        brokerIsAway = false;
        now = now.plusSeconds(10);
        holds.look(List.of(0));
        assertEquals(1, told().size());

        database.close();
        now = now.plusSeconds(10);
        holds.look(List.of(0));
        assertEquals(1, told().size());
    }

    @Test
    void shouldReadNextToNothingHoweverManyReservationsAreOpen() throws SQLException {
        open(20_000, 0);
        try (HikariDataSource one = withOneConnection().pool()) {
            holds = new IdleHolds(new Book(one), new Publisher(this::producer), format, () -> now, metrics);
            for (int look = 0; look < 10; look++) {
                now = now.plusSeconds(10);
                holds.look(List.of(0, 1));
            }
            assertEquals(
                    Map.of(0, 10L, 1, 10L), told().stream().collect(groupingBy(ProducerRecord::partition, counting())));
            long read = rowsRead(one);
            assertTrue(read < 1_000, read + " rows read");
        }
    }

    /** All of them end in the batch that reads the time: payments wait for it. */
    @Test
    void shouldTellATimeThatEndsNotTooManyAtOnce() throws SQLException {
        open(2 * IdleHolds.AT_ONCE + 1_000, 2 * IdleHolds.AT_ONCE + 1_000);
        Instant portion = OVER.minusSeconds(1_000);
        holds.look(List.of(0));
        assertEquals(
                List.of(portion.toEpochMilli()),
                told().stream().map(ProducerRecord::timestamp).toList());
        assertEquals(
                List.of(String.valueOf(IdleHolds.AT_ONCE)),
                FreshDatabase.rows(
                        settings,
                        "SELECT count(*) FROM open_reservations WHERE event_partition = 0 AND expires_at_ms <= "
                                + portion.toEpochMilli()));

        now = now.plusSeconds(10);
        holds.look(List.of(0));
        assertEquals(1, told().size());
        end(portion);
        now = now.plusSeconds(10);
        holds.look(List.of(0));
        assertEquals(OVER.toEpochMilli(), told().getLast().timestamp());
    }

    /** Holds on two partitions by turns. The last one of those that are over ends an hour after noon. */
    private void open(int reservations, int over) throws SQLException {
        owner("INSERT INTO open_reservations SELECT gen_random_uuid(), 'shop', n % 2, 'alice', 'bob', 'EUR', 1, "
                + OVER.toEpochMilli() + " + (n - " + over + ") * 1000, false FROM generate_series(1, " + reservations
                + ") n ORDER BY n % 2, n");
    }

    /** As a batch does that reads the time. */
    private void end(Instant until) throws SQLException {
        owner("DELETE FROM open_reservations WHERE event_partition = 0 AND expires_at_ms <= " + until.toEpochMilli());
    }

    private void owner(String statement) throws SQLException {
        try (Connection owner = FreshDatabase.asOwner(settings);
                Statement sql = owner.createStatement()) {
            sql.execute(statement);
        }
    }

    private DatabaseSettings withOneConnection() {
        return new DatabaseSettings(
                settings.url(),
                settings.user(),
                settings.password(),
                settings.migrationUser(),
                settings.migrationPassword(),
                1,
                settings.statementTimeout());
    }

    /** As the server counts them, to which this connection now tells what it did. */
    private static long rowsRead(HikariDataSource posting) throws SQLException {
        try (Connection connection = posting.getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute("SELECT pg_stat_force_next_flush()");
            try (ResultSet row = sql.executeQuery("SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables"
                    + " WHERE relname = 'open_reservations'")) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    @Test
    void shouldTellHowLongTheFirstHoldIsOver() throws SQLException {
        book.post(List.of(event("second", hold("alice", "bob", 10), 2, NOON.plusSeconds(5))));
        now = OVER.minusSeconds(1);
        holds.look(List.of(0));
        assertEquals(0, overdueSeconds());
        now = OVER.plusSeconds(59);
        holds.look(List.of(0));
        assertEquals(59, overdueSeconds());
        book.post(List.of(new TimePassed(0, OVER)));
        now = OVER.plusSeconds(69);
        holds.look(List.of(0));
        assertEquals(64, overdueSeconds());
        book.post(List.of(new TimePassed(0, OVER.plusSeconds(5))));
        now = OVER.plusSeconds(79);
        holds.look(List.of(0));
        assertEquals(0, overdueSeconds());
    }

    @Test
    void shouldCountHowHoldsEndedOnce() throws SQLException {
        assertEquals(0, ended("EXPIRED"));
        book.post(List.of(new TimePassed(0, OVER)));
        book.post(List.of(new TimePassed(0, OVER)));
        assertEquals(1, ended("EXPIRED"));
    }

    private double overdueSeconds() {
        return meters.get("hapax.ledger.reservations.overdue.seconds").gauge().value();
    }

    private double ended(String how) {
        return meters.get("hapax.ledger.reservations.ended")
                .tag("how", how)
                .counter()
                .count();
    }

    private List<ProducerRecord<byte[], byte[]>> told() {
        return producers.stream().flatMap(each -> each.history().stream()).toList();
    }
}
