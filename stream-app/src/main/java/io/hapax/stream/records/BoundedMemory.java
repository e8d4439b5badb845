package io.hapax.stream.records;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * RocksDB's memory of all stores of a process within one bound: block cache, index and filter blocks and write buffers
 * share one cache.
 *
 * <p>Streams makes one of these per store by its class name, so what is shared has to be static.
 */
public final class BoundedMemory implements RocksDBConfigSetter {
    /** Setting: the bound in MiB. The first store of the process fixes it. */
    public static final String MEMORY_MB = "hapax.store.memory.mb";

    private static final long MIB = 1024 * 1024;

    /**
     * Of one store segment. Small, since each task has up to four segments that may each hold one (the pending store, and the
     * ended store's current, last and dropping bucket), and a write-buffer budget below their sum makes RocksDB flush tiny
     * tables without end.
     */
    private static final long WRITE_BUFFER_BYTES = 4 * MIB;

    /** 10 bits a key: one look-up in a hundred reads a block in vain. */
    private static final int BLOOM_BITS = 10;

    private static @Nullable SharedMemory shared;

    /** What all stores of the process share. */
    private record SharedMemory(Cache cache, WriteBufferManager writeBuffers) {
        static SharedMemory of(long bytes) {
            Cache cache = new LRUCache(bytes, -1, false, 0.1);
            // Half for writes, charged to the cache; the flush is asked for, writers never stall.
            return new SharedMemory(cache, new WriteBufferManager(bytes / 2, cache, false));
        }
    }

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        SharedMemory memory = shared(configs);
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(memory.cache());
        table.setCacheIndexAndFilterBlocks(true);
        table.setCacheIndexAndFilterBlocksWithHighPriority(true);
        table.setPinL0FilterAndIndexBlocksInCache(true);
        table.setFilterPolicy(new BloomFilter(BLOOM_BITS, false));
        table.setWholeKeyFiltering(true);
        options.setTableFormatConfig(table);
        options.setWriteBufferManager(memory.writeBuffers());
        options.setWriteBufferSize(WRITE_BUFFER_BYTES);
        options.setMaxWriteBufferNumber(2);
        // Streams' default leaves the last level without filters: right for keys that are there, and ours are mostly
        // not.
        options.setOptimizeFiltersForHits(false);
    }

    @Override
    public void close(String storeName, Options options) {
        // Cache and write buffer manager are shared, and live as long as the process.
    }

    private static synchronized SharedMemory shared(Map<String, Object> configs) {
        if (shared == null) {
            Object megabytes = configs.get(MEMORY_MB);
            if (megabytes == null) {
                throw new IllegalStateException(MEMORY_MB + " is not set");
            }
            shared = SharedMemory.of(Long.parseLong(megabytes.toString()) * MIB);
        }
        return shared;
    }
}
