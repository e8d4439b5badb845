package io.hapax.stream.records;

import java.util.UUID;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Where an ended payment lies.
 *
 * @param bucketStartMs start of the bucket in which it ended, epoch milliseconds
 */
record EndedKey(long bucketStartMs, UUID paymentId) {

    static Serde<EndedKey> serde() {
        return Serdes.serdeFrom(
                (topic, key) -> BucketKey.bytes(key.bucketStartMs, key.paymentId),
                (topic, bytes) -> new EndedKey(BucketKey.bucket(bytes), BucketKey.id(bytes)));
    }
}
