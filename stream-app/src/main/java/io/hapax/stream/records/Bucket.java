package io.hapax.stream.records;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The entries of one bucket of time, in three layers. What the running transaction of Kafka has written is in front,
 * and goes with it. Behind it is what is committed and not yet written to RocksDB. Last comes a column family of
 * RocksDB, and in front of that a filter that knows most ids that are not there.
 *
 * <p>Most payments are settled so soon that their pending entry is put and deleted before it is written: then RocksDB
 * never hears of it.
 *
 * <p>Not safe for use by several threads.
 */
final class Bucket {
    /**
     * A filter forgets nothing, and RocksDB leaves few files alone for long. So both are tidied up when most of what
     * they hold has been deleted, and the rest is soon read.
     */
    private static final long DELETIONS_BEFORE_TIDYING = 1 << 16;

    private static final long MOST_TO_READ_FOR_TIDYING = 1 << 20;

    private static final int TYPICAL_TRANSACTION = 1 << 12;

    /** Stands for a value that is gone, in memory. Values have a version in front and are never empty. */
    private static final byte[] DELETED = {};

    private final long number;
    private final OpenDatabase database;

    /** What no transaction has committed yet. */
    private Map<UUID, byte[]> open = new HashMap<>();

    /** What is committed and not yet written to RocksDB. */
    private final Map<UUID, byte[]> latest = new HashMap<>();

    /** Null while nothing was written to RocksDB. */
    private @Nullable ColumnFamilyHandle family;

    /** Null while it is not known which ids RocksDB holds: then RocksDB is asked for each. */
    private @Nullable KeyFilter filter;

    /** The filter that is being made from what RocksDB holds; what is written meanwhile is added to both. */
    private @Nullable KeyFilter next;

    private long deletions;
    private long deletionsSinceNext;

    private Bucket(
            long number, OpenDatabase database, @Nullable ColumnFamilyHandle family, @Nullable KeyFilter filter) {
        this.number = number;
        this.database = database;
        this.family = family;
        this.filter = filter;
    }

    /**
     * A bucket of which nothing is in RocksDB.
     *
     * @param number of the bucket, see {@link BucketRows}
     */
    static Bucket empty(long number, OpenDatabase database) {
        return new Bucket(number, database, null, newFilter(number));
    }

    /** A bucket that was found in RocksDB. Its filter is made later, see {@link FilterReading}. */
    static Bucket found(long number, OpenDatabase database, ColumnFamilyHandle family) {
        return new Bucket(number, database, family, null);
    }

    long number() {
        return number;
    }

    /** @param committed what the running transaction has written is not seen */
    byte @Nullable [] get(UUID id, boolean committed) throws RocksDBException {
        byte[] value = committed ? null : open.get(id);
        if (value == null) {
            value = latest.get(id);
        }
        if (value != null) {
            return isDeleted(value) ? null : value;
        }
        return family != null && mayBeWritten(id) ? database.database().get(family, IdBytes.of(id)) : null;
    }

    /**
     * Writes within the running transaction.
     *
     * @param value null deletes
     */
    void put(UUID id, byte @Nullable [] value) {
        open.put(id, value == null ? DELETED : value);
    }

    /** True when the running transaction has written something under the id. */
    boolean isOpen(UUID id) {
        return open.containsKey(id);
    }

    /** Writes what is committed already. */
    void restore(UUID id, byte @Nullable [] value) {
        commit(id, value == null ? DELETED : value);
    }

    /** The running transaction counts from now on. */
    void commit() {
        open.forEach(this::commit);
        if (open.size() > TYPICAL_TRANSACTION) {
            // It would stay as large, and each later transaction would pay for it.
            open = new HashMap<>();
        } else {
            open.clear();
        }
    }

    private void commit(UUID id, byte[] value) {
        if (isDeleted(value) && !mayBeWritten(id)) {
            latest.remove(id);
        } else {
            latest.put(id, value);
        }
    }

    /** Entries that are committed and not yet written to RocksDB. */
    int unwritten() {
        return latest.size();
    }

    /** Adds what is committed and not yet written. {@link #written()} says that RocksDB has taken the batch. */
    void addTo(WriteBatch batch) throws RocksDBException {
        if (latest.isEmpty()) {
            return;
        }
        family = database.family(number);
        List<Map.Entry<UUID, byte[]>> entries = new ArrayList<>(latest.entrySet());
        long indexes = indexMask(entries.size());
        for (long place : nearlySorted(entries, indexes)) {
            Map.Entry<UUID, byte[]> entry = entries.get((int) (place & indexes));
            add(entry.getKey(), entry.getValue(), batch, family);
        }
    }

    void written() {
        latest.clear();
    }

    /**
     * Much as RocksDB sorts them: each entry goes in near the one before it, which is found fast. In the place of an
     * id's lower bits, which seldom decide, is the index of the entry.
     */
    private static long[] nearlySorted(List<Map.Entry<UUID, byte[]>> entries, long indexes) {
        long[] places = new long[entries.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = (entries.get(i).getKey().getMostSignificantBits() & ~indexes) | i;
        }
        Arrays.sort(places);
        return places;
    }

    private static long indexMask(int size) {
        return (Long.highestOneBit(size) << 1) - 1;
    }

    private void add(UUID id, byte[] value, WriteBatch batch, ColumnFamilyHandle to) throws RocksDBException {
        if (isDeleted(value)) {
            batch.delete(to, IdBytes.of(id));
            deletions++;
            deletionsSinceNext++;
            return;
        }
        batch.put(to, IdBytes.of(id), value);
        add(filter, id.getMostSignificantBits(), id.getLeastSignificantBits());
        add(next, id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    private static void add(@Nullable KeyFilter to, long high, long low) {
        if (to != null && !to.mayContain(high, low)) {
            to.add(high, low);
        }
    }

    /** The entries from that id on, null: from the first. The caller closes them. */
    BucketEntries entries(@Nullable UUID from, boolean committed) throws RocksDBException {
        TreeMap<UUID, byte[]> inMemory = new TreeMap<>(BucketEntries.ORDER);
        inMemory.putAll(latest);
        if (!committed) {
            inMemory.putAll(open);
        }
        return new BucketEntries(
                from == null ? inMemory : inMemory.tailMap(from),
                family == null ? null : database.database().newIterator(family),
                from);
    }

    static boolean isDeleted(byte[] value) {
        return value.length == 0;
    }

    /** Null while nothing was written to RocksDB. */
    @Nullable ColumnFamilyHandle family() {
        return family;
    }

    /** True when most of what RocksDB holds was deleted, and the rest is soon read. */
    boolean isUntidy() {
        if (filter == null || next != null || deletions < DELETIONS_BEFORE_TIDYING) {
            return false;
        }
        long left = filter.added() - deletions;
        return left <= deletions / 2 && left <= MOST_TO_READ_FOR_TIDYING;
    }

    /** A filter is made from what RocksDB holds now. What is written from now on is added to it, too. */
    void beginFilter() {
        next = newFilter(number);
        deletionsSinceNext = 0;
    }

    /** Adds ids that RocksDB held. */
    void addToFilter(long[] halves, int length) {
        for (int i = 0; i < length; i += 2) {
            add(next, halves[i], halves[i + 1]);
        }
    }

    /** All that RocksDB held was added. */
    void useFilter() {
        filter = next;
        next = null;
        deletions = deletionsSinceNext;
    }

    /** It can't be made. */
    void dropFilter() {
        next = null;
    }

    /** Buckets of published retentions are many, and narrow. */
    private static KeyFilter newFilter(long number) {
        return BucketRows.isUsual(number) ? new KeyFilter() : KeyFilter.forFew();
    }

    /** About how many entries there are: those counted twice that were written again while they were in memory. */
    long size() throws RocksDBException {
        long written = 0;
        if (filter != null) {
            written = Math.max(0, filter.added() - deletions);
        } else if (family != null) {
            written = database.database().getLongProperty(family, "rocksdb.estimate-num-keys");
        }
        return written + latest.size();
    }

    long filterBytes() {
        return filter == null ? 0 : filter.bytes();
    }

    private boolean mayBeWritten(UUID id) {
        return filter == null || filter.mayContain(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }
}
