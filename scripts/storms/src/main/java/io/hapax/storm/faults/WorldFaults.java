package io.hapax.storm.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.sandbox.Part;
import io.hapax.storm.world.Instance;
import io.hapax.storm.world.StormSettings;
import io.hapax.topics.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Faults that hit more than one part, or that come from a stranger. */
final class WorldFaults {
    private static final Duration AHEAD = Duration.ofHours(1);

    private WorldFaults() {}

    /** Everything is killed at once, and starts at once, as after a loss of power that spared the disk's cache. */
    static Deed machine() {
        return (world, chance) -> {
            world.instances().forEach(each -> each.process().kill());
            for (Part part : Part.values()) {
                world.sandbox().kill(part);
            }
            chance.pass(0, 3);
            world.heal();
            return "machine";
        };
    }

    /** A producer writes commands in a transaction, and neither ends it nor lets readers pass for a while. */
    static Deed hangingTransaction() {
        return (world, chance) -> {
            Map<String, Object> config = new HashMap<>(world.parts().kafka());
            config.put(
                    "transactional.id",
                    "stranger-"
                            + UUID.nameUUIDFromBytes(
                                    new byte[] {(byte) chance.random().nextInt()}));
            config.put("transaction.timeout.ms", "20000");
            KafkaProducer<byte[], byte[]> stranger =
                    new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
            try {
                stranger.initTransactions();
                stranger.beginTransaction();
                for (int partition = 0; partition < StormSettings.PARTITIONS; partition++) {
                    var unused = stranger.send(new ProducerRecord<>(
                            Topic.PAYMENT_COMMANDS.topicName(), partition, null, "never committed".getBytes(UTF_8)));
                }
                stranger.flush();
            } finally {
                // Without an end of its transaction: the broker ends it when its time is over.
                stranger.close(Duration.ZERO);
            }
            chance.pass(20, 30);
            return "stranger";
        };
    }

    /** A third instance of the stream app joins, and leaves. */
    static Deed rebalance() {
        return (world, chance) -> {
            Instance third = world.spareStreamApp();
            third.startUnlessAlive();
            world.awaitReady(third);
            chance.pass(3, 15);
            third.process().stop();
            return third.name();
        };
    }

    /** A broker stamps records with a clock that is an hour ahead. */
    static Deed clockAhead() {
        return (world, chance) -> {
            int node = 1 + chance.random().nextInt(world.sandbox().brokers());
            world.sandbox().setClockAhead(node, AHEAD);
            try {
                chance.stand();
            } finally {
                world.sandbox().setClockAhead(node, Duration.ZERO);
            }
            return "broker-" + node;
        };
    }
}
