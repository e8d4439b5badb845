package io.hapax.stream.topology;

import io.hapax.serde.UnreadableReason;
import io.hapax.topics.DeadLetter;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Dead letters as the topology sends them on. */
final class DeadLetters {
    private DeadLetters() {}

    static Record<byte[], byte[]> of(
            Record<byte[], byte @Nullable []> unreadable,
            RecordMetadata origin,
            UnreadableReason reason,
            String detail) {
        DeadLetter letter = DeadLetter.about(
                new ConsumerRecord<>(
                        origin.topic(),
                        origin.partition(),
                        origin.offset(),
                        unreadable.timestamp(),
                        TimestampType.NO_TIMESTAMP_TYPE,
                        ConsumerRecord.NULL_SIZE,
                        ConsumerRecord.NULL_SIZE,
                        unreadable.key(),
                        unreadable.value(),
                        unreadable.headers(),
                        Optional.empty()),
                reason.name(),
                detail);
        return new Record<>(letter.key(), letter.value(), unreadable.timestamp(), letter.headers());
    }
}
