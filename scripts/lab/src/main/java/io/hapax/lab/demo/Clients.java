package io.hapax.lab.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.stream.wire.Commands;
import io.hapax.topics.LogPosition;
import io.hapax.topics.Topic;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Two clients with different partitioners. One keys its commands as Kafka's Java producer does. The other sends its
 * commands to any partition.
 */
final class Clients implements AutoCloseable {
    private final Serializer<SpecificRecord> serializer;
    private final Producer<byte[], byte[]> producer;
    private final int partitions;
    private final Random random;
    private long sent;

    Clients(DemoWorld world, long seed) {
        Map<String, Object> config = new HashMap<>(world.kafka());
        config.put("acks", "all");
        config.put("linger.ms", "5");
        this.serializer = world.format().serializer();
        this.producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        this.partitions =
                producer.partitionsFor(Topic.PAYMENT_COMMANDS.topicName()).size();
        this.random = new Random(seed);
    }

    void send(Sending sending) {
        String topic = Topic.PAYMENT_COMMANDS.topicName();
        ProducerRecord<byte[], byte[]> made = switch (sending) {
            case Sending.Command(SpecificRecord command) ->
                random.nextBoolean()
                        ? new ProducerRecord<>(topic, key(command), serializer.serialize(topic, command))
                        : new ProducerRecord<>(
                                topic, random.nextInt(partitions), null, serializer.serialize(topic, command));
            case Sending.Bytes(byte[] bytes) -> new ProducerRecord<>(topic, bytes);
        };
        var unused = producer.send(made);
        sent++;
    }

    /** Waits until the broker has all commands; returns their number. */
    long flush() {
        producer.flush();
        return sent;
    }

    long sent() {
        return sent;
    }

    private static byte[] key(SpecificRecord command) {
        return Commands.received(command, new LogPosition(0, 0))
                .key()
                .topicKey()
                .getBytes(UTF_8);
    }

    @Override
    public void close() {
        producer.close();
    }
}
