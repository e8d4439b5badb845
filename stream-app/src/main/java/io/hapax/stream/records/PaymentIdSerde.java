package io.hapax.stream.records;

import java.util.UUID;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/** A payment id as its 16 bytes; Kafka's own UUID serde spends 36. */
final class PaymentIdSerde {
    private PaymentIdSerde() {}

    static Serde<UUID> create() {
        return Serdes.serdeFrom((topic, id) -> toBytes(id), (topic, bytes) -> IdBytes.at(bytes, 0));
    }

    /** Streams serializes the open end of a range, too: null in, null out. */
    @SuppressWarnings("NullAway") // Kafka's interface predates null marks.
    private static byte @Nullable [] toBytes(@Nullable UUID id) {
        return id == null ? null : IdBytes.of(id);
    }
}
