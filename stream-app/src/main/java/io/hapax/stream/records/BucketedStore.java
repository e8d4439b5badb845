package io.hapax.stream.records;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
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
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/**
 * A store of one task for Kafka Streams, on a RocksDB of its own, with a column family for each bucket of time. Expiry
 * is the dropping of whole buckets: no deletes, no tombstones. Around it, metering and changelog stay Streams'.
 *
 * <p>As with Streams' own stores under exactly once, nothing here is durable before a clean close: after any other
 * end the folder is emptied and the changelog restored. So writes may wait in memory, and there is no write-ahead
 * log.
 *
 * <p>What is missing here is taken for a key that was never used. So the store is opened only as it was left, by its
 * {@link Seal}, which holds the offsets of the changelog, too: whatever else is found counts as nothing, and is
 * restored. What can't be read while it is open is a fault, which ends the thread; Streams restores its tasks then.
 *
 * <p>Keys are those of {@link BucketKey}. Safe for use by several threads: interactive queries come from others than
 * the task's.
 *
 * <p>More than 300 lines: one lock guards all of it, and Streams' interface alone has twenty methods.
 */
final class BucketedStore implements KeyValueStore<Bytes, byte[]> {
    private final String name;
    private final BucketRows rows;
    private final OpenStores openStores;

    /** The newest of each row first. */
    private final List<Bucket> buckets = new ArrayList<>();

    private final Set<BucketIterator> iterators = new HashSet<>();
    private @Nullable OpenDatabase open;
    private @Nullable StoreFolder folder;

    /** The last changelog offsets that Streams reported for the store. Empty when none can be relied on. */
    private Map<TopicPartition, Long> committed = Map.of();

    /** Something was written that the offsets don't count. */
    private boolean ahead;

    private @Nullable ProcessorStateException damage;

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
        StoreFolder place = new StoreFolder(context, name, openStores);
        folder = place;
        RocksMemory memory = openStores.opens(this, context.appConfigs());
        try {
            Seal seal = place.unseal();
            if (seal == null || !openAsItWasLeft(place, memory, seal)) {
                opened(OpenDatabase.create(place.files(), memory), List.of(BucketKey.NO_BUCKET));
            }
        } catch (RocksDBException e) {
            openStores.closed(this);
            throw failed("open", e);
        } catch (IOException e) {
            openStores.closed(this);
            throw new UncheckedIOException(e);
        }
        context.register(root, (BatchingStateRestoreCallback) this::restore);
    }

    /** False if it could not be read: it is put aside then. */
    private boolean openAsItWasLeft(StoreFolder place, RocksMemory memory, Seal seal) throws IOException {
        try {
            opened(OpenDatabase.open(place.files(), memory, seal), seal.buckets());
            committed = seal.offsets();
            return true;
        } catch (RocksDBException e) {
            place.putAside(e.toString());
            return false;
        }
    }

    private void opened(OpenDatabase database, List<Long> numbers) throws RocksDBException {
        List<Bucket> read = new ArrayList<>();
        try {
            for (int i = 0; i < numbers.size(); i++) {
                Bucket bucket = new Bucket(
                        numbers.get(i), database.database(), database.families().get(i));
                bucket.readFilter();
                read.add(bucket);
            }
        } catch (RocksDBException e) {
            database.close();
            throw e;
        }
        open = database;
        buckets.addAll(read);
        buckets.sort(Comparator.comparingLong(Bucket::number).reversed());
        committed = Map.of();
        ahead = false;
        damage = null;
    }

    /** Offsets lie in the seal: what a store holds and how far it goes are never from two times. */
    @Override
    @SuppressWarnings("deprecation") // Until Streams takes it for granted.
    public boolean managesOffsets() {
        return true;
    }

    @Override
    public synchronized void commit(Map<TopicPartition, Long> offsets) {
        // Streams tells null where it knows none.
        Map<TopicPartition, Long> told = new HashMap<>();
        offsets.forEach((partition, offset) -> {
            if (offset != null) {
                told.put(partition, offset);
            }
        });
        committed = Map.copyOf(told);
        ahead = false;
    }

    @Override
    @SuppressWarnings("NullAway") // Kafka's interface predates null marks.
    public synchronized @Nullable Long committedOffset(TopicPartition partition) {
        return committed.get(partition);
    }

    /**
     * A key that names no bucket is looked for in all, the newest first. In two rows it may lie twice, if it was
     * forgotten in one and accepted anew in the other: what ended later counts.
     */
    @Override
    public synchronized byte @Nullable [] get(Bytes key) {
        opened();
        long number = BucketKey.bucket(key.get());
        UUID id = BucketKey.id(key.get());
        byte[] found = null;
        long row = 0;
        try {
            for (Bucket bucket : buckets) {
                boolean asked = number == BucketKey.NO_BUCKET || number == bucket.number();
                if (asked && (found == null || BucketRows.row(bucket.number()) != row)) {
                    byte[] value = bucket.get(id);
                    if (value != null) {
                        found = found == null ? value : RecordCodec.endedLater(found, value);
                        row = BucketRows.row(bucket.number());
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
        OpenDatabase opened = opened();
        try {
            Bucket bucket = bucketFor(BucketKey.bucket(key), opened);
            if (bucket != null) {
                ahead = true;
                bucket.put(BucketKey.id(key), value, opened.writeOptions());
            }
        } catch (RocksDBException e) {
            throw failed("write", e);
        }
    }

    /** Null when it would be older than what is kept. */
    private @Nullable Bucket bucketFor(long number, OpenDatabase opened) throws RocksDBException {
        for (Bucket bucket : buckets) {
            if (bucket.number() == number) {
                return bucket;
            }
        }
        return isDue(number) ? null : addBucket(number, opened);
    }

    /** True when the bucket has had its time. Now is the latest start of any bucket: no time known here is later. */
    private boolean isDue(long number) {
        long now = buckets.stream()
                .mapToLong(bucket -> BucketRows.startMs(bucket.number()))
                .max()
                .orElse(0);
        return rows.isDue(number, now);
    }

    private Bucket addBucket(long number, OpenDatabase opened) throws RocksDBException {
        Bucket added = new Bucket(number, opened.database(), opened.addFamily(number));
        buckets.add(added);
        buckets.sort(Comparator.comparingLong(Bucket::number).reversed());
        rest(opened);
        drop(opened);
        return added;
    }

    /** Buckets that are no longer written to give up their write buffers: others need the memory. */
    private void rest(OpenDatabase opened) throws RocksDBException {
        try (FlushOptions later = new FlushOptions().setWaitForFlush(false).setAllowWriteStall(true)) {
            long row = -1;
            for (Bucket bucket : buckets) {
                if (BucketRows.row(bucket.number()) == row) {
                    bucket.write(opened.writeOptions());
                    opened.database().flush(later, bucket.family());
                }
                row = BucketRows.row(bucket.number());
            }
        }
    }

    private void drop(OpenDatabase opened) throws RocksDBException {
        for (Bucket bucket : List.copyOf(buckets)) {
            if (isDue(bucket.number())) {
                List.copyOf(iterators).forEach(BucketIterator::close);
                buckets.remove(bucket);
                opened.dropFamily(bucket.family());
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
        OpenDatabase opened = opened();
        try {
            for (Bucket bucket : buckets) {
                bucket.write(opened.writeOptions());
            }
        } catch (RocksDBException e) {
            throw failed("write", e);
        }
        BucketIterator iterator =
                new BucketIterator(this, opened.database(), buckets.reversed(), from == null ? null : from.get(), to);
        iterators.add(iterator);
        return iterator;
    }

    void closed(BucketIterator iterator) {
        iterators.remove(iterator);
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
        OpenDatabase closing = open;
        open = null;
        List.copyOf(iterators).forEach(BucketIterator::close);
        Seal seal = null;
        try (closing) {
            if (damage == null) {
                for (Bucket bucket : buckets) {
                    bucket.write(closing.writeOptions());
                }
                closing.flush();
                seal = new Seal(committed, closing.writes(), numbers(), List.of());
            }
        } catch (RocksDBException e) {
            throw failed("write", e);
        } finally {
            buckets.clear();
            openStores.closed(this);
            leave(Objects.requireNonNull(folder), seal);
        }
    }

    /** The numbers of the buckets, lowest first, so that of the default family before all others. */
    private List<Long> numbers() {
        return buckets.stream().map(Bucket::number).sorted().toList();
    }

    /** Without a seal, if what is in the folder can't be relied on. */
    private void leave(StoreFolder place, @Nullable Seal seal) {
        try {
            if (damage != null) {
                place.putAside(String.valueOf(damage.getMessage()));
            } else if (seal != null && !ahead && !committed.isEmpty()) {
                place.seal(new Seal(seal.offsets(), seal.writes(), seal.buckets(), place.lines()));
                openStores.sealed(place.toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private OpenDatabase opened() {
        if (damage != null) {
            throw new ProcessorStateException("store " + name + " is damaged", damage);
        }
        if (open == null) {
            throw new InvalidStateStoreException("store " + name + " is closed");
        }
        return open;
    }

    /**
     * The exception for a failed operation. After damage the store is not asked again: each later operation fails
     * with it, until the store is restored.
     */
    ProcessorStateException failed(String what, RocksDBException e) {
        ProcessorStateException failure =
                new ProcessorStateException("store " + name + ": could not " + what + ": " + e.getMessage(), e);
        if (isDamage(e)) {
            damage = failure;
        }
        return failure;
    }

    /** Not that the disk is full, say: that is no fault of what is on it. */
    private static boolean isDamage(RocksDBException e) {
        Status status = e.getStatus();
        return status != null
                && (status.getCode() == Status.Code.Corruption
                        || (status.getCode() == Status.Code.IOError && status.getSubCode() != Status.SubCode.NoSpace));
    }
}
