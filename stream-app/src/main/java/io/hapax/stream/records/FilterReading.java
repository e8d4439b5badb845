package io.hapax.stream.records;

import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * The making of one bucket's filter from what RocksDB holds, beside the work of the task. Every block of the bucket is
 * read, and its checksum compared: so it is also how damage is found that nobody has met yet.
 *
 * <p>RocksDB is read without the store's lock. What is read is added under the lock, some thousand ids at a time. The
 * lock guards the fields, too.
 */
final class FilterReading implements Runnable {
    private static final int IDS_TOGETHER = 2048;

    private final BucketedStore store;
    private final Bucket bucket;
    private final RocksDB database;
    private final ColumnFamilyHandle family;
    private final boolean merge;

    private boolean running;
    private boolean cancelled;

    /**
     * @param store whose lock it takes, and that it tells of what can't be read
     * @param merge what was deleted goes first, on disk, too
     */
    FilterReading(BucketedStore store, Bucket bucket, RocksDB database, ColumnFamilyHandle family, boolean merge) {
        this.store = store;
        this.bucket = bucket;
        this.database = database;
        this.family = family;
        this.merge = merge;
    }

    boolean isOf(Bucket asked) {
        return bucket == asked;
    }

    @Override
    public void run() {
        synchronized (store) {
            if (cancelled) {
                return;
            }
            running = true;
        }
        try {
            if (merge) {
                // In this order: the filter is made from what is left.
                database.compactRange(family);
            }
            read();
        } catch (RocksDBException e) {
            synchronized (store) {
                bucket.dropFilter();
                store.foundUnreadable(e);
            }
        } finally {
            synchronized (store) {
                running = false;
                store.ended(this);
                store.notifyAll();
            }
        }
    }

    private void read() throws RocksDBException {
        // Blocks that are read once would drive out those that are read often.
        try (ReadOptions once = new ReadOptions().setFillCache(false);
                RocksIterator entries = begin(once)) {
            entries.seekToFirst();
            long[] halves = new long[2 * IDS_TOGETHER];
            boolean atEnd = false;
            while (!atEnd) {
                int length = 0;
                for (; length < halves.length && entries.isValid(); entries.next()) {
                    byte[] id = entries.key();
                    halves[length++] = IdBytes.high(id, 0);
                    halves[length++] = IdBytes.low(id, 0);
                }
                atEnd = !entries.isValid();
                if (atEnd) {
                    // Else a block that can't be read looks like the end, and all keys behind it like keys never used.
                    entries.status();
                }
                synchronized (store) {
                    if (cancelled) {
                        bucket.dropFilter();
                        return;
                    }
                    bucket.addToFilter(halves, length);
                    if (atEnd) {
                        bucket.useFilter();
                    }
                }
            }
        }
    }

    /** What is written after the iterator was made is added by the writer. */
    private RocksIterator begin(ReadOptions options) {
        synchronized (store) {
            bucket.beginFilter();
            return database.newIterator(family, options);
        }
    }

    /** The caller holds the store's lock, which is free while it waits. */
    void stop() {
        cancelled = true;
        boolean interrupted = false;
        while (running) {
            try {
                store.wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
