package io.hapax.stream.metrics;

import java.util.Map;

/**
 * The sizes of a process's stores, and the number of times that they had to be built anew.
 *
 * @param keys about how many payments are remembered, in all tasks and standbys
 * @param filterBytes of the heap, taken by the filters that know most new keys
 * @param memoryBytes taken by RocksDB, outside of the heap
 * @param rebuilds stores that began empty since the process started, by cause
 */
public record StoreFigures(long keys, long filterBytes, long memoryBytes, Map<RebuildCause, Long> rebuilds) {
    public StoreFigures {
        rebuilds = Map.copyOf(rebuilds);
    }

    /** Stores that began empty for that cause. */
    public long rebuilds(RebuildCause cause) {
        return rebuilds.getOrDefault(cause, 0L);
    }
}
