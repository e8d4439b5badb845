package io.hapax.stream.records;

import io.hapax.stream.metrics.RebuildCause;
import io.hapax.stream.metrics.StoreFigures;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.rocksdb.AbstractEventListener;

/** The open stores of one topology: they share RocksDB's memory, which is given back with the last of them. */
final class OpenStores {
    private static final Duration IDLE = Duration.ofSeconds(5);

    private final Set<BucketedStore> open = new HashSet<>();
    private final Map<RebuildCause, Long> rebuilds = new EnumMap<>(RebuildCause.class);

    /**
     * Stores that have begun empty and hold nothing of their changelog yet: Streams opens some more than once on the
     * way.
     */
    private final Set<String> beingRebuilt = new HashSet<>();

    /** One thread for all stores, while there is something to do: the tasks need the processors themselves. */
    private final Executor beside = besideTheTasks();

    private final LongSupplier clock;
    private final List<AbstractEventListener> listeners;
    private @Nullable RocksMemory memory;
    private long closings;

    OpenStores() {
        this(System::currentTimeMillis, List.of());
    }

    /**
     * @param clock as {@link System#currentTimeMillis()}
     * @param listeners that are told what RocksDB does with its files
     */
    OpenStores(LongSupplier clock, List<AbstractEventListener> listeners) {
        this.clock = clock;
        this.listeners = listeners;
    }

    private static Executor besideTheTasks() {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                1,
                1,
                IDLE.toMillis(),
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(),
                work -> Thread.ofPlatform().name("store-filters").daemon().unstarted(work));
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /** Does it when all that was asked for before is done. */
    void beside(Runnable work) {
        beside.execute(work);
    }

    /** Wall clock, epoch milliseconds. */
    long nowMs() {
        return clock.getAsLong();
    }

    /**
     * Makes the store of each task.
     *
     * @param usual retention of what is kept in buckets; zero if there are none: then the changelog is compacted
     * @param after the store of the same task into which goes what is deleted from this one; null if there is none.
     *     Others see it there first, so that they find it in one of both
     */
    KeyValueBytesStoreSupplier supplier(String name, Duration usual, @Nullable String after) {
        BucketRows rows = new BucketRows(usual);
        return new KeyValueBytesStoreSupplier() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public KeyValueStore<Bytes, byte[]> get() {
                return new BucketedStore(name, rows, usual.isZero(), after, OpenStores.this);
            }

            @Override
            public String metricsScope() {
                return "bucketed";
            }
        };
    }

    synchronized RocksMemory opens(BucketedStore store, Map<String, Object> config) {
        if (memory == null) {
            memory = RocksMemory.of(config, listeners);
        }
        open.add(store);
        return memory;
    }

    /** The open store of that name and task; null if there is none. */
    synchronized @Nullable BucketedStore open(String name, TaskId task) {
        for (BucketedStore store : open) {
            if (store.isOf(name, task)) {
                return store;
            }
        }
        return null;
    }

    synchronized void closed(BucketedStore store) {
        closings++;
        open.remove(store);
        if (open.isEmpty() && memory != null) {
            memory.close();
            memory = null;
        }
    }

    /** The number of times that a store was closed so far, for whatever reason. */
    synchronized long closings() {
        return closings;
    }

    /**
     * A store begins empty. That counts once, however often it is opened before it holds something; damage counts
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

    synchronized void holdsSomething(String store) {
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
