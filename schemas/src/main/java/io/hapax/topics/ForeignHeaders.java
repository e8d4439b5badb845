package io.hapax.topics;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The headers that a client put on its record, such as a trace id, to go with what is made of the record.
 *
 * <p>Kafka bounds a record by its compressed size, so that headers may come in any size and not fit any more when
 * they are sent on: too many are left behind, all of them.
 */
public final class ForeignHeaders {
    /** Bytes of names, values and their lengths that go along at most. */
    public static final int MAX_BYTES = 64 * 1024;

    /**
     * The size in bytes that a header with an empty name and value takes, in a record and in memory: its two lengths.
     */
    private static final int BYTES_PER_HEADER = 10;

    private ForeignHeaders() {}

    /** A copy to add to; empty if there was too much. */
    public static Headers kept(Headers headers) {
        long bytes = 0;
        for (Header header : headers) {
            bytes += BYTES_PER_HEADER
                    + header.key().getBytes(UTF_8).length
                    + (header.value() == null ? 0 : header.value().length);
        }
        return bytes <= MAX_BYTES ? new RecordHeaders(headers) : new RecordHeaders();
    }
}
