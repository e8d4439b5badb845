package io.hapax.stream.records;

import io.hapax.stream.metrics.RebuildCause;
import io.hapax.stream.metrics.StoreFigures;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The open stores of one topology: they share RocksDB's memory, which is given back with the last of them. */
final class OpenStores {
    private final Set<BucketedStore> open = new HashSet<>();
    private final Map<RebuildCause, Long> rebuilds = new EnumMap<>(RebuildCause.class);

    /**
     * Stores that have begun empty and were not closed in order since: Streams opens some more than once on the way.
     */
    private final Set<String> beingRebuilt = new HashSet<>();

    private @Nullable RocksMemory memory;

    /**
     * Makes the store of each task.
     *
     * @param usual retention of what is kept in buckets; zero if there are none
     */
    KeyValueBytesStoreSupplier supplier(String name, Duration usual) {
        BucketRows rows = new BucketRows(usual);
        return new KeyValueBytesStoreSupplier() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public KeyValueStore<Bytes, byte[]> get() {
                return new BucketedStore(name, rows, OpenStores.this);
            }

            @Override
            public String metricsScope() {
                return "bucketed";
            }
        };
    }

    synchronized RocksMemory opens(BucketedStore store, Map<String, Object> config) {
        if (memory == null) {
            memory = RocksMemory.of(config);
        }
        open.add(store);
        return memory;
    }

    synchronized void closed(BucketedStore store) {
        open.remove(store);
        if (open.isEmpty() && memory != null) {
            memory.close();
            memory = null;
        }
    }

    /**
     * A store begins empty. That counts once, however often it is opened before it is closed in order; damage counts
     * always.
     *
     * @return whether it counts
     */
    synchronized boolean rebuilds(String store, RebuildCause cause) {
        boolean counts = beingRebuilt.add(store) || cause == RebuildCause.DAMAGED;
        if (counts) {
            rebuilds.merge(cause, 1L, Long::sum);
        }
        return counts;
    }

    synchronized void sealed(String store) {
        beingRebuilt.remove(store);
    }

    /** Asks the stores without the lock: they hold their own when they come here to open or close. */
    StoreFigures figures() {
        List<BucketedStore> asked;
        long memoryBytes;
        Map<RebuildCause, Long> counted;
        synchronized (this) {
            counted = Map.copyOf(rebuilds);
            asked = List.copyOf(open);
            memoryBytes = memory == null ? 0 : memory.usedBytes();
        }
        return new StoreFigures(
                asked.stream().mapToLong(BucketedStore::approximateNumEntries).sum(),
                asked.stream().mapToLong(BucketedStore::filterBytes).sum(),
                memoryBytes,
                counted);
    }
}
