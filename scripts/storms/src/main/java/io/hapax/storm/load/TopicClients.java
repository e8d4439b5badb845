package io.hapax.storm.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.hapax.schemas.PaymentCommand;
import io.hapax.storm.history.Answer;
import io.hapax.storm.history.ClientEvent.Route;
import io.hapax.storm.history.Payload;
import io.hapax.storm.load.Memory.Operation;
import io.hapax.storm.world.StormSettings;
import io.hapax.storm.world.StormWorld;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/** Producers of commands that do not agree on a partitioner. The service sends on what came to a wrong partition. */
final class TopicClients implements AutoCloseable {
    private static final String COMMANDS = Topic.PAYMENT_COMMANDS.topicName();
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(40);

    /** Ways to choose a partition. */
    private enum Partitioner {
        /** Murmur2 of the key, as Kafka's own Java producer. */
        JAVA,
        /** CRC32 of the key, as librdkafka's {@code consistent_random}. */
        LIBRDKAFKA,
        /** Any partition, and no key. */
        ANY
    }

    private final Memory memory;
    private final Serializer<PaymentCommand> serializer;
    private final Map<Partitioner, KafkaProducer<byte[], byte[]>> producers = new EnumMap<>(Partitioner.class);

    TopicClients(StormWorld world, Memory memory) {
        this.memory = memory;
        this.serializer = world.parts().format().serializer();
        for (Partitioner partitioner : Partitioner.values()) {
            Map<String, Object> config = new HashMap<>(world.parts().kafka());
            config.put("client.id", name(partitioner));
            config.put("acks", "all");
            config.put("linger.ms", "5");
            config.put("max.block.ms", "15000");
            config.put("request.timeout.ms", "10000");
            config.put("delivery.timeout.ms", "30000");
            producers.put(
                    partitioner, new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()));
        }
    }

    /** Sends, and returns before the broker has answered. It may wait for the broker's metadata. */
    void send(Step step, Random random) {
        Partitioner partitioner = Partitioner.values()[random.nextInt(Partitioner.values().length)];
        byte[] value = value(step, random);
        int any = random.nextInt(StormSettings.PARTITIONS);
        Operation operation = memory.invoke(
                step, Route.TOPIC, name(partitioner), Base64.getEncoder().encodeToString(value));
        try {
            var unused = requireNonNull(producers.get(partitioner))
                    .send(command(step, partitioner, any, value), (sent, failure) -> {
                        if (failure == null) {
                            operation.answered(Answer.acknowledged(sent.partition(), sent.offset()));
                        } else {
                            operation.unknown(failure);
                        }
                    });
        } catch (RuntimeException e) {
            operation.unknown(e);
        }
    }

    private byte[] value(Step step, Random random) {
        Payload payload = step.payload();
        if (payload == null) {
            byte[] bytes = new byte[1 + random.nextInt(40)];
            random.nextBytes(bytes);
            return bytes;
        }
        return serializer.serialize(
                COMMANDS,
                PaymentCommand.newBuilder()
                        .setClientId(step.client())
                        .setIdempotencyKey(step.key())
                        .setDebtorAccount(payload.debtorAccount())
                        .setCreditorAccount(payload.creditorAccount())
                        .setAmountMinor(payload.amountMinor())
                        .setCurrency(payload.currency())
                        .setReference(payload.reference())
                        .setSentAt(step.sentAtMs() == null ? null : Instant.ofEpochMilli(step.sentAtMs()))
                        .build());
    }

    private static ProducerRecord<byte[], byte[]> command(Step step, Partitioner partitioner, int any, byte[] value) {
        byte[] key = new PaymentKey(step.client(), step.key()).topicKey().getBytes(UTF_8);
        return switch (partitioner) {
            case JAVA -> new ProducerRecord<>(COMMANDS, key, value);
            case LIBRDKAFKA -> new ProducerRecord<>(COMMANDS, crc32(key), key, value);
            case ANY -> new ProducerRecord<>(COMMANDS, any, null, value);
        };
    }

    private static int crc32(byte[] key) {
        CRC32 crc = new CRC32();
        crc.update(key);
        return (int) (crc.getValue() % StormSettings.PARTITIONS);
    }

    private static String name(Partitioner partitioner) {
        return "producer-" + partitioner.name().toLowerCase(Locale.ROOT);
    }

    /** What is not acknowledged by then, nobody knows. */
    @Override
    public void close() {
        producers.values().forEach(producer -> producer.close(CLOSE_WITHIN));
    }
}
