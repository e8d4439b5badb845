package io.hapax.topics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class ForeignHeadersTest {
    @Test
    void shouldTakeAlongWhatAClientPutsOnItsCommand() {
        RecordHeaders headers = new RecordHeaders();
        headers.add("traceparent", new byte[55]).add("", null);
        assertEquals(2, ForeignHeaders.kept(headers).toArray().length);
    }

    @Test
    void shouldLeaveBehindHeadersThatAreLargeTogether() {
        RecordHeaders headers = new RecordHeaders();
        headers.add("a", new byte[ForeignHeaders.MAX_BYTES - 11]);
        assertEquals(1, ForeignHeaders.kept(headers).toArray().length);
        headers.add("b", new byte[0]);
        assertEquals(0, ForeignHeaders.kept(headers).toArray().length);
    }

    /** Each costs bytes in the record that is sent on, and memory, though it says nothing. */
    @Test
    void shouldLeaveBehindHeadersWithoutNamesAndValuesWhenThereAreVeryMany() {
        RecordHeaders headers = new RecordHeaders();
        for (int i = 0; i < 100_000; i++) {
            headers.add("", null);
        }
        assertEquals(0, ForeignHeaders.kept(headers).toArray().length);
    }
}
