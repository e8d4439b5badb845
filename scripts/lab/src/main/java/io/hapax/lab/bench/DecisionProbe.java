package io.hapax.lab.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.PaymentCommand;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * A probe that sends new payments without a pause, on all partitions. For a given moment it finds the first payment
 * sent after it whose ledger event a consumer may read.
 */
final class DecisionProbe implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofMillis(5);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final BenchBroker broker;
    private final NumberedCommands commands;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, Long> sentNanos = new ConcurrentHashMap<>();
    private final KafkaConsumer<byte[], byte[]> events;
    private final Thread sender;

    /**
     * Times in seconds after a given moment.
     *
     * @param first time to the first decision
     * @param all time until each partition had a decision
     */
    record Recovered(double first, double all) {}

    DecisionProbe(BenchBroker broker, NumberedCommands commands) {
        this.broker = broker;
        this.commands = commands;
        this.events = broker.consumerAtEnd(Topic.LEDGER_EVENTS);
        this.sender = Thread.ofPlatform().name("probe").start(this::send);
    }

    /** Waits for decisions on commands that were sent after this moment. */
    Recovered await(long sinceNanos) {
        Deserializer<LedgerEvent> deserializer = broker.format().deserializer(LedgerEvent.class);
        long[] decidedNanos = new long[broker.partitions()];
        int undecided = decidedNanos.length;
        while (undecided > 0) {
            for (ConsumerRecord<byte[], byte[]> record : events.poll(POLL)) {
                LedgerEvent event = deserializer.deserialize(record.topic(), record.value());
                PaymentKey key = new PaymentKey(event.getClientId(), event.getIdempotencyKey());
                Long sent = sentNanos.remove(key.topicKey());
                int partition = Partitions.of(key, broker.partitions());
                if (sent != null && sent > sinceNanos && decidedNanos[partition] == 0) {
                    decidedNanos[partition] = System.nanoTime() - sinceNanos;
                    undecided--;
                }
            }
            if (System.nanoTime() - sinceNanos > PATIENCE.toNanos()) {
                throw new IllegalStateException(undecided + " partitions have decided nothing for " + PATIENCE);
            }
        }
        return new Recovered(
                Arrays.stream(decidedNanos).min().orElseThrow() / 1e9,
                Arrays.stream(decidedNanos).max().orElseThrow() / 1e9);
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            sender.join();
        } catch (InterruptedException endNow) {
            Thread.currentThread().interrupt();
        }
        events.close();
    }

    private void send() {
        Serializer<PaymentCommand> serializer = broker.format().serializer();
        String topic = Topic.PAYMENT_COMMANDS.topicName();
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(broker.client(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (long number = 0; !closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS); number++) {
                PaymentKey key = commands.key(number);
                sentNanos.put(key.topicKey(), System.nanoTime());
                var unused = producer.send(new ProducerRecord<>(
                        topic,
                        Partitions.of(key, broker.partitions()),
                        key.topicKey().getBytes(UTF_8),
                        serializer.serialize(topic, commands.command(number))));
            }
        } catch (InterruptedException endNow) {
            Thread.currentThread().interrupt();
        }
    }
}
