package io.hapax.ledger.consume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.ledger.LedgerConsumer;
import io.hapax.ledger.book.AccountTerms;
import io.hapax.ledger.book.Accounts;
import io.hapax.ledger.book.DatabaseSettings;
import io.hapax.ledger.book.FreshDatabase;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.Requests;
import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.sandbox.LentBroker;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import io.hapax.schemas.ReservationEvent;
import io.hapax.topics.Topic;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A broker and a database of a test's own, events that flow through them, and what must have become of them. */
final class LedgerWorld implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    /** 2100, so that the time of the log alone ends holds: none is idle by the clock of this machine. */
    private static final long FIRST_EVENT_TIME = 4_102_444_800_000L;

    private static final int CUSTOMERS = 200;
    private static final String MERCHANT = "merchant";
    private static final String NOBODY = "nobody";

    private final Path folder;
    private final LentBroker broker = LentBroker.lend();
    private final Sandbox sandbox;
    private final InMemoryRegistry registry = InMemoryRegistry.start();
    private final LedgerTopics topics;
    private DatabaseSettings database;
    private final List<AppProcess> processes = new ArrayList<>();
    private final Random random = new Random(23);
    private final List<Sent> sent = new ArrayList<>();
    private final Set<String> payments = new HashSet<>();
    private final List<ReservationEvent> reservations = new ArrayList<>();

    /** An event about a payment at once, or about a step of a reservation. */
    private sealed interface Sent {
        record OfPayment(PostingRequest request) implements Sent {}

        record OfStep(ReservationEvent event) implements Sent {}
    }

    /** With money that runs out on the way. */
    LedgerWorld(Path folder) throws SQLException {
        this(folder, 2_000);
    }

    LedgerWorld(Path folder, long balanceMinor) throws SQLException {
        this.folder = folder;
        sandbox = Sandbox.start(folder.resolve("sandbox"), Part.POSTGRES);
        topics = new LedgerTopics(broker.bootstrapServers(), registry.url());
        database = FreshDatabase.migrated(sandbox);
        List<AccountTerms> accounts = new ArrayList<>();
        accounts.add(AccountTerms.customer(MERCHANT, "EUR", 0));
        for (int i = 0; i < CUSTOMERS; i++) {
            accounts.add(AccountTerms.customer("customer-" + i, "EUR", balanceMinor));
        }
        try (HikariDataSource pool = database.pool()) {
            new Accounts(pool, Clock.systemUTC()).open(accounts);
        }
    }

    /** With the database. */
    Sandbox sandbox() {
        return sandbox;
    }

    DatabaseSettings database() {
        return database;
    }

    LedgerTopics topics() {
        return topics;
    }

    /** A ledger consumer in a JVM of its own, with that main class and group. */
    AppProcess process(Class<?> main, String group) {
        Map<String, String> settings = new HashMap<>();
        settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
        // A killed member's place is taken at once, not after its session has timed out.
        settings.put("kafka.consumer.group.instance.id", "the-only-one");
        settings.put("kafka.consumer.session.timeout.ms", "6000");
        settings.put("schema.registry.url", registry.url());
        settings.put("jdbc.url", database.url());
        settings.put("jdbc.user", database.user());
        settings.put("jdbc.password", database.password());
        settings.put("migration.user", database.migrationUser());
        settings.put("migration.password", database.migrationPassword());
        settings.put("consumer.group", group);
        settings.put("batch.max.events", "100");
        AppProcess process = new AppProcess("ledger-" + processes.size(), main, LedgerConsumer.class, folder, settings);
        processes.add(process);
        return process;
    }

    /**
     * Sends events: mostly new payments, some of them to one account, and steps of reservations; some again, some
     * inquiries about earlier ones.
     */
    void send(int events) {
        for (int i = 0; i < events; i++) {
            Sent next = next();
            long time = FIRST_EVENT_TIME + sent.size();
            switch (next) {
                case Sent.OfPayment(var request) -> topics.send(request, time);
                case Sent.OfStep(var event) -> topics.send(event, time);
            }
            sent.add(next);
        }
        topics.flush();
    }

    private Sent next() {
        int choice = sent.isEmpty() ? 100 : random.nextInt(100);
        if (choice < 6) {
            Sent earlier = sent.get(random.nextInt(sent.size()));
            return choice < 3 ? earlier : inquiry(earlier);
        }
        if (choice < 20) return new Sent.OfStep(reserve());
        if (choice < 34 && !reservations.isEmpty()) return new Sent.OfStep(end());
        return new Sent.OfPayment(payment(choice));
    }

    private Sent inquiry(Sent about) {
        return switch (about) {
            case Sent.OfPayment(var earlier) ->
                new Sent.OfPayment(Requests.inquire(earlier.idempotencyKey(), earlier.content(), sent.size()));
            case Sent.OfStep(var earlier) -> new Sent.OfStep(ReservationEvents.inquiry(earlier));
        };
    }

    private PostingRequest payment(int choice) {
        int debtor = random.nextInt(CUSTOMERS);
        String creditor =
                choice == 99 ? NOBODY : random.nextInt(4) == 0 ? MERCHANT : "customer-" + (debtor + 1) % CUSTOMERS;
        return Requests.post(
                newKey(),
                new PaymentContent("customer-" + debtor, creditor, 1 + random.nextInt(500), "EUR", null),
                sent.size());
    }

    private ReservationEvent reserve() {
        ReservationEvent reserve = ReservationEvents.reserve(
                newKey(),
                "customer-" + random.nextInt(CUSTOMERS),
                MERCHANT,
                1 + random.nextInt(500),
                Duration.ofMillis(1 + random.nextInt(300)),
                random.nextBoolean(),
                now());
        reservations.add(reserve);
        return reserve;
    }

    /** A capture or a release of one of the last reservations. */
    private ReservationEvent end() {
        int last = reservations.size() - 1;
        ReservationEvent of = reservations.get(Math.max(0, last - random.nextInt(30)));
        String reservation = of.getIdempotencyKey();
        return random.nextInt(3) == 0
                ? ReservationEvents.release(newKey(), reservation, of.getDebtorAccount(), now())
                : ReservationEvents.capture(
                        newKey(),
                        reservation,
                        of.getDebtorAccount(),
                        1 + random.nextInt(300),
                        random.nextBoolean(),
                        now());
    }

    private Instant now() {
        return Instant.ofEpochMilli(FIRST_EVENT_TIME + sent.size());
    }

    private String newKey() {
        String key = "payment-" + payments.size();
        payments.add(key);
        return key;
    }

    /**
     * The database as it stands, beside it: what a standby that lags from now on would have. Nobody may be connected.
     */
    DatabaseSettings copyOfDatabase() throws SQLException {
        return FreshDatabase.copyOf(sandbox, database);
    }

    /** From now on the ledger is there. */
    void failOverTo(DatabaseSettings standby) {
        database = standby;
    }

    /** Sets a group back to the first event that was sent after that many. */
    void setBack(String group, int events) throws Exception {
        topics.setBack(group, FIRST_EVENT_TIME + events);
    }

    void awaitOutcomes() throws Exception {
        Await.until(PATIENCE, this::outcomesByEvent, found -> found.size() >= sent.size());
    }

    /** Waits until every event has an outcome, and holds topics and database against the promise. */
    void verify() throws Exception {
        awaitOutcomes();
        Map<Long, Set<ByteBuffer>> outcomes = outcomesByEvent();
        assertEquals(sent.size(), outcomes.size(), "events answered");
        outcomes.forEach((time, answers) -> assertEquals(1, answers.size(), "different outcomes of one event"));
        outcomesOfOnePaymentAgree();
        assertEquals(
                List.of(String.valueOf(payments.size())),
                FreshDatabase.rows(database, "SELECT count(*) FROM payments WHERE event_offset IS NOT NULL"),
                "payments posted once");
        assertEquals(List.of(), FreshDatabase.contradictions(database));
        assertEquals(
                latestTimes(),
                FreshDatabase.rows(database, "TABLE ledger_clocks ORDER BY event_partition"),
                "the clocks of a rebuild");
        assertEquals(
                List.of("CAPTURED", "EXPIRED", "VOIDED"),
                FreshDatabase.rows(database, "SELECT DISTINCT how FROM reservation_ends ORDER BY how"));
        assertTrue(
                Integer.parseInt(FreshDatabase.rows(database, "SELECT count(*) FROM payments WHERE status = 'FAILED'")
                                .getFirst())
                        > 0,
                "no payment failed: the run shows too little");
    }

    boolean isAllPosted(List<String> count) {
        return count.equals(List.of(String.valueOf(payments.size())));
    }

    /** Outcomes published so far, repetitions included: more than events when something was dealt with again. */
    int publications() {
        return topics.read(Topic.LEDGER_OUTCOMES).size();
    }

    /** Different outcomes by the time of the event that they answer, which tells the event. */
    private Map<Long, Set<ByteBuffer>> outcomesByEvent() {
        Map<Long, Set<ByteBuffer>> byEvent = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> outcome : topics.read(Topic.LEDGER_OUTCOMES)) {
            byEvent.computeIfAbsent(outcome.timestamp(), time -> new HashSet<>())
                    .add(ByteBuffer.wrap(outcome.value()));
        }
        return byEvent;
    }

    /** Of each partition, however often it was read. */
    private List<String> latestTimes() {
        Map<Integer, Long> latest = new TreeMap<>();
        topics.read(Topic.LEDGER_EVENTS)
                .forEach(event -> latest.merge(event.partition(), event.timestamp(), Math::max));
        return latest.entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .toList();
    }

    private void outcomesOfOnePaymentAgree() {
        Map<Object, Object> byPayment = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : topics.read(Topic.LEDGER_OUTCOMES)) {
            LedgerTopics.Said outcome = topics.said(record);
            Object answer = outcome.toString();
            Object before = byPayment.putIfAbsent(outcome.key(), answer);
            assertTrue(before == null || before.equals(answer), () -> before + " and " + answer);
        }
    }

    @Override
    public void close() {
        processes.forEach(AppProcess::kill);
        topics.close();
        broker.close();
        sandbox.close();
        registry.close();
    }
}
