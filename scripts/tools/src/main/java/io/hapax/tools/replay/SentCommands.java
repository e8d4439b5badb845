package io.hapax.tools.replay;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * The offsets of the commands that a replay has sent. One bit for each offset, so that millions take little memory.
 */
final class SentCommands {
    private final Map<Integer, BitSet> offsets = new HashMap<>();
    private final Map<Integer, Long> first = new HashMap<>();

    void add(RecordMetadata sent) {
        long base = first.computeIfAbsent(sent.partition(), partition -> sent.offset());
        offsets.computeIfAbsent(sent.partition(), partition -> new BitSet()).set(Math.toIntExact(sent.offset() - base));
    }

    long count() {
        return offsets.values().stream().mapToLong(BitSet::cardinality).sum();
    }

    boolean contains(int partition, long offset) {
        Long base = first.get(partition);
        return base != null && offset >= base && bits(partition).get(Math.toIntExact(offset - base));
    }

    private BitSet bits(int partition) {
        return offsets.getOrDefault(partition, new BitSet());
    }
}
