package io.hapax.stream.broker;

import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads what is committed in a topic, from its start to its end at the time of the call. */
final class TopicReader {
    private TopicReader() {}

    static <T extends SpecificRecord> List<T> read(BrokerJourney journey, Topic topic, Class<T> type) {
        Deserializer<T> deserializer = journey.format().deserializer(type);
        return readBytes(journey, topic).stream()
                .map(bytes -> deserializer.deserialize(topic.topicName(), bytes))
                .toList();
    }

    /** The offset behind the last record of each partition, whether it is committed, aborted or a mark of either. */
    static Map<TopicPartition, Long> ends(Admin admin, Topic topic) {
        String name = topic.topicName();
        try {
            Map<TopicPartition, OffsetSpec> partitions =
                    admin.describeTopics(List.of(name)).allTopicNames().get().get(name).partitions().stream()
                            .collect(Collectors.toMap(
                                    each -> new TopicPartition(name, each.partition()), each -> OffsetSpec.latest()));
            return admin.listOffsets(partitions).all().get().entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, each -> each.getValue().offset()));
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static List<byte[]> readBytes(BrokerJourney journey, Topic topic) {
        List<byte[]> values = new ArrayList<>();
        TopicTail.readWhole(
                Map.of("bootstrap.servers", journey.bootstrapServers()), topic, found -> values.add(found.value()));
        return values;
    }
}
