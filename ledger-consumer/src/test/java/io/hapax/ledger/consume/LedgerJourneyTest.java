package io.hapax.ledger.consume;

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
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.RecordHeaders;
import io.hapax.topics.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Events on a real broker through to a real database and back as outcomes. */
class LedgerJourneyTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final long EVENT_TIME = 1_767_225_600_000L;

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
                .open(List.of(AccountTerms.customer("alice", "EUR", 100), AccountTerms.customer("bob", "EUR", 0)));
        KafkaSettings kafka =
                new KafkaSettings(Map.of("bootstrap.servers", sandbox.bootstrapServers()), "journey", 500);
        loop = EventLoop.inGroup(
                kafka,
                topics.format(),
                new BookSchema(settings),
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
                .collect(Collectors.toMap(ConsumerRecord::timestamp, outcome -> answer(topics.outcome(outcome))));
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
            LedgerOutcome value = topics.outcome(outcome);
            PaymentKey key = new PaymentKey(value.getClientId(), value.getIdempotencyKey());
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

    private static String answer(LedgerOutcome outcome) {
        return outcome.getStatus() + " " + outcome.getFailureReason() + " " + outcome.getFailedAccount() + " "
                + outcome.getDifferingFields();
    }
}
