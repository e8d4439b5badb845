package io.hapax.stream.records;

import java.util.UUID;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * The store key of an ended payment.
 *
 * @param bucket in which it ended, by its number, see {@link BucketRows}
 */
record EndedKey(long bucket, UUID paymentId) {

    /** Wherever it lies, to be looked up. */
    static EndedKey anywhere(UUID paymentId) {
        return new EndedKey(BucketKey.NO_BUCKET, paymentId);
    }

    static Serde<EndedKey> serde() {
        return Serdes.serdeFrom(
                (topic, key) -> BucketKey.bytes(key.bucket, key.paymentId),
                (topic, bytes) -> new EndedKey(BucketKey.bucket(bytes), BucketKey.id(bytes)));
    }
}
