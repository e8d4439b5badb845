package io.hapax.stream.records;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.processor.BatchingStateRestoreCallback;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/**
 * A store of Kafka Streams on one RocksDB per task, with a column family for each bucket of time. Expiry is the dropping of
 * whole buckets: no deletes, no tombstones. Around it, metering and changelog stay Streams'.
 *
 * <p>As with Streams' own stores under exactly once, nothing here is durable before a clean close: after any other end Streams
 * wipes the folder and restores the changelog. So writes may wait in memory, and there is no write-ahead log.
 *
 * <p>Keys are those of {@link BucketKey}. Safe for use by several threads: interactive queries come from others than the task's.
 */
final class BucketedStore implements KeyValueStore<Bytes, byte[]> {
    private static final String FOLDER = "rocksdb";

    private final String name;
    private final BucketRows rows;
    private final OpenStores openStores;

    /** The newest of each row first. */
    private final List<Bucket> buckets = new ArrayList<>();

    private final Set<BucketIterator> iterators = new HashSet<>();
    private @Nullable Open open;

    /** What is closed with the store, and in which order. */
    private record Open(
            RocksDB database,
            DBOptions databaseOptions,
            ColumnFamilyOptions familyOptions,
            WriteOptions writeOptions,
            ColumnFamilyHandle defaultFamily) {}

    /**
     * @param rows tells when a bucket has had its time
     * @param openStores with which it shares RocksDB's memory
     */
    BucketedStore(String name, BucketRows rows, OpenStores openStores) {
        this.name = name;
        this.rows = rows;
        this.openStores = openStores;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean persistent() {
        return true;
    }

    @Override
    public synchronized boolean isOpen() {
        return open != null;
    }

    @Override
    public synchronized void init(StateStoreContext context, StateStore root) {
        Path folder = context.stateDir().toPath().resolve(FOLDER).resolve(name);
        try {
            Files.createDirectories(folder);
            open(folder, openStores.opens(this, context.appConfigs()));
        } catch (RocksDBException e) {
            openStores.closed(this);
            throw failed("open", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        context.register(root, (BatchingStateRestoreCallback) this::restore);
    }

    private void open(Path folder, RocksMemory memory) throws RocksDBException {
        DBOptions databaseOptions = memory.databaseOptions();
        ColumnFamilyOptions familyOptions = memory.familyOptions();
        List<ColumnFamilyDescriptor> families = new ArrayList<>();
        families.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, familyOptions));
        try (Options options = new Options()) {
            for (byte[] family : RocksDB.listColumnFamilies(options, folder.toString())) {
                if (!Arrays.equals(family, RocksDB.DEFAULT_COLUMN_FAMILY)) {
                    families.add(new ColumnFamilyDescriptor(family, familyOptions));
                }
            }
        }
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        RocksDB database = RocksDB.open(databaseOptions, folder.toString(), families, handles);
        for (int i = 0; i < handles.size(); i++) {
            long start = i == 0
                    ? BucketKey.NO_BUCKET
                    : Long.parseLong(new String(families.get(i).getName(), US_ASCII));
            Bucket bucket = new Bucket(start, database, handles.get(i));
            bucket.readFilter();
            buckets.add(bucket);
        }
        buckets.sort(Comparator.comparingLong(Bucket::start).reversed());
        open = new Open(
                database, databaseOptions, familyOptions, new WriteOptions().setDisableWAL(true), handles.getFirst());
    }

    /**
     * A key that names no bucket is looked for in all, the newest first. In two rows it may lie twice, if it was forgotten in one and
     * accepted anew in the other: what ended later counts.
     */
    @Override
    public synchronized byte @Nullable [] get(Bytes key) {
        opened();
        long start = BucketKey.bucket(key.get());
        UUID id = BucketKey.id(key.get());
        byte[] found = null;
        int row = 0;
        try {
            for (Bucket bucket : buckets) {
                boolean asked = start == BucketKey.NO_BUCKET || start == bucket.start();
                if (asked && (found == null || BucketRows.row(bucket.start()) != row)) {
                    byte[] value = bucket.get(id);
                    if (value != null) {
                        found = found == null ? value : RecordCodec.endedLater(found, value);
                        row = BucketRows.row(bucket.start());
                    }
                }
            }
        } catch (RocksDBException e) {
            throw failed("read", e);
        }
        return found;
    }

    /** A null value deletes. What belongs into a bucket that has been dropped is forgotten already, and left out. */
    @Override
    public synchronized void put(Bytes key, byte @Nullable [] value) {
        put(key.get(), value);
    }

    private void put(byte[] key, byte @Nullable [] value) {
        Open opened = opened();
        try {
            Bucket bucket = bucketFor(BucketKey.bucket(key), opened);
            if (bucket != null) {
                bucket.put(BucketKey.id(key), value, opened.writeOptions());
            }
        } catch (RocksDBException e) {
            throw failed("write", e);
        }
    }

    /** Null when it would be older than what is kept. */
    private @Nullable Bucket bucketFor(long start, Open opened) throws RocksDBException {
        for (Bucket bucket : buckets) {
            if (bucket.start() == start) {
                return bucket;
            }
        }
        return isDue(start) ? null : addBucket(start, opened);
    }

    /** Whether the bucket has had its time. It is not earlier than the start of any bucket. */
    private boolean isDue(long start) {
        long now = buckets.stream()
                .mapToLong(bucket -> BucketRows.startMs(bucket.start()))
                .max()
                .orElse(0);
        return rows.isDue(start, now);
    }

    private Bucket addBucket(long start, Open opened) throws RocksDBException {
        ColumnFamilyHandle family = opened.database()
                .createColumnFamily(
                        new ColumnFamilyDescriptor(Long.toString(start).getBytes(US_ASCII), opened.familyOptions()));
        Bucket added = new Bucket(start, opened.database(), family);
        buckets.add(added);
        buckets.sort(Comparator.comparingLong(Bucket::start).reversed());
        rest(opened);
        drop(opened);
        return added;
    }

    /** Buckets that are no longer written to give up their write buffers: others need the memory. */
    private void rest(Open opened) throws RocksDBException {
        try (FlushOptions later = new FlushOptions().setWaitForFlush(false).setAllowWriteStall(true)) {
            int row = -1;
            for (Bucket bucket : buckets) {
                if (BucketRows.row(bucket.start()) == row) {
                    bucket.write(opened.writeOptions());
                    opened.database().flush(later, bucket.family());
                }
                row = BucketRows.row(bucket.start());
            }
        }
    }

    private void drop(Open opened) throws RocksDBException {
        for (Bucket bucket : List.copyOf(buckets)) {
            if (isDue(bucket.start())) {
                List.copyOf(iterators).forEach(BucketIterator::close);
                buckets.remove(bucket);
                opened.database().dropColumnFamily(bucket.family());
                bucket.family().close();
            }
        }
    }

    private synchronized void restore(Collection<KeyValue<byte[], byte[]>> changes) {
        changes.forEach(change -> put(change.key, change.value));
    }

    @Override
    public synchronized byte @Nullable [] putIfAbsent(Bytes key, byte @Nullable [] value) {
        byte[] before = get(key);
        if (before == null) {
            put(key, value);
        }
        return before;
    }

    @Override
    public synchronized void putAll(List<KeyValue<Bytes, byte[]>> entries) {
        entries.forEach(entry -> put(entry.key, entry.value));
    }

    @Override
    public synchronized byte @Nullable [] delete(Bytes key) {
        byte[] before = get(key);
        put(key, null);
        return before;
    }

    /** In the order of the keys' bytes: bucket by bucket, oldest first, and by id. */
    @Override
    public synchronized KeyValueIterator<Bytes, byte[]> range(@Nullable Bytes from, @Nullable Bytes to) {
        Open opened = opened();
        try {
            for (Bucket bucket : buckets) {
                bucket.write(opened.writeOptions());
            }
        } catch (RocksDBException e) {
            throw failed("write", e);
        }
        BucketIterator iterator = new BucketIterator(
                this, opened.database(), buckets.reversed(), from == null ? null : from.get(), to, iterators::remove);
        iterators.add(iterator);
        return iterator;
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> all() {
        return range(null, null);
    }

    @Override
    public synchronized long approximateNumEntries() {
        return buckets.stream().mapToLong(Bucket::size).sum();
    }

    /** Bytes of the heap that the filters take. */
    synchronized long filterBytes() {
        return buckets.stream().mapToLong(Bucket::filterBytes).sum();
    }

    /** Positions are for queries that ask for a bound on staleness, which nobody does here. */
    @Override
    public Position getPosition() {
        return Position.emptyPosition();
    }

    @Override
    public synchronized void close() {
        if (open == null) {
            return;
        }
        Open closing = open;
        open = null;
        List.copyOf(iterators).forEach(BucketIterator::close);
        try (FlushOptions now = new FlushOptions().setWaitForFlush(true)) {
            for (Bucket bucket : buckets) {
                bucket.write(closing.writeOptions());
            }
            closing.database().flush(now, buckets.stream().map(Bucket::family).toList());
        } catch (RocksDBException e) {
            throw failed("write", e);
        } finally {
            buckets.forEach(bucket -> bucket.family().close());
            buckets.clear();
            closing.database().close();
            closing.writeOptions().close();
            closing.familyOptions().close();
            closing.databaseOptions().close();
            openStores.closed(this);
        }
    }

    private Open opened() {
        if (open == null) {
            throw new InvalidStateStoreException("store " + name + " is closed");
        }
        return open;
    }

    private ProcessorStateException failed(String what, RocksDBException e) {
        return new ProcessorStateException("store " + name + ": could not " + what, e);
    }
}
