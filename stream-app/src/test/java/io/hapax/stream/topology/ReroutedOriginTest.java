package io.hapax.stream.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.hapax.topics.LogPosition;
import io.hapax.topics.RecordHeaders;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReroutedOriginTest {
    /** Readers in other languages may look at the first header of a name, or at all of them. */
    @Test
    void shouldTellOnceWhereACommandWasFoundThoughItsClientPretendsToKnow() {
        Headers clients = new org.apache.kafka.common.header.internals.RecordHeaders();
        clients.add("trace", "t-1".getBytes(UTF_8));
        for (String name : List.of(RecordHeaders.PARTITION, RecordHeaders.OFFSET, RecordHeaders.TIMESTAMP)) {
            clients.add(name, "98".getBytes(UTF_8)).add(name, "99".getBytes(UTF_8));
        }
        Headers written = ReroutedOrigin.write(clients, new LogPosition(3, 4711), 700);

        assertEquals(
                List.of("trace t-1", "hapax-partition 3", "hapax-offset 4711", "hapax-timestamp 700"),
                StreamSupport.stream(written.spliterator(), false)
                        .map(header -> header.key() + " " + new String(header.value(), UTF_8))
                        .toList());
        assertEquals(new LogPosition(3, 4711), ReroutedOrigin.read(written));
        assertEquals(700, ReroutedOrigin.time(written, -1));
    }

    /** Then somebody else wrote the record, and it counts as found where it lies. */
    @ParameterizedTest
    @CsvSource({",", "3,", ",4711", "three,4711", "3,9223372036854775808", "'',''"})
    void shouldKnowNoOriginWhereTheHeadersTellNone(String partition, String offset) {
        Headers headers = new org.apache.kafka.common.header.internals.RecordHeaders();
        assertNull(ReroutedOrigin.read(headers));
        if (partition != null) {
            headers.add(RecordHeaders.PARTITION, partition.getBytes(UTF_8));
        }
        if (offset != null) {
            headers.add(RecordHeaders.OFFSET, offset.getBytes(UTF_8));
        }
        assertNull(ReroutedOrigin.read(headers));
    }

    @Test
    void shouldKnowNoOriginWhereAHeaderHasNoValue() {
        Headers headers = new org.apache.kafka.common.header.internals.RecordHeaders();
        headers.add(RecordHeaders.PARTITION, "3".getBytes(UTF_8)).add(RecordHeaders.OFFSET, null);
        assertNull(ReroutedOrigin.read(headers));
        headers.add(RecordHeaders.PARTITION, null).add(RecordHeaders.OFFSET, "4711".getBytes(UTF_8));
        assertNull(ReroutedOrigin.read(headers));
    }
}
