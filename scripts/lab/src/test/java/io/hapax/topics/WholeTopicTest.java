package io.hapax.topics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hapax.sandbox.LentBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A topic is read to its end, whatever stands there: on a real broker. */
class WholeTopicTest {
    private static final long READ_WITHIN_SECONDS = 60;

    private static final LentBroker BROKER = LentBroker.lend();

    private final Map<String, Object> kafka = Map.of("bootstrap.servers", BROKER.bootstrapServers());
    private final String topic = "whole-" + UUID.randomUUID();
    private final Admin admin = Admin.create(kafka);
    private final Producer<byte[], byte[]> producer = new KafkaProducer<>(
            Map.of("bootstrap.servers", BROKER.bootstrapServers(), "transactional.id", topic),
            new ByteArraySerializer(),
            new ByteArraySerializer());

    @AfterAll
    static void giveBack() {
        BROKER.close();
    }

    @BeforeEach
    void makeTheTopic() throws ExecutionException, InterruptedException {
        admin.createTopics(List.of(new NewTopic(topic, Optional.of(2), Optional.empty())))
                .all()
                .get();
        producer.initTransactions();
    }

    @AfterEach
    void deleteTheTopic() throws ExecutionException, InterruptedException {
        producer.close(Duration.ofSeconds(5));
        admin.deleteTopics(List.of(topic)).all().get();
        admin.close();
    }

    @Test
    void shouldReadNothingWhereNothingWasEverWritten() throws Exception {
        assertEquals(List.of(), read());
    }

    @Test
    void shouldLeaveOutWhatWasRolledBackAtTheEnd() throws Exception {
        send("paid");
        producer.commitTransaction();
        send("rolled back", "rolled back too");
        producer.abortTransaction();

        assertEquals(List.of("paid"), read());
    }

    @Test
    void shouldReadNothingWhereAllWasRolledBack() throws Exception {
        send("rolled back");
        producer.abortTransaction();

        assertEquals(List.of(), read());
    }

    @Test
    void shouldWaitForTheTransactionThatIsOpenAtTheEnd() throws Exception {
        send("paid");
        producer.commitTransaction();
        send("being paid");
        CompletableFuture<List<String>> reading = CompletableFuture.supplyAsync(this::all);
        producer.commitTransaction();

        assertEquals(List.of("paid", "being paid"), reading.get(READ_WITHIN_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void shouldReadNothingWhereAllWasDeleted() throws Exception {
        send("deleted", "deleted too");
        producer.commitTransaction();
        admin.deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(-1)))
                .all()
                .get();

        assertEquals(List.of(), read());
    }

    @Test
    void shouldSayThatThereIsNoSuchTopic() {
        assertThrows(MissingTopicException.class, () -> new TopicTail(kafka, topic + "-of-nobody"));
    }

    private void send(String... values) {
        producer.beginTransaction();
        for (String value : values) {
            var unused = producer.send(new ProducerRecord<>(topic, 0, null, value.getBytes(UTF_8)));
        }
        producer.flush();
    }

    private List<String> read() throws Exception {
        return CompletableFuture.supplyAsync(this::all).get(READ_WITHIN_SECONDS, TimeUnit.SECONDS);
    }

    private List<String> all() {
        List<String> values = new ArrayList<>();
        try (TopicTail tail = new TopicTail(kafka, topic)) {
            tail.readToEnd(found -> values.add(new String(found.value(), UTF_8)));
            assertEquals(tail.ends(), tail.positions());
        }
        return values;
    }
}
