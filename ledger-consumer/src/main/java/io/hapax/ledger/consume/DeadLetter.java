package io.hapax.ledger.consume;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.topics.ForeignHeaders;
import io.hapax.topics.RecordHeaders;
import io.hapax.topics.Topic;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Turns an unreadable event into the record for {@code dead-letters}: its bytes as they came, with reason and origin. */
final class DeadLetter {

    private DeadLetter() {}

    static ProducerRecord<byte[], byte[]> of(DecodedEvent.Unreadable unreadable) {
        ConsumerRecord<byte[], byte[]> event = unreadable.event();
        byte[] value = event.value();
        ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>(
                Topic.DEAD_LETTERS.topicName(),
                null,
                keep(event.key(), Topic.MAX_DEAD_LETTER_KEY_BYTES),
                keep(value, Topic.MAX_DEAD_LETTER_BYTES),
                ForeignHeaders.kept(event.headers()));
        Headers headers = letter.headers();
        set(headers, RecordHeaders.REASON, unreadable.reason().name());
        set(headers, RecordHeaders.DETAIL, unreadable.detail());
        set(headers, RecordHeaders.TOPIC, event.topic());
        set(headers, RecordHeaders.PARTITION, event.partition());
        set(headers, RecordHeaders.OFFSET, event.offset());
        set(headers, RecordHeaders.TIMESTAMP, event.timestamp());
        if (value != null && value.length > Topic.MAX_DEAD_LETTER_BYTES) {
            set(headers, RecordHeaders.TRUNCATED_FROM, value.length);
        }
        return letter;
    }

    private static byte @Nullable [] keep(byte @Nullable [] bytes, int atMost) {
        return bytes == null || bytes.length <= atMost ? bytes : Arrays.copyOf(bytes, atMost);
    }

    private static void set(Headers headers, String name, Object value) {
        headers.remove(name);
        headers.add(name, value.toString().getBytes(UTF_8));
    }
}
