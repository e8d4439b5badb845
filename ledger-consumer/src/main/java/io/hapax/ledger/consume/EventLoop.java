package io.hapax.ledger.consume;

import io.hapax.app.acls.AppRights;
import io.hapax.ledger.book.Book;
import io.hapax.ledger.book.BookSchema;
import io.hapax.ledger.posting.LedgerInput;
import io.hapax.ledger.posting.PostingAnswer;
import io.hapax.serde.AvroFormat;
import io.hapax.topics.DeadLetter;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger at work: read a batch of events, deal with it in the book, publish the outcomes, commit the offsets; in
 * this order, so that dying anywhere repeats the batch, which posts nothing and publishes the same outcomes.
 *
 * <p>What can heal is waited for, however long it takes: the database, the registry, the broker. Anything else ends
 * the loop.
 */
public final class EventLoop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EventLoop.class);

    /** Only how soon the loop sees that it is to stop when no events come. */
    private static final Duration POLL = Duration.ofSeconds(1);

    /** From "a moment" for a lost connection to what a returning database can stand from many instances. */
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    private final EventSource source;
    private final EventDecoder decoder;
    private final BookSchema schema;
    private final Book book;
    private final OutcomeEncoder encoder;
    private final Publisher publisher;
    private final Readiness readiness;
    private final LedgerMetrics metrics;
    private final AppRights rights;
    private final InstantSource clock;
    private final CrashPoint crashPoint;
    private final BatchOrder order;
    private final HoldWatch holdWatch;

    private volatile boolean stopping;
    private boolean hasTables;
    private int failures;

    EventLoop(
            EventSource source,
            EventDecoder decoder,
            BookSchema schema,
            Book book,
            OutcomeEncoder encoder,
            Publisher publisher,
            Readiness readiness,
            LedgerMetrics metrics,
            AppRights rights,
            InstantSource clock,
            CrashPoint crashPoint,
            BatchOrder order,
            HoldWatch holdWatch) {
        this.source = source;
        this.decoder = decoder;
        this.schema = schema;
        this.book = book;
        this.encoder = encoder;
        this.publisher = publisher;
        this.readiness = readiness;
        this.metrics = metrics;
        this.rights = rights;
        this.clock = clock;
        this.crashPoint = crashPoint;
        this.order = order;
        this.holdWatch = holdWatch;
    }

    /**
     * Works in the group's share of the partitions.
     *
     * @param beside the same book on a connection that posting does not need
     * @param order for harnesses that must show that they notice a wrong one
     */
    public static EventLoop inGroup(
            KafkaSettings kafka,
            AvroFormat format,
            BookSchema schema,
            Book book,
            Book beside,
            Readiness readiness,
            LedgerMetrics metrics,
            AppRights rights,
            InstantSource clock,
            BatchOrder order) {
        return new EventLoop(
                EventSource.inGroup(new KafkaConsumer<>(kafka.consumerConfig())),
                new EventDecoder(format),
                schema,
                book,
                new OutcomeEncoder(format),
                publisher(kafka),
                readiness,
                metrics,
                rights,
                clock,
                CrashPoint.NONE,
                order,
                HoldWatch.of(beside, publisher(kafka), format, clock, metrics.holds()));
    }

    private static Publisher publisher(KafkaSettings kafka) {
        return new Publisher(() -> new KafkaProducer<>(kafka.producerConfig()));
    }

    /** Works until {@link #stop()}. */
    public void run() {
        try {
            while (!stopping) {
                workOnce();
            }
        } catch (WakeupException toStop) {
            log.info("woken up to stop");
        } finally {
            readiness.is(new Readiness.Stopped());
        }
    }

    /**
     * Ends {@link #run()} after the batch at hand; any thread may call this. What is not finished is repeated later.
     */
    public void stop() {
        stopping = true;
        source.wakeUp();
    }

    @Override
    public void close() {
        // Leaves the group in any case.
        try (source;
                holdWatch) {
            publisher.close();
        }
    }

    private void workOnce() {
        readiness.turn();
        ConsumerRecords<byte[], byte[]> batch = source.poll(hasTables ? POLL : Duration.ZERO);
        try {
            prepareTables();
            if (!batch.isEmpty()) {
                dealWith(batch);
                getOn();
            } else if (failures == 0) {
                source.commitPosition();
                metrics.lag(source.lag());
                sayRunning();
            }
            if (failures == 0) holdWatch.look(source.partitions());
        } catch (SQLException | KafkaException fault) {
            if (fault instanceof WakeupException toStop) throw toStop;
            waitAfter(fault, batch);
        }
    }

    /**
     * Here and not before the loop, so that a database which is away at the start is waited for like at any other
     * time.
     */
    private void prepareTables() throws SQLException {
        if (hasTables) return;
        schema.migrate();
        hasTables = true;
        log.info("the book has its tables");
    }

    private void dealWith(ConsumerRecords<byte[], byte[]> batch) throws SQLException {
        List<DecodedEvent> events = decode(batch);
        BatchWork work = new BatchWork(events);
        order.run(work::book, work::publish, () -> source.commit(batch));
        metrics.booked(work.bookNanos, work.answers);
        metrics.published(work.publishNanos);
        count(events);
        metrics.batch(batch.count(), source.lag());
    }

    /** The work on one batch, and how long it took. */
    private final class BatchWork {
        private final List<DecodedEvent> events;
        private List<PostingAnswer> answers = List.of();
        private long bookNanos;
        private long publishNanos;

        private BatchWork(List<DecodedEvent> events) {
            this.events = events;
        }

        private void book() throws SQLException {
            long started = System.nanoTime();
            answers = book.post(inputs(events));
            bookNanos = System.nanoTime() - started;
            crashPoint.bookedButNotPublished();
        }

        private void publish() {
            long started = System.nanoTime();
            publisher.publish(records(events, answers));
            publishNanos = System.nanoTime() - started;
            crashPoint.publishedButNotCommitted();
        }
    }

    private void count(List<DecodedEvent> events) {
        long nowMs = clock.millis();
        for (DecodedEvent event : events) {
            switch (event) {
                // An event carries the time of the command that it follows from.
                case DecodedEvent.Request asked ->
                    metrics.answered(asked.event().timestamp(), nowMs);
                case DecodedEvent.Time nobodyAsked -> {}
                case DecodedEvent.Unreadable unreadable -> metrics.deadLetter(unreadable.reason());
            }
        }
    }

    private List<DecodedEvent> decode(ConsumerRecords<byte[], byte[]> batch) {
        List<DecodedEvent> events = new ArrayList<>(batch.count());
        for (ConsumerRecord<byte[], byte[]> event : batch) {
            events.add(decoder.decode(event));
        }
        return events;
    }

    private static List<LedgerInput> inputs(List<DecodedEvent> events) {
        List<LedgerInput> inputs = new ArrayList<>(events.size());
        for (DecodedEvent event : events) {
            switch (event) {
                case DecodedEvent.Request asked -> inputs.add(asked.request());
                case DecodedEvent.Time told -> inputs.add(told.passed());
                case DecodedEvent.Unreadable nothing -> {}
            }
        }
        return inputs;
    }

    private List<ProducerRecord<byte[], byte[]>> records(List<DecodedEvent> events, List<PostingAnswer> answers) {
        Iterator<PostingAnswer> nextAnswer = answers.iterator();
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(events.size());
        for (DecodedEvent event : events) {
            switch (event) {
                case DecodedEvent.Request asked ->
                    records.add(encoder.encode(nextAnswer.next(), asked.event().timestamp()));
                case DecodedEvent.Time nobodyAsked -> {}
                case DecodedEvent.Unreadable(var unreadable, var reason, var detail) ->
                    records.add(
                            DeadLetter.about(unreadable, reason.name(), detail).toSend());
            }
        }
        return records;
    }

    private void getOn() {
        if (failures > 0) log.info("the ledger gets on again after failures={}", failures);
        failures = 0;
        sayRunning();
    }

    private void sayRunning() {
        readiness.is(new Readiness.Running(source.partitions().size()));
    }

    private void waitAfter(Exception fault, ConsumerRecords<byte[], byte[]> batch) {
        failures++;
        metrics.waits();
        Duration backoff = BACKOFF.after(failures);
        String reason = rights.missingIn(fault).orElseGet(fault::toString);
        log.warn("the ledger waits failures={} backoff_ms={} reason={}", failures, backoff.toMillis(), reason);
        Instant since = readiness.state() instanceof Readiness.Waiting waiting ? waiting.since() : clock.instant();
        readiness.is(new Readiness.Waiting(since, failures, reason));
        source.rewind(batch);
        source.rest(backoff);
    }
}
