package io.hapax.stream.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes in which a store keeps its place in the changelog: what was written is read by the next version. */
class StoredOffsetsTest {
    private static final StoredOffsets OFFSETS = new StoredOffsets(
            Map.of(new TopicPartition("hapax-pending-payments-changelog", 3), 123_456_789_012L), 1_767_225_600_000L);

    private static final String GOLDEN = """
            hapax store offsets 1
            complete-at 1767225600000
            offset hapax-pending-payments-changelog 3 123456789012
            """;

    @Test
    void shouldReadAndWriteTheBytesThatAreOnDisk() {
        assertEquals(GOLDEN, new String(OFFSETS.toBytes(), UTF_8));
        assertEquals(OFFSETS, StoredOffsets.of(GOLDEN.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hapax store offsets 1\n",
                "hapax store offsets 2\ncomplete-at 1\noffset t 0 1\n",
                "hapax store offsets 1\ncomplete-at x\noffset t 0 1\n",
                "hapax store offsets 1\ncomplete-at 1\n",
                "hapax store offsets 1\ncomplete-at 1\noffset t 0\n",
                "hapax store offsets 1\ncomplete-at 1\noffset t 0 x\n",
                "hapax store offsets 1\ncomplete-at 1\nfile t 0 1\n"
            })
    void shouldNotTakeOtherBytesForOffsets(String text) {
        assertNull(StoredOffsets.of(text.getBytes(UTF_8)));
    }

    @Test
    void shouldTellTheOffsetsOfAnotherStoreTaskOrApplication() {
        assertTrue(OFFSETS.areOf(new TopicPartition("hapax-pending-payments-changelog", 3)));
        assertFalse(OFFSETS.areOf(new TopicPartition("hapax-pending-payments-changelog", 2)));
        assertFalse(OFFSETS.areOf(new TopicPartition("hapax-ended-payments-changelog", 3)));
        assertFalse(OFFSETS.areOf(new TopicPartition("other-hapax-pending-payments-changelog", 3)));
    }
}
