package io.hapax.lab.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.schemas.PaymentCommand;
import io.hapax.topics.Topic;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Clients that send at a constant rate and do not wait for answers. Each payment is measured from the time at which
 * its command was <em>due</em> to its settlement. So a stall counts for all commands that were due in it
 * (coordinated omission).
 *
 * @param rate commands per second
 * @param warmUp time at the start whose commands are not counted
 */
record OpenLoop(BenchBroker broker, NumberedCommands commands, double rate, Duration warmUp) {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Sends these commands and waits for all settlements. */
    Latencies run(long from, long to) throws InterruptedException {
        Latencies latencies = new Latencies();
        Map<String, Long> dueNanos = new ConcurrentHashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = broker.consumerAtEnd(Topic.PAYMENT_DECISIONS)) {
            long startNanos = System.nanoTime();
            Thread sender = Thread.ofPlatform()
                    .name("open-loop")
                    .start(() -> latencies.latestSend(send(from, to, startNanos, dueNanos)));
            long countFromNanos = startNanos + warmUp.toNanos();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            for (long left = to - from; left > 0; ) {
                var decisions = consumer.poll(POLL);
                long now = System.nanoTime();
                for (ConsumerRecord<byte[], byte[]> decision : decisions) {
                    Long due = dueNanos.remove(new String(decision.key(), UTF_8));
                    if (due != null && due >= countFromNanos) {
                        latencies.record(now - due);
                    }
                    left -= due == null ? 0 : 1;
                }
                deadline = decisions.isEmpty() ? deadline : now + PATIENCE.toNanos();
                if (now > deadline) {
                    throw new IllegalStateException(left + " payments are not settled, and none was for " + PATIENCE);
                }
            }
            sender.join();
        }
        return latencies;
    }

    /** Returns by how many nanoseconds the latest was sent later than it was due. */
    private long send(long from, long to, long startNanos, Map<String, Long> dueNanos) {
        Serializer<PaymentCommand> serializer = broker.format().serializer();
        String topic = Topic.PAYMENT_COMMANDS.topicName();
        double interval = 1e9 / rate;
        long countFrom = from + Math.round(warmUp.toMillis() / 1e3 * rate);
        long latest = 0;
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(broker.client(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (long number = from; number < to; number++) {
                long due = startNanos + (long) ((number - from) * interval);
                String key = commands.key(number).topicKey();
                byte[] value = serializer.serialize(topic, commands.command(number));
                awaitNanos(due);
                long late = System.nanoTime() - due;
                latest = number < countFrom ? 0 : Math.max(latest, late);
                dueNanos.put(key, due);
                var unused = producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value));
            }
        }
        return latest;
    }

    private static void awaitNanos(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
