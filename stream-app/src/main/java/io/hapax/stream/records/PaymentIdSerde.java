package io.hapax.stream.records;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/** A payment id as its 16 bytes, big-endian; Kafka's own UUID serde spends 36. */
final class PaymentIdSerde {
    private PaymentIdSerde() {}

    static Serde<UUID> create() {
        return Serdes.serdeFrom((topic, id) -> toBytes(id), (topic, bytes) -> toPaymentId(bytes));
    }

    /** Streams serializes the open end of a range, too: null in, null out. */
    @SuppressWarnings("NullAway") // Kafka's interface predates null marks.
    private static byte @Nullable [] toBytes(@Nullable UUID id) {
        if (id == null) {
            return null;
        }
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
