package io.hapax.ledger.consume;

import static io.hapax.ledger.consume.ReservationEvents.capture;
import static io.hapax.ledger.consume.ReservationEvents.inquiry;
import static io.hapax.ledger.consume.ReservationEvents.release;
import static io.hapax.ledger.consume.ReservationEvents.reserve;
import static io.hapax.ledger.posting.Requests.inquire;
import static io.hapax.ledger.posting.Requests.payment;
import static io.hapax.ledger.posting.Requests.post;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.app.acls.AppRights;
import io.hapax.ledger.book.AccountTerms;
import io.hapax.ledger.book.Accounts;
import io.hapax.ledger.book.Book;
import io.hapax.ledger.book.BookSchema;
import io.hapax.ledger.book.DatabaseSettings;
import io.hapax.ledger.book.FreshDatabase;
import io.hapax.sandbox.RawProducer;
import io.hapax.sandbox.Sandbox;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.LedgerTime;
import io.hapax.schemas.ReservationEvent;
import io.hapax.schemas.ReservationOutcome;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.RecordHeaders;
import io.hapax.topics.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Events on a real broker through to a real database and back as outcomes.
 *
 * <p>More than 300 lines: one ledger reads the topics of the shared broker, and another class's would read them too.
 */
class LedgerJourneyTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final long EVENT_TIME = 1_767_225_600_000L;

    /** Its partition comes to the present in these tests. */
    private static final String IDLE = accountOn(0);

    /** Its partition is ahead of the present, so that no hold there is idle. */
    private static final String BUSY = accountOn(1);

    private static final Instant SOMETIME =
            Instant.now().plus(Duration.ofDays(1)).truncatedTo(ChronoUnit.MILLIS);
    private static final Duration HOUR = Duration.ofHours(1);

    private static DatabaseSettings settings;
    private static HikariDataSource database;
    private static LedgerTopics topics;
    private static EventLoop loop;
    private static Thread worker;
    private static final Readiness readiness = new Readiness();

    @BeforeAll
    static void startTheLedger() throws Exception {
        Sandbox sandbox = Sandbox.shared();
        topics = new LedgerTopics(sandbox);
        settings = FreshDatabase.migrated(sandbox);
        database = settings.pool();
        new Accounts(database, Clock.systemUTC())
                .open(List.of(
                        AccountTerms.customer("alice", "EUR", 100),
                        AccountTerms.customer("bob", "EUR", 0),
                        AccountTerms.customer(IDLE, "EUR", 100),
                        AccountTerms.customer(BUSY, "EUR", 1_000)));
        KafkaSettings kafka =
                new KafkaSettings(Map.of("bootstrap.servers", sandbox.bootstrapServers()), "journey", 500);
        loop = EventLoop.inGroup(
                kafka,
                topics.format(),
                new BookSchema(settings),
                new Book(database),
                new Book(database),
                readiness,
                new LedgerMetrics(new SimpleMeterRegistry()),
                AppRights.ofLedgerConsumer("any"),
                Clock.systemUTC(),
                BatchOrder.RIGHT);
        worker = new Thread(loop::run);
        worker.start();
    }

    @AfterAll
    static void stopTheLedger() throws Exception {
        loop.stop();
        worker.join(SOON);
        loop.close();
        database.close();
        topics.close();
        assertEquals(List.of(), FreshDatabase.contradictions(settings));
        assertInstanceOf(Readiness.Stopped.class, readiness.state());
    }

    @Test
    void shouldPublishOneOutcomePerEventWithItsTimeAndOnTheCommandsPartition() throws Exception {
        topics.send(post("rent", payment("alice", "bob", 30), 1), EVENT_TIME);
        topics.send(post("rent", payment("alice", "bob", 30), 1), EVENT_TIME + 1);
        topics.send(post("rent", payment("alice", "bob", 31), 1), EVENT_TIME + 2);
        topics.send(post("car", payment("alice", "bob", 3_000), 1), EVENT_TIME + 3);
        topics.send(inquire("boat", payment("alice", "bob", 5), 1), EVENT_TIME + 4);
        topics.flush();

        List<ConsumerRecord<byte[], byte[]>> outcomes =
                Await.until(SOON, () -> outcomesBefore(EVENT_TIME + 100), found -> found.size() >= 5);
        assertEquals(5, outcomes.size());
        Map<Long, String> answers = outcomes.stream()
                .collect(Collectors.toMap(
                        ConsumerRecord::timestamp,
                        outcome -> topics.said(outcome).toString()));
        assertEquals(
                Map.of(
                        EVENT_TIME,
                        "COMPLETED null null []",
                        EVENT_TIME + 1,
                        "COMPLETED null null []",
                        EVENT_TIME + 2,
                        "CONFLICT null null [amountMinor]",
                        EVENT_TIME + 3,
                        "FAILED INSUFFICIENT_FUNDS alice []",
                        EVENT_TIME + 4,
                        "NOT_FOUND null null []"),
                answers);
        for (ConsumerRecord<byte[], byte[]> outcome : outcomes) {
            PaymentKey key = topics.said(outcome).key();
            assertInstanceOf(LedgerOutcome.class, topics.outcome(outcome));
            assertEquals(key.topicKey(), new String(outcome.key(), UTF_8));
            assertEquals(Partitions.of(key, LedgerTopics.PARTITIONS), outcome.partition());
        }
    }

    @Test
    void shouldSendUnreadableBytesToDeadLettersAndGoOn() throws Exception {
        byte[] nonsense = {9, 8, 7, 6, 5, 4};
        topics.sendRaw("alice", nonsense, EVENT_TIME + 100);
        topics.send(inquire("after", payment("alice", "bob", 5), 1), EVENT_TIME + 101);
        topics.flush();

        ConsumerRecord<byte[], byte[]> letter = Await.until(
                        SOON, () -> letters("WRONG_MAGIC"), found -> !found.isEmpty())
                .getFirst();
        assertArrayEquals(nonsense, letter.value());
        assertEquals("alice", new String(letter.key(), UTF_8));
        assertEquals("ledger-events", header(letter, RecordHeaders.TOPIC));
        assertEquals(String.valueOf(EVENT_TIME + 100), header(letter, RecordHeaders.TIMESTAMP));
        Await.until(
                SOON,
                () -> topics.read(Topic.LEDGER_OUTCOMES),
                found -> found.stream().anyMatch(outcome -> outcome.timestamp() == EVENT_TIME + 101));
    }

    /**
     * Another client than Kafka's Java producer may write such an event. Its outcome is as old as can be, and moves
     * nobody's clock.
     */
    @Test
    void shouldAnswerAnEventWithoutATimeAndGoOn() throws Exception {
        byte[] event = topics.bytes(inquire("timeless", payment("alice", "bob", 5), 1));
        byte[] nonsense = {9, 8, 7};
        try (RawProducer producer = new RawProducer(Sandbox.shared().bootstrapServers())) {
            List<SimpleRecord> timeless = List.of(
                    new SimpleRecord(-1, "alice".getBytes(UTF_8), event),
                    new SimpleRecord(-1, "alice".getBytes(UTF_8), nonsense),
                    new SimpleRecord(-1, null, event));
            for (int partition = 0; partition < LedgerTopics.PARTITIONS; partition++) {
                producer.send(Topic.LEDGER_EVENTS.topicName(), partition, timeless);
            }
        }
        Await.until(
                SOON,
                () -> topics.read(Topic.LEDGER_OUTCOMES),
                found -> found.stream()
                                .filter(outcome -> outcome.timestamp() == 0)
                                .count()
                        == 2 * LedgerTopics.PARTITIONS);
        Await.until(SOON, () -> letters("TOO_SHORT"), found -> found.size() == LedgerTopics.PARTITIONS);
    }

    /** Its outcome would say the key twice, and not fit into a record. */
    @Test
    void shouldSendAnEventWhoseOutcomeWouldBeTooLargeToDeadLettersAndGoOn() throws Exception {
        topics.send(inquire("k".repeat(700_000), payment("alice", "bob", 5), 1), EVENT_TIME + 200);
        topics.send(inquire("after-it", payment("alice", "bob", 5), 1), EVENT_TIME + 201);
        topics.flush();

        Await.until(
                SOON,
                () -> topics.read(Topic.LEDGER_OUTCOMES),
                found -> found.stream().anyMatch(outcome -> outcome.timestamp() == EVENT_TIME + 201));
        assertEquals(1, letters("TOO_LARGE").size());
    }

    /** Else every monitor of lag says that the ledger hangs, until the next payments come. */
    @Test
    void shouldCommitPastWhatAbortedTransactionsLeftThoughNoPaymentComes() throws Exception {
        topics.abort(inquire("never-said", payment("alice", "bob", 5), 1), EVENT_TIME + 300);
        Await.until(SOON, () -> topics.lag("journey"), lag -> lag == 0);
        assertEquals(
                List.of(),
                topics.read(Topic.LEDGER_OUTCOMES).stream()
                        .filter(outcome -> outcome.timestamp() == EVENT_TIME + 300)
                        .toList());
    }

    /** Steps of several reservations, one event a millisecond; the last of them when a time is over. */
    @Test
    void shouldDoWithReservationsWhatEventsAsk() throws Exception {
        ReservationEvent capture = capture("c1", "h1", BUSY, 50, false, SOMETIME);
        List<ReservationEvent> events = new ArrayList<>(List.of(
                capture("early", "h1", BUSY, 50, false, SOMETIME),
                reserve("h1", BUSY, "bob", 70, HOUR, false, SOMETIME),
                capture,
                capture,
                inquiry(capture),
                capture("c2", "h1", BUSY, 20, false, SOMETIME),
                release("v1", "h1", BUSY, SOMETIME),
                capture("c1", "h1", BUSY, 51, false, SOMETIME),
                inquiry(capture("never", "h1", BUSY, 1, false, SOMETIME)),
                reserve("h2", BUSY, "bob", 100, HOUR, true, SOMETIME),
                capture("c3", "h2", BUSY, 60, true, SOMETIME),
                capture("c4", "h2", BUSY, 41, true, SOMETIME),
                release("v2", "h2", BUSY, SOMETIME),
                release("v3", "h2", BUSY, SOMETIME)));
        // 1,000 less what was captured.
        for (int i = 0; i < 20; i++) {
            events.add(reserve("race " + i, BUSY, "bob", 89, Duration.ofMillis(1_000), false, SOMETIME));
        }
        for (int i = 0; i < events.size(); i++) {
            topics.send(events.get(i), SOMETIME.toEpochMilli() + i);
        }
        long over = SOMETIME.toEpochMilli() + 1_000;
        topics.send(capture("in time", "race 0", BUSY, 1, false, SOMETIME), over - 1);
        topics.send(capture("too late", "race 1", BUSY, 1, false, SOMETIME), over);
        topics.flush();

        Map<Long, String> answers = Await.until(
                SOON, () -> answersFrom(SOMETIME.toEpochMilli()), found -> found.size() == events.size() + 2);
        assertEquals(
                List.of(
                        "FAILED RESERVATION_NOT_FOUND null []",
                        "COMPLETED null null []",
                        "COMPLETED null null []",
                        "COMPLETED null null []",
                        "COMPLETED null null []",
                        "FAILED RESERVATION_CAPTURED null []",
                        "FAILED RESERVATION_CAPTURED null []",
                        "CONFLICT null null [amountMinor]",
                        "NOT_FOUND null null []",
                        "COMPLETED null null []",
                        "COMPLETED null null []",
                        "FAILED AMOUNT_ABOVE_RESERVATION null []",
                        "COMPLETED null null []",
                        "FAILED RESERVATION_VOIDED null []"),
                List.copyOf(answers.values()).subList(0, 14));
        assertEquals(
                Map.of("COMPLETED null null []", 10L, "FAILED INSUFFICIENT_FUNDS " + BUSY + " []", 10L),
                List.copyOf(answers.values()).subList(14, 34).stream()
                        .collect(Collectors.groupingBy(each -> each, Collectors.counting())));
        assertEquals("COMPLETED null null []", answers.get(over - 1));
        assertEquals("FAILED RESERVATION_EXPIRED null []", answers.get(over));
        assertEquals(
                List.of("889 0"),
                FreshDatabase.rows(
                        settings, "SELECT balance_minor, held_minor FROM accounts WHERE id = '" + BUSY + "'"));
        for (ConsumerRecord<byte[], byte[]> outcome : topics.read(Topic.LEDGER_OUTCOMES)) {
            if (outcome.timestamp() >= SOMETIME.toEpochMilli()) {
                PaymentKey key = topics.said(outcome).key();
                assertInstanceOf(ReservationOutcome.class, topics.outcome(outcome));
                assertEquals(key.topicKey(), new String(outcome.key(), UTF_8));
                assertEquals(Partitions.of(key, LedgerTopics.PARTITIONS), outcome.partition());
            }
        }
    }

    /** The release is an event of the log: a rebuild must find it there. */
    @Test
    void shouldFreeAHoldThatNobodyEndsAndWriteWhenIntoTheLog() throws Exception {
        Instant longAgo = Instant.ofEpochMilli(EVENT_TIME + 400);
        topics.send(reserve("forgotten", IDLE, "bob", 70, HOUR, false, longAgo), EVENT_TIME + 400);
        topics.flush();
        String ends =
                "SELECT how, released_minor FROM reservation_ends e JOIN payments p ON p.payment_id = e.reservation_id"
                        + " WHERE p.debtor_account = '" + IDLE + "'";
        Await.until(SOON, () -> FreshDatabase.rows(settings, ends), List.of("EXPIRED 70")::equals);

        WireReader<LedgerTime> reader = new WireReader<>(topics.format(), LedgerTime.class);
        List<ConsumerRecord<byte[], byte[]>> told = topics.read(Topic.LEDGER_EVENTS).stream()
                .filter(event -> reader.read(event.topic(), event.value()) instanceof Decoded.Value<?>)
                .toList();
        assertEquals(1, told.size());
        assertEquals(0, told.getFirst().partition());
        assertEquals(
                List.of(String.valueOf(told.getFirst().timestamp())),
                FreshDatabase.rows(settings, "SELECT at_ms FROM ledger_clocks WHERE event_partition = 0"));
        topics.send(capture("late", "forgotten", IDLE, 70, false, longAgo), EVENT_TIME + 401);
        topics.flush();
        assertEquals(
                Map.of(EVENT_TIME + 401, "FAILED RESERVATION_EXPIRED null []"),
                Await.until(SOON, () -> answersFrom(EVENT_TIME + 401), found -> found.containsKey(EVENT_TIME + 401))
                        .headMap(EVENT_TIME + 402));
    }

    private static SortedMap<Long, String> answersFrom(long eventTime) {
        SortedMap<Long, String> answers = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> outcome : topics.read(Topic.LEDGER_OUTCOMES)) {
            if (outcome.timestamp() >= eventTime) {
                answers.put(outcome.timestamp(), topics.said(outcome).toString());
            }
        }
        return answers;
    }

    /** The first of some names whose events lie on that partition. */
    private static String accountOn(int partition) {
        return IntStream.range(0, 1_000)
                .mapToObj(i -> "customer-" + i)
                .filter(name -> Partitions.of(name, LedgerTopics.PARTITIONS) == partition)
                .findFirst()
                .orElseThrow();
    }

    private static List<ConsumerRecord<byte[], byte[]>> outcomesBefore(long eventTime) {
        return topics.read(Topic.LEDGER_OUTCOMES).stream()
                .filter(outcome -> outcome.timestamp() >= EVENT_TIME && outcome.timestamp() < eventTime)
                .toList();
    }

    private static List<ConsumerRecord<byte[], byte[]>> letters(String reason) {
        return topics.read(Topic.DEAD_LETTERS).stream()
                .filter(letter -> header(letter, RecordHeaders.REASON).equals(reason))
                .toList();
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}
