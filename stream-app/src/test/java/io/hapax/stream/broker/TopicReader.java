package io.hapax.stream.broker;

import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
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

    static List<byte[]> readBytes(BrokerJourney journey, Topic topic) {
        List<byte[]> values = new ArrayList<>();
        TopicTail.readWhole(
                Map.of("bootstrap.servers", journey.bootstrapServers()), topic, found -> values.add(found.value()));
        return values;
    }
}
