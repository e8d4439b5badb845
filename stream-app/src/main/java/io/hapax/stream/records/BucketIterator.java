package io.hapax.stream.records;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * An iterator over buckets, one after the other. The store closes open iterators before RocksDB closes. The next call
 * then throws.
 */
final class BucketIterator implements KeyValueIterator<Bytes, byte[]> {
    private final BucketedStore store;
    private final RocksDB database;
    private final Deque<Bucket> left;
    private final byte @Nullable [] from;
    private final @Nullable Bytes to;

    private @Nullable Bucket bucket;
    private @Nullable RocksIterator entries;
    private boolean closed;

    /**
     * @param store whose lock it holds, and that it tells of what can't be read
     * @param buckets in the order to go
     * @param from first key, null for the first of all
     * @param to last key, null for the last of all
     */
    BucketIterator(
            BucketedStore store, RocksDB database, List<Bucket> buckets, byte @Nullable [] from, @Nullable Bytes to) {
        this.store = store;
        this.database = database;
        this.left = new ArrayDeque<>(buckets);
        this.from = from;
        this.to = to;
        if (from != null) {
            left.removeIf(each -> each.number() < BucketKey.bucket(from));
        }
        enterNext();
    }

    @Override
    public boolean hasNext() {
        synchronized (store) {
            return entries().isValid() && (to == null || currentKey().compareTo(to) <= 0);
        }
    }

    @Override
    public Bytes peekNextKey() {
        synchronized (store) {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return currentKey();
        }
    }

    @Override
    public KeyValue<Bytes, byte[]> next() {
        synchronized (store) {
            KeyValue<Bytes, byte[]> next =
                    KeyValue.pair(peekNextKey(), entries().value());
            entries().next();
            if (isAtEnd(entries())) {
                enterNext();
            }
            return next;
        }
    }

    @Override
    public void close() {
        synchronized (store) {
            if (!closed) {
                closed = true;
                if (entries != null) {
                    entries.close();
                }
                store.closed(this);
            }
        }
    }

    /** Stays at the end of the last bucket when no other has entries. */
    private void enterNext() {
        while (!left.isEmpty() && (entries == null || isAtEnd(entries))) {
            if (entries != null) {
                entries.close();
            }
            bucket = left.removeFirst();
            entries = database.newIterator(bucket.family());
            if (from != null && BucketKey.bucket(from) == bucket.number()) {
                entries.seek(IdBytes.of(BucketKey.id(from)));
            } else {
                entries.seekToFirst();
            }
        }
    }

    /** An iterator that can't read on looks like one that is at its end, but for its status. */
    private boolean isAtEnd(RocksIterator moved) {
        if (moved.isValid()) {
            return false;
        }
        try {
            moved.status();
            return true;
        } catch (RocksDBException e) {
            throw store.failed("read", e);
        }
    }

    private Bytes currentKey() {
        UUID id = IdBytes.at(entries().key(), 0);
        return BucketKey.of(bucket == null ? BucketKey.NO_BUCKET : bucket.number(), id);
    }

    private RocksIterator entries() {
        if (closed || entries == null) {
            throw new InvalidStateStoreException("the iterator is closed, or its store, or its bucket was dropped");
        }
        return entries;
    }
}
