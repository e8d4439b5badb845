package io.hapax.ledger.consume;

import io.hapax.ledger.book.Book;
import io.hapax.ledger.book.OpenHolds;
import io.hapax.schemas.LedgerTime;
import io.hapax.serde.AvroFormat;
import io.hapax.topics.Topic;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watch over holds whose time is over while no event says so: a partition without events has no time. It writes
 * the time into the partition, as an event among events. So the money is freed at a place of the log, and a rebuild
 * frees it at the same place.
 *
 * <p>Several may write the same time, such as an instance that no longer owns the partition. The second one frees
 * nothing. If the time can't be written, holds last longer, and payments go on.
 */
final class IdleHolds {
    private static final Logger log = LoggerFactory.getLogger(IdleHolds.class);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);

    /** All that is open is read for the metrics: if there is anything, so seldom. */
    private static final Duration SUM_EVERY = Duration.ofMinutes(1);

    /**
     * The time that is told is so much earlier than this process's. A clock that is ahead of the brokers' by less ends
     * no hold too early, and what is on its way to the log is read before.
     */
    static final Duration BEHIND = Duration.ofMinutes(1);

    private final Book book;
    private final Publisher publisher;
    private final Serializer<LedgerTime> serializer;
    private final InstantSource clock;
    private final HoldMetrics metrics;
    private final Map<Integer, Instant> told = new HashMap<>();
    private Instant lookedAt = Instant.MIN;
    private Instant summedAt = Instant.MIN;
    private Duration sumEvery = LOOK_EVERY;

    IdleHolds(Book book, Publisher publisher, AvroFormat format, InstantSource clock, HoldMetrics metrics) {
        this.book = book;
        this.publisher = publisher;
        this.serializer = format.serializer();
        this.clock = clock;
        this.metrics = metrics;
    }

    /** Looks now and then, however often it is called. */
    void look(Collection<Integer> partitions) {
        Instant now = clock.instant();
        if (!isDue(lookedAt, LOOK_EVERY, now)) return;
        lookedAt = now;
        try {
            tell(partitions, now.minus(BEHIND));
            sum(partitions, now);
        } catch (SQLException | KafkaException fault) {
            log.warn("idle holds are not freed yet: {}", fault.toString());
        }
    }

    private void sum(Collection<Integer> partitions, Instant now) throws SQLException {
        if (!isDue(summedAt, sumEvery, now)) return;
        OpenHolds open = book.openHolds(partitions);
        metrics.open(open, now);
        summedAt = now;
        sumEvery = open.reservations() == 0 ? LOOK_EVERY : SUM_EVERY;
    }

    /** Also when the clock was set back. */
    private static boolean isDue(Instant last, Duration every, Instant now) {
        return now.isBefore(last) || !now.isBefore(last.plus(every));
    }

    private void tell(Collection<Integer> partitions, Instant at) throws SQLException {
        List<Integer> due = new ArrayList<>();
        book.idleHolds(partitions, at).forEach((partition, lastEnd) -> {
            // Told already, and not read yet.
            if (told.getOrDefault(partition, Instant.MIN).isBefore(lastEnd)) due.add(partition);
        });
        if (due.isEmpty()) return;
        publisher.publish(due.stream().map(partition -> record(partition, at)).toList());
        due.forEach(partition -> told.put(partition, at));
        log.info("time told to partitions={} at={}", due, at);
    }

    private ProducerRecord<byte[], byte[]> record(int partition, Instant at) {
        String topic = Topic.LEDGER_EVENTS.topicName();
        return new ProducerRecord<>(
                topic, partition, at.toEpochMilli(), null, serializer.serialize(topic, new LedgerTime(at)));
    }
}
