package io.hapax.stream.broker;

import io.hapax.schemas.PaymentDecision;
import io.hapax.serde.AvroDeserializer;
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
        SpecificRecord read = whole.deserialize(topic, bytes);
        // A gateway reads one to no client when it starts, to learn the schema.
        if (read instanceof PaymentDecision decision && !decision.getClientId().isEmpty()) {
            // No exception: whatever a deserializer throws of those is told of the bytes.
            throw new LinkageError("planted by a test");
        }
        return read;
    }
}
