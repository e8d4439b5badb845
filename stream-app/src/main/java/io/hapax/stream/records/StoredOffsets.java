package io.hapax.stream.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A store's place in its changelog, as it lies in RocksDB beside the data. Both are written together, so neither is
 * ever ahead of the other.
 *
 * @param offsets last record of the changelog that is in the store, by partition, as Streams told them
 * @param completeAtMs wall clock when the store last held all of its changelog, epoch milliseconds
 */
record StoredOffsets(Map<TopicPartition, Long> offsets, long completeAtMs) {
    private static final String VERSION = "hapax store offsets 1";
    private static final String COMPLETE_AT = "complete-at ";
    private static final String OFFSET = "offset ";

    StoredOffsets {
        offsets = Map.copyOf(offsets);
    }

    /** True when it is of that changelog alone: else the folder is that of another task, store or application. */
    boolean areOf(TopicPartition changelog) {
        return offsets.keySet().equals(Set.of(changelog));
    }

    /** The offsets as text, a line for each partition. */
    byte[] toBytes() {
        StringBuilder text = new StringBuilder(VERSION).append('\n');
        text.append(COMPLETE_AT).append(completeAtMs).append('\n');
        // Sorted, so that the same offsets have one text.
        Map<String, Long> sorted = new TreeMap<>();
        offsets.forEach((partition, offset) -> sorted.put(partition.topic() + ' ' + partition.partition(), offset));
        sorted.forEach((partition, offset) ->
                text.append(OFFSET).append(partition).append(' ').append(offset).append('\n'));
        return text.toString().getBytes(UTF_8);
    }

    /** Null when these are not the bytes of offsets. */
    static @Nullable StoredOffsets of(byte[] bytes) {
        List<String> lines = new String(bytes, UTF_8).lines().toList();
        if (lines.size() < 3
                || !lines.getFirst().equals(VERSION)
                || !lines.get(1).startsWith(COMPLETE_AT)) {
            return null;
        }
        Map<TopicPartition, Long> offsets = new HashMap<>();
        try {
            for (String line : lines.subList(2, lines.size())) {
                String[] parts = line.split(" ", -1);
                if (parts.length != 4 || !line.startsWith(OFFSET)) {
                    return null;
                }
                offsets.put(new TopicPartition(parts[1], Integer.parseInt(parts[2])), Long.parseLong(parts[3]));
            }
            return new StoredOffsets(offsets, Long.parseLong(lines.get(1).substring(COMPLETE_AT.length())));
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
