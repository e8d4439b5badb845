package io.hapax.stream.records;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The entries of one bucket of time: a column family of RocksDB, in front of it a filter that knows most ids that are
 * not there, and before both the latest writes, which go to RocksDB together.
 *
 * <p>Most payments are settled so soon that their pending entry is put and deleted before it is written: then RocksDB
 * never hears of it.
 *
 * <p>Not safe for use by several threads.
 */
final class Bucket {
    /** Writes that go to RocksDB together: enough to make each cheap, few enough for a pause of some 20 ms. */
    private static final int WRITES_TOGETHER = 1 << 14;

    /** So that a batch has its room at once: grown from little, it is copied again and again. */
    private static final int TYPICAL_ENTRY_BYTES = 256;

    /**
     * A filter forgets nothing, and RocksDB leaves few files alone for long. So both are tidied up when most of what
     * they hold has been deleted, and the rest is soon read.
     */
    private static final long DELETIONS_BEFORE_TIDYING = 1 << 16;

    private static final long MOST_TO_READ_FOR_TIDYING = 1 << 20;

    /** Stands for a value that is gone, among the latest writes. Values have a version in front and are never empty. */
    private static final byte[] DELETED = {};

    private final long number;
    private final RocksDB database;
    private final ColumnFamilyHandle family;
    private final Map<UUID, byte[]> latest = new HashMap<>(2 * WRITES_TOGETHER);
    private KeyFilter filter;
    private long deletions;

    /** @param number of the bucket, see {@link BucketRows} */
    Bucket(long number, RocksDB database, ColumnFamilyHandle family) {
        this.number = number;
        this.database = database;
        this.family = family;
        this.filter = newFilter();
    }

    long number() {
        return number;
    }

    ColumnFamilyHandle family() {
        return family;
    }

    byte @Nullable [] get(UUID id) throws RocksDBException {
        byte[] value = latest.get(id);
        if (value != null) {
            return isDeleted(value) ? null : value;
        }
        return mayBeWritten(id) ? database.get(family, IdBytes.of(id)) : null;
    }

    /** @param value null deletes */
    void put(UUID id, byte @Nullable [] value, WriteOptions options) throws RocksDBException {
        if (value != null) {
            latest.put(id, value);
        } else if (mayBeWritten(id)) {
            latest.put(id, DELETED);
        } else {
            latest.remove(id);
        }
        if (latest.size() >= WRITES_TOGETHER) {
            write(options);
        }
    }

    /** Gives the latest writes to RocksDB. */
    void write(WriteOptions options) throws RocksDBException {
        if (latest.isEmpty()) {
            return;
        }
        List<Map.Entry<UUID, byte[]>> entries = new ArrayList<>(latest.entrySet());
        try (WriteBatch batch = new WriteBatch(WRITES_TOGETHER * TYPICAL_ENTRY_BYTES)) {
            for (long place : nearlySorted(entries)) {
                Map.Entry<UUID, byte[]> entry = entries.get((int) place & (WRITES_TOGETHER - 1));
                add(entry.getKey(), entry.getValue(), batch);
            }
            database.write(options, batch);
        }
        latest.clear();
        if (deletions >= DELETIONS_BEFORE_TIDYING && isMostlyDeleted()) {
            // In this order: the filter is read from what is left.
            database.compactRange(family);
            readFilter();
        }
    }

    /**
     * Much as RocksDB sorts them: each entry goes in near the one before it, which is found fast. In the place of an
     * id's lower bits, which seldom decide, is the index of the entry.
     */
    private static long[] nearlySorted(List<Map.Entry<UUID, byte[]>> entries) {
        long[] places = new long[entries.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = (entries.get(i).getKey().getMostSignificantBits() & -WRITES_TOGETHER) | i;
        }
        Arrays.sort(places);
        return places;
    }

    private void add(UUID id, byte[] value, WriteBatch batch) throws RocksDBException {
        if (isDeleted(value)) {
            batch.delete(family, IdBytes.of(id));
            deletions++;
            return;
        }
        batch.put(family, IdBytes.of(id), value);
        if (!mayBeWritten(id)) {
            filter.add(id.getMostSignificantBits(), id.getLeastSignificantBits());
        }
    }

    /** Makes the filter from what RocksDB holds. */
    void readFilter() throws RocksDBException {
        KeyFilter read = newFilter();
        // Blocks that are read once would drive out those that are read often.
        try (ReadOptions once = new ReadOptions().setFillCache(false);
                RocksIterator entries = database.newIterator(family, once)) {
            for (entries.seekToFirst(); entries.isValid(); entries.next()) {
                byte[] id = entries.key();
                read.add(IdBytes.high(id, 0), IdBytes.low(id, 0));
            }
            // Else a block that can't be read looks like the end, and all keys behind it like keys never used.
            entries.status();
        }
        filter = read;
        deletions = 0;
    }

    /** Buckets of published retentions are many, and narrow. */
    private KeyFilter newFilter() {
        return BucketRows.isUsual(number) ? new KeyFilter() : KeyFilter.forFew();
    }

    /** Entries, those counted twice that were written again while they were only latest. */
    long size() {
        return Math.max(0, filter.added() - deletions) + latest.size();
    }

    long filterBytes() {
        return filter.bytes();
    }

    private static boolean isDeleted(byte[] value) {
        return value.length == 0;
    }

    private boolean isMostlyDeleted() {
        long left = filter.added() - deletions;
        return left <= deletions / 2 && left <= MOST_TO_READ_FOR_TIDYING;
    }

    private boolean mayBeWritten(UUID id) {
        return filter.mayContain(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }
}
