package io.hapax.topics;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** The headers of a rerouted command or of a dead letter that name its original. Anybody may have written them. */
public final class OriginHeaders {
    private OriginHeaders() {}

    /** The position of the original. Null when the headers do not say it. */
    public static @Nullable LogPosition position(Headers headers) {
        String partition = text(headers, RecordHeaders.PARTITION);
        String offset = text(headers, RecordHeaders.OFFSET);
        try {
            return partition == null || offset == null
                    ? null
                    : new LogPosition(Integer.parseInt(partition), Long.parseLong(offset));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /**
     * The time at which the original was appended. Empty when the header is missing or holds no time, as in records
     * of older versions.
     */
    public static Optional<Instant> time(Headers headers) {
        String time = text(headers, RecordHeaders.TIMESTAMP);
        try {
            return Optional.ofNullable(time)
                    .map(Long::parseLong)
                    .filter(timeMs -> timeMs >= 0)
                    .map(Instant::ofEpochMilli);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The text of the header of that name. Null if there is none. */
    public static @Nullable String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }
}
