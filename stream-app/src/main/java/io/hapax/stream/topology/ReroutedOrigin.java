package io.hapax.stream.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.topics.ForeignHeaders;
import io.hapax.topics.LogPosition;
import io.hapax.topics.OriginHeaders;
import io.hapax.topics.RecordHeaders;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** The headers that carry a rerouted command's first place and time. They keep it the same command. */
final class ReroutedOrigin {
    private ReroutedOrigin() {}

    static Headers write(Headers headers, LogPosition origin, long timestampMs) {
        return ForeignHeaders.kept(headers)
                .remove(RecordHeaders.PARTITION)
                .remove(RecordHeaders.OFFSET)
                .remove(RecordHeaders.TIMESTAMP)
                .add(RecordHeaders.PARTITION, text(origin.partition()))
                .add(RecordHeaders.OFFSET, text(origin.offset()))
                .add(RecordHeaders.TIMESTAMP, text(timestampMs));
    }

    /**
     * The time at which the original was appended, in epoch milliseconds. It is {@code unknown} where the header is
     * missing or holds no time, as in records of older versions.
     */
    static long time(Headers headers, long unknown) {
        return OriginHeaders.time(headers).map(Instant::toEpochMilli).orElse(unknown);
    }

    /** Null when the headers are missing or no numbers: then somebody else wrote the record. */
    static @Nullable LogPosition read(Headers headers) {
        LogPosition position = OriginHeaders.position(headers);
        return position == null ? null : new LogPosition(position.partition(), position.offset());
    }

    private static byte[] text(long number) {
        return Long.toString(number).getBytes(UTF_8);
    }
}
