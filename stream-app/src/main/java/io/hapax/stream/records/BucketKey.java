package io.hapax.stream.records;

import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;

/**
 * The keys of a {@link BucketedStore} as bytes, which is also how they lie in its changelog: the number of the
 * bucket, 8 bytes big-endian, see {@link BucketRows}, and the payment id, 16 bytes. Without the former, it is written
 * into the one bucket that is never dropped, and read from any.
 */
final class BucketKey {
    /** Number of the bucket that is never dropped, lower than all others: that of keys which name none. */
    static final long NO_BUCKET = Long.MIN_VALUE;

    private static final int BUCKETED_LENGTH = Long.BYTES + IdBytes.LENGTH;

    private BucketKey() {}

    static Bytes of(long bucket, UUID id) {
        return Bytes.wrap(bytes(bucket, id));
    }

    static byte[] bytes(long bucket, UUID id) {
        if (bucket == NO_BUCKET) {
            return IdBytes.of(id);
        }
        byte[] bytes = new byte[BUCKETED_LENGTH];
        IdBytes.putLong(bucket, bytes, 0);
        IdBytes.put(id, bytes, Long.BYTES);
        return bytes;
    }

    static long bucket(byte[] key) {
        return key.length == BUCKETED_LENGTH ? IdBytes.getLong(key, 0) : NO_BUCKET;
    }

    static UUID id(byte[] key) {
        return IdBytes.at(key, key.length - IdBytes.LENGTH);
    }
}
