package io.hapax.stream.broker;

import io.hapax.serde.AvroDeserializer;
import io.hapax.topics.Topic;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;

/** Our deserializer, but for decisions: whoever reads one dies of it. */
public final class BreaksAtDecisions implements Deserializer<SpecificRecord> {
    private final AvroDeserializer<SpecificRecord> whole = new AvroDeserializer<>();

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        whole.configure(configs, isKey);
    }

    @Override
    public SpecificRecord deserialize(String topic, byte[] bytes) {
        // The thread that starts the gateway reads decisions of its own making, to learn their schemas.
        boolean starting = Thread.currentThread().getName().equals("main");
        if (topic.equals(Topic.PAYMENT_DECISIONS.topicName()) && !starting) {
            // No exception: whatever a deserializer throws of those is told of the bytes.
            throw new LinkageError("planted by a test");
        }
        return whole.deserialize(topic, bytes);
    }
}
