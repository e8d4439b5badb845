package io.hapax.tools.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.stream.decision.Origin;
import io.hapax.topics.RecordHeaders;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Where the original of a rerouted command or of a dead letter lies, as its headers say. */
public final class OriginHeaders {
    private OriginHeaders() {}

    /** Null when the headers do not say. */
    public static @Nullable Origin origin(ConsumerRecord<byte[], byte[]> copy) {
        String partition = text(copy, RecordHeaders.PARTITION);
        String offset = text(copy, RecordHeaders.OFFSET);
        try {
            return partition == null || offset == null
                    ? null
                    : new Origin(Integer.parseInt(partition), Long.parseLong(offset));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** When the original was appended; empty when the headers do not say. */
    public static Optional<Instant> time(ConsumerRecord<byte[], byte[]> copy) {
        String time = text(copy, RecordHeaders.TIMESTAMP);
        try {
            return time == null ? Optional.empty() : Optional.of(Instant.ofEpochMilli(Long.parseLong(time)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    public static @Nullable String text(ConsumerRecord<byte[], byte[]> found, String name) {
        Header header = found.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }
}
