package io.hapax.stream.records;

import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * The entries of one bucket in the order of their ids: those in memory and those in RocksDB, as they were when it was
 * made.
 *
 * <p>Not safe for use by several threads.
 */
final class BucketEntries implements AutoCloseable {
    /** The order of the ids' bytes. */
    static final Comparator<UUID> ORDER = (left, right) -> {
        int high = Long.compareUnsigned(left.getMostSignificantBits(), right.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(left.getLeastSignificantBits(), right.getLeastSignificantBits());
    };

    private final Iterator<Map.Entry<UUID, byte[]>> inMemory;
    private final @Nullable RocksIterator written;
    private Map.@Nullable Entry<UUID, byte[]> nextInMemory;
    private Map.@Nullable Entry<UUID, byte[]> next;

    /**
     * @param inMemory counts before what was written; an empty value says that the entry is gone
     * @param written which it closes; null if there is nothing
     * @param from first id, null for the first of all
     */
    BucketEntries(SortedMap<UUID, byte[]> inMemory, @Nullable RocksIterator written, @Nullable UUID from)
            throws RocksDBException {
        this.inMemory = inMemory.entrySet().iterator();
        this.written = written;
        if (written != null && from != null) {
            written.seek(IdBytes.of(from));
        } else if (written != null) {
            written.seekToFirst();
        }
        nextInMemory = takeInMemory();
        try {
            advance();
        } catch (RocksDBException e) {
            close();
            throw e;
        }
    }

    /** Null at the end. */
    Map.@Nullable Entry<UUID, byte[]> peek() {
        return next;
    }

    void advance() throws RocksDBException {
        next = null;
        while (next == null) {
            UUID writtenId = writtenId();
            if (nextInMemory == null && writtenId == null) {
                return;
            }
            next = take(writtenId);
        }
    }

    /** The first of both, null if it is gone. */
    private Map.@Nullable Entry<UUID, byte[]> take(@Nullable UUID writtenId) {
        Map.Entry<UUID, byte[]> memory = nextInMemory;
        if (memory == null || (writtenId != null && ORDER.compare(writtenId, memory.getKey()) < 0)) {
            Map.Entry<UUID, byte[]> entry = Map.entry(
                    Objects.requireNonNull(writtenId),
                    Objects.requireNonNull(written).value());
            written.next();
            return entry;
        }
        if (writtenId != null && writtenId.equals(memory.getKey())) {
            Objects.requireNonNull(written).next();
        }
        nextInMemory = takeInMemory();
        return Bucket.isDeleted(memory.getValue()) ? null : memory;
    }

    private Map.@Nullable Entry<UUID, byte[]> takeInMemory() {
        return inMemory.hasNext() ? inMemory.next() : null;
    }

    /** Null at the end. An iterator that can't read on looks like one that is at its end, but for its status. */
    private @Nullable UUID writtenId() throws RocksDBException {
        if (written == null) {
            return null;
        }
        if (written.isValid()) {
            return IdBytes.at(written.key(), 0);
        }
        written.status();
        return null;
    }

    @Override
    public void close() {
        if (written != null) {
            written.close();
        }
    }
}
