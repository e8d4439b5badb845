package io.hapax.stream.records;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * An open RocksDB with a column family for each bucket and one for the changelog's offsets, and all that is closed with
 * it.
 *
 * <p>There is no write-ahead log. What is written is in memory until it is flushed, and all families are flushed as
 * one. So a crash leaves what one flush wrote: of a batch that was written together, all or nothing.
 */
final class OpenDatabase implements AutoCloseable {
    /** Bucket names are numbers, so none has this name. */
    private static final byte[] OFFSETS = "offsets".getBytes(US_ASCII);

    private static final byte[] KEY_OF_OFFSETS = {0};

    /** Room for a thousand offsets, one after the other; long before, another family is full and all are flushed. */
    private static final int OFFSETS_BUFFER_BYTES = 256 * 1024;

    private final DBOptions options;
    private final ColumnFamilyOptions familyOptions;
    private final ColumnFamilyOptions offsetsOptions =
            new ColumnFamilyOptions().setWriteBufferSize(OFFSETS_BUFFER_BYTES);
    private final WriteOptions writeOptions = new WriteOptions().setDisableWAL(true);
    private final RocksDB database;
    private final Map<Long, ColumnFamilyHandle> families = new TreeMap<>();
    private final ColumnFamilyHandle offsets;

    private OpenDatabase(Path folder, RocksMemory memory, boolean isNew, List<Long> buckets) throws RocksDBException {
        options = memory.databaseOptions()
                .setCreateIfMissing(isNew)
                .setErrorIfExists(isNew)
                .setCreateMissingColumnFamilies(true);
        familyOptions = memory.familyOptions();
        List<ColumnFamilyDescriptor> descriptors =
                new ArrayList<>(buckets.stream().map(this::descriptor).toList());
        descriptors.add(new ColumnFamilyDescriptor(OFFSETS, offsetsOptions));
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try {
            database = RocksDB.open(options, folder.toString(), descriptors, handles);
        } catch (RocksDBException e) {
            closeOptions();
            throw e;
        }
        for (int i = 0; i < buckets.size(); i++) {
            families.put(buckets.get(i), handles.get(i));
        }
        offsets = handles.getLast();
    }

    /** Makes one in an empty folder, with the bucket that is never dropped. */
    static OpenDatabase create(Path folder, RocksMemory memory) throws RocksDBException {
        return new OpenDatabase(folder, memory, true, List.of(BucketKey.NO_BUCKET));
    }

    /** Opens one as its last flush left it. */
    static OpenDatabase open(Path folder, RocksMemory memory) throws RocksDBException {
        return new OpenDatabase(folder, memory, false, bucketsIn(folder));
    }

    private static List<Long> bucketsIn(Path folder) throws RocksDBException {
        List<Long> buckets = new ArrayList<>();
        try (Options any = new Options()) {
            for (byte[] name : RocksDB.listColumnFamilies(any, folder.toString())) {
                if (!Arrays.equals(name, OFFSETS)) {
                    buckets.add(bucket(name));
                }
            }
        }
        // That the list of files can't be read is no error to it.
        if (!buckets.contains(BucketKey.NO_BUCKET)) {
            throw new RocksDBException("its column families can't be read");
        }
        return buckets;
    }

    private static long bucket(byte[] name) throws RocksDBException {
        if (Arrays.equals(name, RocksDB.DEFAULT_COLUMN_FAMILY)) {
            return BucketKey.NO_BUCKET;
        }
        try {
            return Long.parseLong(new String(name, US_ASCII));
        } catch (NumberFormatException e) {
            throw new RocksDBException("a column family is no bucket: " + new String(name, US_ASCII));
        }
    }

    RocksDB database() {
        return database;
    }

    /** The families of all buckets, by number. */
    Map<Long, ColumnFamilyHandle> families() {
        return Map.copyOf(families);
    }

    /** The family of the bucket, made if there is none. */
    ColumnFamilyHandle family(long bucket) throws RocksDBException {
        ColumnFamilyHandle found = families.get(bucket);
        if (found != null) {
            return found;
        }
        ColumnFamilyHandle added = database.createColumnFamily(descriptor(bucket));
        families.put(bucket, added);
        return added;
    }

    void dropFamily(long bucket) throws RocksDBException {
        ColumnFamilyHandle family = families.remove(bucket);
        if (family != null) {
            database.dropColumnFamily(family);
            family.close();
        }
    }

    /** Null when it has none. */
    @Nullable StoredOffsets offsets() throws RocksDBException {
        byte[] bytes = database.get(offsets, KEY_OF_OFFSETS);
        if (bytes == null) {
            return null;
        }
        StoredOffsets found = StoredOffsets.of(bytes);
        if (found == null) {
            throw new RocksDBException("its offsets can't be read");
        }
        return found;
    }

    /** Writes all of the batch or nothing, and the offsets that the store has with it. */
    void write(WriteBatch batch, StoredOffsets upTo) throws RocksDBException {
        if (!upTo.offsets().isEmpty()) {
            batch.put(offsets, KEY_OF_OFFSETS, upTo.toBytes());
        }
        database.write(writeOptions, batch);
    }

    /** Writes to disk what is in memory, and waits until it is there. */
    void flush() throws RocksDBException {
        try (FlushOptions now = new FlushOptions().setWaitForFlush(true)) {
            database.flush(now, allFamilies());
        }
    }

    /** The same beside the work of the task. */
    void flushSoon() throws RocksDBException {
        try (FlushOptions soon = new FlushOptions().setWaitForFlush(false).setAllowWriteStall(true)) {
            database.flush(soon, allFamilies());
        }
    }

    /** All at once: one alone could be ahead of the offsets after a crash, or behind them. */
    private List<ColumnFamilyHandle> allFamilies() {
        List<ColumnFamilyHandle> all = new ArrayList<>(families.values());
        all.add(offsets);
        return all;
    }

    /** The number of writes that the database has ever taken. Merging and dropping do not change it. */
    long writes() {
        return database.getLatestSequenceNumber();
    }

    @Override
    public void close() {
        families.values().forEach(ColumnFamilyHandle::close);
        offsets.close();
        database.close();
        closeOptions();
    }

    private void closeOptions() {
        writeOptions.close();
        offsetsOptions.close();
        familyOptions.close();
        options.close();
    }

    private ColumnFamilyDescriptor descriptor(long bucket) {
        byte[] name = bucket == BucketKey.NO_BUCKET
                ? RocksDB.DEFAULT_COLUMN_FAMILY
                : Long.toString(bucket).getBytes(US_ASCII);
        return new ColumnFamilyDescriptor(name, familyOptions);
    }
}
