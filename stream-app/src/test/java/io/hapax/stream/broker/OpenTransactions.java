package io.hapax.stream.broker;

import io.hapax.topics.Topic;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The transactions that are open on a broker. */
final class OpenTransactions {
    private OpenTransactions() {}

    /** Their transactional ids. */
    static List<String> on(Admin admin) {
        try {
            return admin.listTransactions().all().get().stream()
                    .filter(transaction -> transaction.state() == TransactionState.ONGOING)
                    .map(TransactionListing::transactionalId)
                    .toList();
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Leaves something on each partition of the topic that no reader of what is committed will ever see. */
    static void abort(BrokerJourney journey, Topic topic) {
        try (KafkaProducer<byte[], byte[]> aborting = new KafkaProducer<>(
                Map.of("bootstrap.servers", journey.bootstrapServers(), "transactional.id", "aborting"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            aborting.initTransactions();
            aborting.beginTransaction();
            for (int partition = 0; partition < BrokerJourney.PARTITIONS; partition++) {
                aborting.send(new ProducerRecord<>(topic.topicName(), partition, null, new byte[] {1}));
            }
            aborting.flush();
            aborting.abortTransaction();
        }
    }
}
