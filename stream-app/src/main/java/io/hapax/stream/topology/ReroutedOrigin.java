package io.hapax.stream.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.stream.decision.Origin;
import io.hapax.topics.ForeignHeaders;
import io.hapax.topics.RecordHeaders;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Where a rerouted command was found first, carried in its headers: it stays the same command. */
final class ReroutedOrigin {
    private ReroutedOrigin() {}

    static Headers write(Headers headers, Origin origin, long timestampMs) {
        return ForeignHeaders.kept(headers)
                .remove(RecordHeaders.PARTITION)
                .remove(RecordHeaders.OFFSET)
                .remove(RecordHeaders.TIMESTAMP)
                .add(RecordHeaders.PARTITION, text(origin.partition()))
                .add(RecordHeaders.OFFSET, text(origin.offset()))
                .add(RecordHeaders.TIMESTAMP, text(timestampMs));
    }

    /** When the original was appended; what is given where the header is missing or no time, as in records of older versions. */
    static long time(Headers headers, long unknown) {
        Header timestamp = headers.lastHeader(RecordHeaders.TIMESTAMP);
        if (timestamp == null || timestamp.value() == null) {
            return unknown;
        }
        try {
            long timeMs = Long.parseLong(new String(timestamp.value(), UTF_8));
            return timeMs >= 0 ? timeMs : unknown;
        } catch (NumberFormatException e) {
            return unknown;
        }
    }

    /** Null when the headers are missing or no numbers: then somebody else wrote the record. */
    static @Nullable Origin read(Headers headers) {
        Header partition = headers.lastHeader(RecordHeaders.PARTITION);
        Header offset = headers.lastHeader(RecordHeaders.OFFSET);
        if (partition == null || offset == null || partition.value() == null || offset.value() == null) {
            return null;
        }
        try {
            return new Origin(
                    Integer.parseInt(new String(partition.value(), UTF_8)),
                    Long.parseLong(new String(offset.value(), UTF_8)));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static byte[] text(long number) {
        return Long.toString(number).getBytes(UTF_8);
    }
}
