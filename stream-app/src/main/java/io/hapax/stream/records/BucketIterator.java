package io.hapax.stream.records;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * An iterator over buckets, one after the other. The store closes open iterators before RocksDB closes. The next call
 * then throws.
 */
final class BucketIterator implements KeyValueIterator<Bytes, byte[]> {
    private final BucketedStore store;
    private final Deque<Bucket> left;
    private final byte @Nullable [] from;
    private final @Nullable Bytes to;
    private final boolean committed;

    private long bucket = BucketKey.NO_BUCKET;
    private @Nullable BucketEntries entries;
    private boolean closed;

    /**
     * @param store whose lock it holds, and that it tells of what can't be read
     * @param buckets in the order to go
     * @param from first key, null for the first of all
     * @param to last key, null for the last of all
     * @param committed what the running transaction has written is not seen
     */
    BucketIterator(
            BucketedStore store, List<Bucket> buckets, byte @Nullable [] from, @Nullable Bytes to, boolean committed) {
        this.store = store;
        this.left = new ArrayDeque<>(buckets);
        this.from = from;
        this.to = to;
        this.committed = committed;
        if (from != null) {
            left.removeIf(each -> each.number() < BucketKey.bucket(from));
        }
        enterNext();
    }

    @Override
    public boolean hasNext() {
        synchronized (store) {
            Map.Entry<UUID, byte[]> next = entries().peek();
            return next != null && (to == null || key(next).compareTo(to) <= 0);
        }
    }

    @Override
    public Bytes peekNextKey() {
        synchronized (store) {
            return key(peek());
        }
    }

    @Override
    public KeyValue<Bytes, byte[]> next() {
        synchronized (store) {
            Map.Entry<UUID, byte[]> taken = peek();
            KeyValue<Bytes, byte[]> next = KeyValue.pair(key(taken), taken.getValue());
            try {
                entries().advance();
            } catch (RocksDBException e) {
                throw store.failed("read", e);
            }
            enterNext();
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
        try {
            while (!left.isEmpty() && (entries == null || entries.peek() == null)) {
                if (entries != null) {
                    entries.close();
                }
                Bucket entered = left.removeFirst();
                bucket = entered.number();
                entries = entered.entries(
                        from != null && BucketKey.bucket(from) == bucket ? BucketKey.id(from) : null, committed);
            }
        } catch (RocksDBException e) {
            throw store.failed("read", e);
        }
    }

    private Map.Entry<UUID, byte[]> peek() {
        Map.Entry<UUID, byte[]> next = hasNext() ? entries().peek() : null;
        if (next == null) {
            throw new NoSuchElementException();
        }
        return next;
    }

    private Bytes key(Map.Entry<UUID, byte[]> entry) {
        return BucketKey.of(bucket, entry.getKey());
    }

    private BucketEntries entries() {
        if (closed || entries == null) {
            throw new InvalidStateStoreException("the iterator is closed, or its store, or its bucket was dropped");
        }
        return entries;
    }
}
