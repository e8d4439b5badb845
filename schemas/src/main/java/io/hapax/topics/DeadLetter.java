package io.hapax.topics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNullElse;

import java.util.Arrays;
import java.util.OptionalInt;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A record of {@code dead-letters}: bytes that could not be read, as they came, with reason and origin in their
 * headers.
 */
public final class DeadLetter {
    private final byte @Nullable [] key;
    private final byte @Nullable [] value;
    private final Headers headers;

    private DeadLetter(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        this.key = key;
        this.value = value;
        this.headers = headers;
    }

    /**
     * The letter to write about a record. Bytes beyond what a letter holds are cut off.
     *
     * @param reason a stable code
     * @param detail without any content of the record
     */
    public static DeadLetter about(ConsumerRecord<byte[], byte[]> unreadable, String reason, String detail) {
        Headers headers = ForeignHeaders.kept(unreadable.headers());
        set(headers, RecordHeaders.REASON, reason);
        set(headers, RecordHeaders.DETAIL, detail);
        set(headers, RecordHeaders.TOPIC, unreadable.topic());
        set(headers, RecordHeaders.PARTITION, unreadable.partition());
        set(headers, RecordHeaders.OFFSET, unreadable.offset());
        set(headers, RecordHeaders.TIMESTAMP, unreadable.timestamp());
        byte[] value = unreadable.value();
        if (value != null && value.length > Topic.MAX_DEAD_LETTER_BYTES) {
            set(headers, RecordHeaders.TRUNCATED_FROM, value.length);
        }
        return new DeadLetter(
                keep(unreadable.key(), Topic.MAX_DEAD_LETTER_KEY_BYTES),
                keep(value, Topic.MAX_DEAD_LETTER_BYTES),
                headers);
    }

    /** The letter that was read. Anybody may have written it. */
    public static DeadLetter read(ConsumerRecord<byte[], byte[]> found) {
        return new DeadLetter(found.key(), found.value(), found.headers());
    }

    public byte @Nullable [] key() {
        return key;
    }

    public byte @Nullable [] value() {
        return value;
    }

    public Headers headers() {
        return headers;
    }

    /** The text of the header of that name. Empty if there is none. */
    public String header(String name) {
        return requireNonNullElse(OriginHeaders.text(headers, name), "");
    }

    public boolean isCut() {
        return !header(RecordHeaders.TRUNCATED_FROM).isEmpty();
    }

    /** True when the original lay in that topic. */
    public boolean isFrom(Topic topic) {
        return topic.topicName().equals(header(RecordHeaders.TOPIC));
    }

    /** The place of the original as the headers name it, such as {@code ledger-events 1@7}, whoever wrote them. */
    public String placeAsWritten() {
        return header(RecordHeaders.TOPIC) + " " + header(RecordHeaders.PARTITION) + "@" + header(RecordHeaders.OFFSET);
    }

    /**
     * The position of the original in its topic. Null if the headers do not say it: somebody else may have written
     * them.
     */
    public @Nullable LogPosition position() {
        LogPosition written = OriginHeaders.position(headers);
        return written == null || written.partition() < 0 || written.offset() < 0 ? null : written;
    }

    /** On which partition the original lies; empty if the header names none. */
    public OptionalInt partition() {
        try {
            int partition = Integer.parseInt(header(RecordHeaders.PARTITION));
            return partition < 0 ? OptionalInt.empty() : OptionalInt.of(partition);
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    /** The record to send. */
    public ProducerRecord<byte[], byte[]> toSend() {
        return new ProducerRecord<>(Topic.DEAD_LETTERS.topicName(), null, key, value, headers);
    }

    private static byte @Nullable [] keep(byte @Nullable [] bytes, int atMost) {
        return bytes == null || bytes.length <= atMost ? bytes : Arrays.copyOf(bytes, atMost);
    }

    /** In place of a header of that name, which only a forger could have set. */
    private static void set(Headers headers, String name, Object value) {
        headers.remove(name).add(name, value.toString().getBytes(UTF_8));
    }
}
