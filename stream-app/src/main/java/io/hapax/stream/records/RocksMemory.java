package io.hapax.stream.records;

import java.util.List;
import java.util.Map;
import org.rocksdb.AbstractEventListener;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactionOptionsUniversal;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * RocksDB's memory of all stores of a topology within one bound: blocks, indexes, filters and write buffers share one
 * cache. And the options that follow from it.
 */
public final class RocksMemory implements AutoCloseable {
    /** Setting: the bound in MiB. */
    public static final String MEMORY_MB = "hapax.store.memory.mb";

    static {
        RocksDB.loadLibrary();
    }

    private static final long MIB = 1024 * 1024;

    /**
     * Write buffers of one column family, within the half of the memory that is for writes. Each task writes into two
     * at a time, pending payments and the current bucket of ended ones; a bucket that is no longer written to is
     * flushed. A budget below the sum of them makes RocksDB flush tiny tables: this is enough for eight tasks before
     * it does.
     */
    private static final int WRITE_BUFFERS = 16;

    /** Larger ones are no faster: they fall out of the processor's caches. */
    private static final long LARGEST_WRITE_BUFFER_BYTES = 8 * MIB;

    /**
     * 6 bits a key: only keys that are probably there get this far, and the filter's work is to tell in which of the
     * files. One in eighteen files is read in vain.
     */
    private static final double BLOOM_BITS = 6;

    /** Part of a write buffer that is a filter of it: most look-ups pass by both buffers without a search. */
    private static final double BUFFER_FILTER_SHARE = 0.02;

    /** Files of a bucket that are merged at a time. What is written once and dropped whole is worth few merges. */
    private static final int FILES_PER_MERGE = 32;

    private static final int FILES_TO_SLOW_DOWN = 64;
    private static final int FILES_TO_STOP = 128;

    /**
     * The cache has two parts (one bit). RocksDB's default is 64 for a cache of this size. Then the filter of a merged
     * file does not fit into the part that is its own, and each look-up reads it again.
     */
    private static final int CACHE_PARTS_BITS = 1;

    /** Share of the cache in which filters and indexes stay before data. */
    private static final double SHARE_OF_FILTERS_AND_INDEXES = 0.5;

    private final Cache cache;
    private final WriteBufferManager writeBuffers;
    private final long writeBufferBytes;
    private final BloomFilter filter = new BloomFilter(BLOOM_BITS, false);

    private final List<AbstractEventListener> listeners;

    private RocksMemory(long bytes, List<AbstractEventListener> listeners) {
        this.listeners = listeners;
        writeBufferBytes = Math.min(bytes / 2 / WRITE_BUFFERS, LARGEST_WRITE_BUFFER_BYTES);
        cache = new LRUCache(bytes, CACHE_PARTS_BITS, false, SHARE_OF_FILTERS_AND_INDEXES);
        // Half for writes, charged to the cache; the flush is asked for, writers never stall.
        writeBuffers = new WriteBufferManager(bytes / 2, cache, false);
    }

    /**
     * The memory that the app's configuration sets.
     *
     * @param listeners that are told what each database does with its files
     */
    static RocksMemory of(Map<String, Object> config, List<AbstractEventListener> listeners) {
        Object megabytes = config.get(MEMORY_MB);
        if (megabytes == null) {
            throw new IllegalStateException(MEMORY_MB + " is not set");
        }
        return new RocksMemory(Long.parseLong(megabytes.toString()) * MIB, listeners);
    }

    /** Options of a database; the caller closes them. */
    DBOptions databaseOptions() {
        return new DBOptions()
                .setCreateIfMissing(true)
                .setListeners(listeners)
                .setWriteBufferManager(writeBuffers)
                .setInfoLogLevel(InfoLogLevel.ERROR_LEVEL)
                // What a crash leaves is from one moment: data of all families, and the offset that they go up to.
                .setAtomicFlush(true)
                // One thread writes; the detour that lets several write at once costs it time.
                .setAllowConcurrentMemtableWrite(false)
                .setEnableWriteThreadAdaptiveYield(false);
    }

    /** Options of all column families; the caller closes them. */
    ColumnFamilyOptions familyOptions() {
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setCacheIndexAndFilterBlocks(true)
                .setCacheIndexAndFilterBlocksWithHighPriority(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                .setFilterPolicy(filter)
                .setWholeKeyFiltering(true);
        return new ColumnFamilyOptions()
                .setTableFormatConfig(table)
                .setWriteBufferSize(writeBufferBytes)
                .setMaxWriteBufferNumber(2)
                .setMemtablePrefixBloomSizeRatio(BUFFER_FILTER_SHARE)
                .setMemtableWholeKeyFiltering(true)
                // Ids and digests are random bytes: nothing to compress.
                .setCompressionType(CompressionType.NO_COMPRESSION)
                .setCompactionStyle(CompactionStyle.UNIVERSAL)
                .setCompactionOptionsUniversal(new CompactionOptionsUniversal().setMinMergeWidth(FILES_PER_MERGE / 2))
                .setLevel0FileNumCompactionTrigger(FILES_PER_MERGE)
                .setLevel0SlowdownWritesTrigger(FILES_TO_SLOW_DOWN)
                .setLevel0StopWritesTrigger(FILES_TO_STOP);
    }

    /** Bytes in use, within the bound but for blocks that are being read. */
    long usedBytes() {
        return cache.getUsage();
    }

    @Override
    public void close() {
        writeBuffers.close();
        cache.close();
        filter.close();
    }
}
