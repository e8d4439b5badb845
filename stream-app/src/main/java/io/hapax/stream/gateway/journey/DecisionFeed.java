package io.hapax.stream.gateway.journey;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.app.health.Check;
import io.hapax.schemas.CancelDecision;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.ReservationDecision;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.topics.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The feed of decisions: it reads all decisions from now on and passes on those that a request here waits for.
 *
 * <p>Every instance reads all partitions, without a group: a request may arrive at any instance, whoever owns its
 * key. A record that nobody waits for costs a look at its key.
 *
 * <p>A fault is waited for, and reading goes on where it was: a request that misses its decision is told to come
 * again. An instance whose feed stands still answers nobody, so its readiness depends on {@link #check}.
 */
final class DecisionFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DecisionFeed.class);

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration READY_WITHIN = Duration.ofSeconds(30);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);
    private static final long PAUSE_MS = 1_000;

    private final Map<String, Object> config;
    private final WireReader<SpecificRecord> reader;
    private final AwaitedDecisions awaited;
    private final FeedProgress progress = new FeedProgress(System::nanoTime);
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable Consumer<byte[], byte[]> consumer;

    private DecisionFeed(Map<String, Object> config, WireReader<SpecificRecord> reader, AwaitedDecisions awaited) {
        this.config = config;
        this.reader = reader;
        this.awaited = awaited;
        this.thread = Thread.ofPlatform().name("decision-feed").daemon().unstarted(this::run);
    }

    /** Starts and returns when every decision that is made from now on will be read. */
    static DecisionFeed start(Map<String, Object> config, WireReader<SpecificRecord> reader, AwaitedDecisions awaited) {
        DecisionFeed feed = new DecisionFeed(config, reader, awaited);
        feed.thread.start();
        try {
            if (feed.ready.await(READY_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                return feed;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        feed.close();
        throw new TimeoutException("could not read " + Topic.PAYMENT_DECISIONS.topicName() + " within " + READY_WITHIN);
    }

    /** A check that decisions are read, and soon after they were made. */
    Check check() {
        return thread.isAlive() ? progress.check() : progress.dead();
    }

    @Override
    public void close() {
        closed.countDown();
        // Not by an interrupt: a consumer that is interrupted cannot leave the broker in order, and logs an error.
        Consumer<byte[], byte[]> reading = consumer;
        if (reading != null) {
            reading.wakeup();
        }
        try {
            thread.join(CLOSE_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (closed.getCount() > 0) {
            try (Consumer<byte[], byte[]> reading =
                    new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer = reading;
                follow(reading);
            } catch (WakeupException e) {
                return;
            } catch (KafkaException e) {
                LOG.warn("decisions cannot be read; trying again in {} ms", PAUSE_MS, e);
                pause();
            }
        }
    }

    private void follow(Consumer<byte[], byte[]> consumer) {
        boolean isFirst = next.isEmpty();
        Set<TopicPartition> partitions = partitions(consumer);
        consumer.assign(partitions);
        for (TopicPartition partition : partitions) {
            Long from = next.get(partition);
            if (from != null) {
                consumer.seek(partition, from);
            } else if (isFirst) {
                consumer.seekToEnd(List.of(partition));
            } else {
                consumer.seekToBeginning(List.of(partition));
            }
        }
        // Asked now: an end that is asked for at the first poll may lie behind a decision that is awaited.
        partitions.forEach(partition -> next.put(partition, consumer.position(partition)));
        ready.countDown();
        while (closed.getCount() > 0) {
            followNew(consumer);
            for (ConsumerRecord<byte[], byte[]> found : consumer.poll(POLL)) {
                hand(found);
                next.put(new TopicPartition(found.topic(), found.partition()), found.offset() + 1);
            }
            progress.at(lag(consumer, consumer.assignment()));
        }
    }

    /**
     * The partitions as the consumer last heard of them. It asks every {@link GatewayClients#DECISIONS_MAX_AGE}, so
     * this sends no request of its own.
     */
    private static Set<TopicPartition> partitions(Consumer<byte[], byte[]> consumer) {
        return consumer.partitionsFor(Topic.PAYMENT_DECISIONS.topicName()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .collect(Collectors.toSet());
    }

    /** Reads partitions that were added from their start: what is in them was decided since, and may be awaited. */
    private void followNew(Consumer<byte[], byte[]> consumer) {
        Set<TopicPartition> added = partitions(consumer);
        added.removeAll(consumer.assignment());
        if (!added.isEmpty()) {
            LOG.info("decisions lie on more partitions now: {}", added);
            Set<TopicPartition> all = new HashSet<>(consumer.assignment());
            all.addAll(added);
            // Keeps the positions of those that were there.
            consumer.assign(all);
            consumer.seekToBeginning(added);
            added.forEach(partition -> next.put(partition, consumer.position(partition)));
        }
    }

    /** Decisions that are there and not read, as last heard from the broker. */
    private static long lag(Consumer<byte[], byte[]> consumer, Set<TopicPartition> partitions) {
        return partitions.stream()
                .map(consumer::currentLag)
                .mapToLong(lag -> lag.orElse(0))
                .sum();
    }

    private void hand(ConsumerRecord<byte[], byte[]> found) {
        if (found.key() == null) {
            return;
        }
        String topicKey = new String(found.key(), UTF_8);
        if (!awaited.isAwaited(topicKey)) {
            return;
        }
        switch (reader.read(found.topic(), found.value())) {
            case Decoded.Value<SpecificRecord>(var decision) -> awaited.offer(topicKey, decided(decision));
            case Decoded.Unreadable<SpecificRecord> unreadable ->
                LOG.warn(
                        "unreadable decision partition={} offset={} reason={}",
                        found.partition(),
                        found.offset(),
                        unreadable.reason());
        }
    }

    private static Decided decided(SpecificRecord decision) {
        return switch (decision) {
            case ReservationDecision ofStep -> Decided.of(ofStep);
            case CancelDecision ofCancel -> Decided.of(ofCancel);
            default -> Decided.of((PaymentDecision) decision);
        };
    }

    private void pause() {
        try {
            closed.await(PAUSE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
