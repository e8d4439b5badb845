package io.hapax.stream.records;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** A payment id as its 16 bytes, big-endian; Kafka's own UUID serde spends 36. */
final class PaymentIdSerde {
    private PaymentIdSerde() {}

    static Serde<UUID> create() {
        return Serdes.serdeFrom((topic, id) -> toBytes(id), (topic, bytes) -> toPaymentId(bytes));
    }

    private static byte[] toBytes(UUID id) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    private static UUID toPaymentId(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }
}
