package io.hapax.stream.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.serde.UnreadableReason;
import io.hapax.topics.ForeignHeaders;
import io.hapax.topics.RecordHeaders;
import io.hapax.topics.Topic;
import java.util.Arrays;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Makes dead letters: the bytes as they came, with reason and origin in their headers. */
final class DeadLetters {
    private DeadLetters() {}

    static Record<byte[], byte[]> of(
            Record<byte[], byte @Nullable []> unreadable,
            RecordMetadata origin,
            UnreadableReason reason,
            String detail) {
        Headers headers = ForeignHeaders.kept(unreadable.headers());
        put(headers, RecordHeaders.REASON, reason.name());
        put(headers, RecordHeaders.DETAIL, detail);
        put(headers, RecordHeaders.TOPIC, origin.topic());
        put(headers, RecordHeaders.PARTITION, origin.partition());
        put(headers, RecordHeaders.OFFSET, origin.offset());
        put(headers, RecordHeaders.TIMESTAMP, unreadable.timestamp());
        byte[] bytes = unreadable.value();
        if (bytes != null && bytes.length > Topic.MAX_DEAD_LETTER_BYTES) {
            put(headers, RecordHeaders.TRUNCATED_FROM, bytes.length);
            bytes = Arrays.copyOf(bytes, Topic.MAX_DEAD_LETTER_BYTES);
        }
        return new Record<>(keep(unreadable.key()), bytes, unreadable.timestamp(), headers);
    }

    private static byte @Nullable [] keep(byte @Nullable [] key) {
        return key == null || key.length <= Topic.MAX_DEAD_LETTER_KEY_BYTES
                ? key
                : Arrays.copyOf(key, Topic.MAX_DEAD_LETTER_KEY_BYTES);
    }

    /** In place of a header of that name, which only a forger could have set. */
    private static void put(Headers headers, String name, Object value) {
        headers.remove(name).add(name, String.valueOf(value).getBytes(UTF_8));
    }
}
