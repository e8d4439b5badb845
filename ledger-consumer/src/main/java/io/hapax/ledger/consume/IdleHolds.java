package io.hapax.ledger.consume;

import io.hapax.ledger.book.Book;
import io.hapax.ledger.book.HoldTimes;
import io.hapax.schemas.LedgerTime;
import io.hapax.serde.AvroFormat;
import io.hapax.topics.Topic;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
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

    /**
     * The time that is told is at least so much earlier than this process's. A clock that is ahead of the brokers' by
     * less ends no hold too early, and what is on its way to the log is read before.
     */
    static final Duration BEHIND = Duration.ofMinutes(1);

    /**
     * Holds that one told time ends, beside those that end in the same millisecond: they end in one batch, for which
     * payments wait.
     */
    static final int AT_ONCE = 10_000;

    private final Book book;
    private final Publisher publisher;
    private final Serializer<LedgerTime> serializer;
    private final InstantSource clock;
    private final HoldMetrics metrics;
    private final Map<Integer, Instant> told = new HashMap<>();
    private final Pace pace;

    IdleHolds(Book book, Publisher publisher, AvroFormat format, InstantSource clock, HoldMetrics metrics) {
        this.book = book;
        this.publisher = publisher;
        this.serializer = format.serializer();
        this.clock = clock;
        this.metrics = metrics;
        this.pace = new Pace(clock);
    }

    /** Looks now and then, however often it is called. */
    void look(Collection<Integer> partitions) {
        if (!pace.isDue(LOOK_EVERY)) return;
        Instant now = clock.instant();
        Instant over = now.minus(BEHIND);
        try {
            Map<Integer, HoldTimes> times = book.holdTimes(partitions, over, AT_ONCE);
            metrics.firstEnds(
                    times.values().stream()
                            .map(HoldTimes::first)
                            .min(Comparator.naturalOrder())
                            .orElse(null),
                    now);
            tell(times);
        } catch (SQLException | KafkaException fault) {
            log.warn("idle holds are not freed yet: {}", fault.toString());
        }
    }

    /**
     * The time that is told is that of the last end, and not this process's: a clock that is ahead by a year would end
     * all holds of the partition for a year.
     */
    private void tell(Map<Integer, HoldTimes> times) {
        Map<Integer, Instant> due = new TreeMap<>();
        times.forEach((partition, holds) -> {
            Instant lastOver = holds.lastOver();
            // Told already, and not read yet.
            if (lastOver == null || !told.getOrDefault(partition, Instant.MIN).isBefore(lastOver)) return;
            due.put(partition, lastOver);
        });
        if (due.isEmpty()) return;
        publisher.publish(due.entrySet().stream()
                .map(each -> record(each.getKey(), each.getValue()))
                .toList());
        told.putAll(due);
        log.info("time told to partitions={}", due);
    }

    private ProducerRecord<byte[], byte[]> record(int partition, Instant at) {
        String topic = Topic.LEDGER_EVENTS.topicName();
        return new ProducerRecord<>(
                topic, partition, at.toEpochMilli(), null, serializer.serialize(topic, new LedgerTime(at)));
    }
}
