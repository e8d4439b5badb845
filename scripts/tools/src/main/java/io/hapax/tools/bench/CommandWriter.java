package io.hapax.tools.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.schemas.PaymentCommand;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/** Writes commands on the partitions of their keys, many at once. */
final class CommandWriter implements AutoCloseable {
    private final Serializer<PaymentCommand> serializer;
    private final Producer<byte[], byte[]> producer;

    CommandWriter(BenchBroker broker) {
        Map<String, Object> config = new HashMap<>(broker.client());
        config.put("linger.ms", 20);
        config.put("batch.size", 262_144);
        this.serializer = broker.format().serializer();
        this.producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Commands of these numbers, each once, in order. */
    void write(NumberedCommands commands, long from, long to) {
        for (long number = from; number < to; number++) {
            send(commands.command(number));
        }
        producer.flush();
    }

    /**
     * So many commands, a share of which repeat one before at a random place; returns how many payments they ask for.
     */
    long writeWithRepeats(NumberedCommands commands, int count, double repeats, Random random) {
        long next = 0;
        for (int i = 0; i < count; i++) {
            boolean again = next > 0 && random.nextDouble() < repeats;
            send(commands.command(again ? random.nextLong(next) : next));
            next += again ? 0 : 1;
        }
        producer.flush();
        return next;
    }

    @Override
    public void close() {
        producer.close();
    }

    private void send(PaymentCommand command) {
        String topic = Topic.PAYMENT_COMMANDS.topicName();
        PaymentKey key = new PaymentKey(command.getClientId(), command.getIdempotencyKey());
        var unused = producer.send(
                new ProducerRecord<>(topic, key.topicKey().getBytes(UTF_8), serializer.serialize(topic, command)));
    }
}
