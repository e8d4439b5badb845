package io.hapax.stream.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.sandbox.LentBroker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Tests of what one user of a lent broker leaves to the next: nothing. It is here since it costs no broker here. */
class LentBrokerTest {
    private static final String TOPIC = "left";

    @Test
    void shouldBeLentAgainWithoutWhatKilledClientsLeft() throws Exception {
        String address;
        try (LentBroker broker = LentBroker.lend();
                Admin admin = admin(broker)) {
            address = broker.bootstrapServers();
            createTopic(admin);
            leaveATransactionOpen(address);
            leaveAMemberInAGroup(address);
            assertEquals(List.of("left-open"), OpenTransactions.on(admin));
        }
        try (LentBroker broker = LentBroker.lend();
                Admin admin = admin(broker)) {
            assertEquals(address, broker.bootstrapServers(), "another one was started");
            assertEquals(Set.of(), admin.listTopics().names().get());
            assertEquals(List.of(), List.copyOf(admin.listGroups().all().get()));
            assertEquals(List.of(), OpenTransactions.on(admin));
            createTopic(admin);
        }
    }

    private static Admin admin(LentBroker broker) {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    private static void createTopic(Admin admin) throws Exception {
        admin.createTopics(List.of(new NewTopic(TOPIC, Optional.of(1), Optional.empty())))
                .all()
                .get();
    }

    private static void leaveATransactionOpen(String address) {
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", address, "transactional.id", "left-open"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(TOPIC, new byte[] {1}));
        producer.flush();
        producer.close(Duration.ZERO);
    }

    /** A member with a name does not leave when it ends. */
    private static void leaveAMemberInAGroup(String address) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", address, "group.id", "left", "group.instance.id", "the-only-one"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            BrokerJourney.await(() -> {
                consumer.poll(Duration.ofMillis(100));
                return !consumer.assignment().isEmpty();
            });
        }
    }
}
