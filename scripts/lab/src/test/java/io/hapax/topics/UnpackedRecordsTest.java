package io.hapax.topics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hapax.sandbox.LentBroker;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A small batch that unpacks to a huge record, on a real broker: docs/operating.md says which setting of a topic
 * keeps it out.
 */
class UnpackedRecordsTest {
    private static final String LARGEST = "max.decompressed.message.bytes";
    private static final int BOUND = 9_437_184;

    private static final LentBroker BROKER = LentBroker.lend();

    private final Map<String, Object> kafka = Map.of("bootstrap.servers", BROKER.bootstrapServers());
    private final String bounded = "bounded-" + UUID.randomUUID();
    private final String unbounded = "unbounded-" + UUID.randomUUID();
    private final Admin admin = Admin.create(kafka);
    private final Producer<byte[], byte[]> producer = new KafkaProducer<>(
            Map.of(
                    "bootstrap.servers",
                    BROKER.bootstrapServers(),
                    "compression.type",
                    "gzip",
                    "max.request.size",
                    2 * BOUND),
            new ByteArraySerializer(),
            new ByteArraySerializer());

    @AfterAll
    static void giveBack() {
        BROKER.close();
    }

    @BeforeEach
    void makeTopics() throws ExecutionException, InterruptedException {
        admin.createTopics(List.of(
                        new NewTopic(bounded, Optional.of(1), Optional.empty())
                                .configs(Map.of(LARGEST, String.valueOf(BOUND))),
                        new NewTopic(unbounded, Optional.of(1), Optional.empty())))
                .all()
                .get();
    }

    @AfterEach
    void deleteTopics() throws ExecutionException, InterruptedException {
        producer.close();
        admin.deleteTopics(List.of(bounded, unbounded)).all().get();
        admin.close();
    }

    @Test
    void shouldRefuseACommandThatUnpacksToMoreThanItsTopicTakes() throws Exception {
        assertEquals(0, send(bounded, BOUND - 1_024));
        ExecutionException refused = assertThrows(ExecutionException.class, () -> send(bounded, BOUND + 1));
        assertInstanceOf(InvalidRecordException.class, refused.getCause());
    }

    /** So it is without the setting, and on every older broker. */
    @Test
    void shouldTakeACommandOfAnySizeWhereNothingBoundsWhatItUnpacksTo() throws Exception {
        assertEquals(0, send(unbounded, BOUND + 1));
    }

    /** Nothing but zeros: a thousandth of it goes over the wire. Returns the offset. */
    private long send(String topic, int bytes) throws ExecutionException, InterruptedException {
        return producer.send(new ProducerRecord<>(topic, new byte[bytes])).get().offset();
    }
}
