package io.hapax.stream.records;

import io.hapax.stream.metrics.StoreFigures;
import java.time.Duration;
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

    /** Asks the stores without the lock: they hold their own when they come here to open or close. */
    StoreFigures figures() {
        List<BucketedStore> asked;
        long memoryBytes;
        synchronized (this) {
            asked = List.copyOf(open);
            memoryBytes = memory == null ? 0 : memory.usedBytes();
        }
        return new StoreFigures(
                asked.stream().mapToLong(BucketedStore::approximateNumEntries).sum(),
                asked.stream().mapToLong(BucketedStore::filterBytes).sum(),
                memoryBytes);
    }
}
