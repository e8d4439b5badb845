package io.hapax.stream.records;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/** An open RocksDB with a column family for each bucket, and all that is closed with it. */
final class OpenDatabase implements AutoCloseable {
    private final DBOptions options;
    private final ColumnFamilyOptions familyOptions;
    private final WriteOptions writeOptions = new WriteOptions().setDisableWAL(true);
    private final RocksDB database;
    private final List<ColumnFamilyHandle> families = new ArrayList<>();

    private OpenDatabase(Path folder, RocksMemory memory, boolean isNew, List<Long> buckets) throws RocksDBException {
        options = memory.databaseOptions().setCreateIfMissing(isNew).setErrorIfExists(isNew);
        familyOptions = memory.familyOptions();
        try {
            database = RocksDB.open(
                    options,
                    folder.toString(),
                    buckets.stream().map(this::descriptor).toList(),
                    families);
        } catch (RocksDBException e) {
            closeOptions();
            throw e;
        }
    }

    /** Makes one in an empty folder, with the bucket that is never dropped. */
    static OpenDatabase create(Path folder, RocksMemory memory) throws RocksDBException {
        return new OpenDatabase(folder, memory, true, List.of(BucketKey.NO_BUCKET));
    }

    /** Opens one that holds what it held when it was sealed, and each block of which can be read; else throws. */
    static OpenDatabase open(Path folder, RocksMemory memory, Seal seal) throws RocksDBException {
        OpenDatabase opened = new OpenDatabase(folder, memory, false, seal.buckets());
        try {
            if (opened.writes() != seal.writes()) {
                throw new RocksDBException(
                        "has taken " + opened.writes() + " writes, it was left with " + seal.writes());
            }
            opened.database.verifyChecksum();
            return opened;
        } catch (RocksDBException e) {
            opened.close();
            throw e;
        }
    }

    RocksDB database() {
        return database;
    }

    WriteOptions writeOptions() {
        return writeOptions;
    }

    /** In the order in which the buckets were given. */
    List<ColumnFamilyHandle> families() {
        return List.copyOf(families);
    }

    ColumnFamilyHandle addFamily(long bucket) throws RocksDBException {
        ColumnFamilyHandle family = database.createColumnFamily(descriptor(bucket));
        families.add(family);
        return family;
    }

    void dropFamily(ColumnFamilyHandle family) throws RocksDBException {
        database.dropColumnFamily(family);
        families.remove(family);
        family.close();
    }

    /** Writes to disk what is in memory, and waits until it is there. */
    void flush() throws RocksDBException {
        try (FlushOptions now = new FlushOptions().setWaitForFlush(true)) {
            database.flush(now, families);
        }
    }

    /** The number of writes that the database has ever taken. Merging and dropping do not change it. */
    long writes() {
        return database.getLatestSequenceNumber();
    }

    @Override
    public void close() {
        families.forEach(ColumnFamilyHandle::close);
        database.close();
        closeOptions();
    }

    private void closeOptions() {
        writeOptions.close();
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
