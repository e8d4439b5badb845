package io.hapax.stream.records;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksIterator;

/**
 * Goes over buckets one after the other. The store closes what is still open when RocksDB is about to take the ground away; the
 * next call then says so.
 */
final class BucketIterator implements KeyValueIterator<Bytes, byte[]> {
    private final Object lock;
    private final RocksDB database;
    private final Deque<Bucket> left;
    private final byte @Nullable [] from;
    private final @Nullable Bytes to;
    private final Consumer<BucketIterator> onClose;

    private @Nullable Bucket bucket;
    private @Nullable RocksIterator entries;
    private boolean closed;

    /**
     * @param lock of the store
     * @param buckets in the order to go
     * @param from first key, null for the first of all
     * @param to last key, null for the last of all
     */
    BucketIterator(
            Object lock,
            RocksDB database,
            List<Bucket> buckets,
            byte @Nullable [] from,
            @Nullable Bytes to,
            Consumer<BucketIterator> onClose) {
        this.lock = lock;
        this.database = database;
        this.left = new ArrayDeque<>(buckets);
        this.from = from;
        this.to = to;
        this.onClose = onClose;
        if (from != null) {
            left.removeIf(each -> each.start() < BucketKey.bucket(from));
        }
        enterNext();
    }

    @Override
    public boolean hasNext() {
        synchronized (lock) {
            return entries().isValid() && (to == null || currentKey().compareTo(to) <= 0);
        }
    }

    @Override
    public Bytes peekNextKey() {
        synchronized (lock) {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return currentKey();
        }
    }

    @Override
    public KeyValue<Bytes, byte[]> next() {
        synchronized (lock) {
            KeyValue<Bytes, byte[]> next =
                    KeyValue.pair(peekNextKey(), entries().value());
            entries().next();
            if (!entries().isValid()) {
                enterNext();
            }
            return next;
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (!closed) {
                closed = true;
                if (entries != null) {
                    entries.close();
                }
                onClose.accept(this);
            }
        }
    }

    /** Stays at the end of the last bucket when no other has entries. */
    private void enterNext() {
        while (!left.isEmpty() && (entries == null || !entries.isValid())) {
            if (entries != null) {
                entries.close();
            }
            bucket = left.removeFirst();
            entries = database.newIterator(bucket.family());
            if (from != null && BucketKey.bucket(from) == bucket.start()) {
                entries.seek(IdBytes.of(BucketKey.id(from)));
            } else {
                entries.seekToFirst();
            }
        }
    }

    private Bytes currentKey() {
        UUID id = IdBytes.at(entries().key(), 0);
        return BucketKey.of(bucket == null ? BucketKey.PERMANENT : bucket.start(), id);
    }

    private RocksIterator entries() {
        if (closed || entries == null) {
            throw new InvalidStateStoreException("the iterator is closed, or its store, or its bucket was dropped");
        }
        return entries;
    }
}
