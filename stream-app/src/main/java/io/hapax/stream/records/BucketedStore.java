package io.hapax.stream.records;

import io.hapax.stream.metrics.RebuildCause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
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
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.processor.BatchingStateRestoreCallback;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store of one task for Kafka Streams, on a RocksDB of its own, with a column family for each bucket of time. Expiry
 * is the dropping of whole buckets: no deletes, no tombstones. Around it, metering and changelog stay Streams'.
 *
 * <p>What a transaction of Kafka writes stays in memory until Streams says, by {@link #commit}, that it counts. Only
 * then may it go to RocksDB, by the thousands, and with it the changelog's offset that it goes up to. So a crash leaves
 * a state that was once committed, and the offset of just that state. What was committed since is restored from there.
 *
 * <p>What is missing here is taken for a key that was never used. So a folder that can't vouch for what it holds counts
 * as nothing: Streams restores the changelog into whatever the store holds. What can't be read while the store is open
 * is a fault, which ends the thread.
 *
 * <p>Keys are those of {@link BucketKey}. Safe for use by several threads: interactive queries come from others than
 * the task's.
 *
 * <p>More than 300 lines: one lock guards all of it, and Streams' interface alone has twenty methods.
 */
final class BucketedStore implements KeyValueStore<Bytes, byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(BucketedStore.class);

    /** Writes that go to RocksDB together: enough to make each cheap, few enough for a pause of some 20 ms. */
    private static final int WRITES_TOGETHER = 1 << 14;

    /** So that a batch has its room at once: grown from little, it is copied again and again. */
    private static final int TYPICAL_ENTRY_BYTES = 256;

    /** Records of the changelog that a crash may cost: half a second of restoring. */
    private static final int CHANGES_BETWEEN_FLUSHES = 100_000;

    /**
     * Half of the least time for which the changelog says that something was deleted. Thereafter, what was deleted
     * since the folder was left could come back.
     */
    private static final Duration TRUSTED = IdempotencyStores.KEEPS_DELETIONS.dividedBy(2);

    private static final Duration BETWEEN_FLUSHES = Duration.ofHours(1);

    /** Much longer than a commit takes while all is well. Who looks something up from outside may ask again. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    /** Of a key and an entry in a map, about. */
    private static final int ENTRY_OVERHEAD_BYTES = 100;

    private final String name;
    private final BucketRows rows;
    private final boolean compacted;
    private final @Nullable String after;
    private final OpenStores openStores;

    /** The newest of each row first. */
    private final List<Bucket> buckets = new ArrayList<>();

    private final Set<BucketIterator> iterators = new HashSet<>();
    private final Set<FilterReading> readings = new HashSet<>();
    private @Nullable OpenDatabase open;
    private @Nullable StoreFolder folder;
    private @Nullable TopicPartition changelog;

    /** Read by others without the lock. */
    private volatile @Nullable TaskId task;

    /** What is committed, in memory and in RocksDB, goes up to here. */
    private StoredOffsets committed = new StoredOffsets(Map.of(), 0);

    /** Bytes that the running transaction has written, about. */
    private long openBytes;

    private @Nullable KafkaTransactions transactions;

    /** Those of the thread that runs the task; null if nobody watches them. */
    private KafkaTransactions.@Nullable OfThread ofThread;

    /** The last transaction that was to be committed before the running one. */
    private long askedBefore;

    /** The running transaction has failed. */
    private boolean failed;

    /** Buckets were added since others were last dropped. */
    private boolean bucketsAdded;

    private long changesSinceFlush;
    private long flushedAtMs;

    private @Nullable ProcessorStateException damage;

    /**
     * @param rows tells when a bucket has had its time
     * @param compacted the changelog forgets, after a while, what was deleted
     * @param after store of the same task that is committed before this one; null if that makes no difference
     * @param openStores with which it shares RocksDB's memory
     */
    BucketedStore(String name, BucketRows rows, boolean compacted, @Nullable String after, OpenStores openStores) {
        this.name = name;
        this.rows = rows;
        this.compacted = compacted;
        this.after = after;
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
        task = context.taskId();
        changelog = new TopicPartition(
                IdempotencyStores.changelog(context.applicationId(), name),
                context.taskId().partition());
        transactions = KafkaTransactions.in(context.appConfigs());
        RocksMemory memory = openStores.opens(this, context.appConfigs());
        try {
            opened(openOrBegin(place, memory));
        } catch (RocksDBException e) {
            openStores.closed(this);
            throw failed("open", e);
        } catch (IOException e) {
            openStores.closed(this);
            throw new UncheckedIOException(e);
        }
        context.register(root, (BatchingStateRestoreCallback) this::restore);
    }

    /** Opens what is there, if it can vouch for what it holds. Else it begins empty. */
    private OpenDatabase openOrBegin(StoreFolder place, RocksMemory memory) throws IOException, RocksDBException {
        committed = new StoredOffsets(Map.of(), openStores.nowMs());
        RebuildCause unfit = RebuildCause.EMPTY;
        if (place.hasDatabase()) {
            try {
                place.checkManifest();
                Seal seal = place.unseal();
                OpenDatabase found = OpenDatabase.open(place.files(), memory);
                unfit = closedIfUnfit(found, seal, place);
                if (unfit == null) {
                    place.removeSeal();
                    return found;
                }
            } catch (RocksDBException e) {
                if (isFullDisk(e)) {
                    throw e;
                }
                place.putAside(e.toString());
                return OpenDatabase.create(place.files(), memory);
            } catch (IOException e) {
                place.putAside(e.toString());
                return OpenDatabase.create(place.files(), memory);
            }
        }
        place.begin(unfit);
        return OpenDatabase.create(place.files(), memory);
    }

    /** Null if it can be used: then {@link #committed} tells how far it goes. */
    private @Nullable RebuildCause closedIfUnfit(OpenDatabase found, @Nullable Seal seal, StoreFolder place)
            throws RocksDBException, IOException {
        RebuildCause unfit = null;
        boolean used = false;
        try {
            StoredOffsets offsets = seal == null ? found.offsets() : sealed(found, seal, place);
            unfit = offsets == null
                    ? (found.writes() == 0 ? RebuildCause.EMPTY : RebuildCause.NO_OFFSET)
                    : unfit(offsets);
            if (offsets != null && unfit == null) {
                committed = offsets;
                used = true;
            }
        } finally {
            if (!used) {
                found.close();
            }
        }
        return unfit;
    }

    private @Nullable RebuildCause unfit(StoredOffsets offsets) throws RocksDBException {
        if (!offsets.areOf(Objects.requireNonNull(changelog))) {
            throw new RocksDBException("it is of another task, store or application: " + offsets);
        }
        boolean trusted = !compacted || Math.abs(openStores.nowMs() - offsets.completeAtMs()) < TRUSTED.toMillis();
        return trusted ? null : RebuildCause.OUTDATED;
    }

    /** What a version before has sealed becomes the store's own. */
    private static StoredOffsets sealed(OpenDatabase found, Seal seal, StoreFolder place)
            throws RocksDBException, IOException {
        if (found.writes() != seal.writes()) {
            throw new RocksDBException("has taken " + found.writes() + " writes, it was left with " + seal.writes());
        }
        StoredOffsets offsets = new StoredOffsets(seal.offsets(), place.sealedAtMs());
        try (WriteBatch none = new WriteBatch()) {
            found.write(none, offsets);
        }
        found.flush();
        return offsets;
    }

    private void opened(OpenDatabase database) {
        open = database;
        database.families().forEach((number, family) -> buckets.add(Bucket.found(number, database, family)));
        sortBuckets();
        openBytes = 0;
        bucketsAdded = false;
        changesSinceFlush = 0;
        flushedAtMs = openStores.nowMs();
        damage = null;
        failed = false;
        buckets.forEach(bucket -> readFilter(bucket, database, false));
    }

    private void readFilter(Bucket bucket, OpenDatabase database, boolean merge) {
        ColumnFamilyHandle family = bucket.family();
        if (family != null) {
            FilterReading reading = new FilterReading(this, bucket, database.database(), family, merge);
            readings.add(reading);
            openStores.beside(reading);
        }
    }

    /** The caller holds the lock. */
    void ended(FilterReading reading) {
        readings.remove(reading);
    }

    /** The caller holds the lock. Whoever asks the store next is told. */
    void foundUnreadable(RocksDBException e) {
        LOG.warn("could not read all of a store: {}", failed("read", e).getMessage());
    }

    /** Offsets lie beside the data: what a store holds and how far it goes are never from two times. */
    @Override
    @SuppressWarnings("deprecation") // Until Streams takes it for granted.
    public boolean managesOffsets() {
        return true;
    }

    /**
     * Called after Kafka has committed the transaction, and by whoever restores. Also called after a transaction that
     * failed, see {@link KafkaTransactions}: then the store can't be used until it is opened again.
     */
    @Override
    public synchronized void commit(Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, Long> told = known(offsets);
        OpenDatabase opened = open;
        if (opened == null || damage != null || failed || told.isEmpty()) {
            return;
        }
        if (!isCommitted()) {
            failed = true;
            notifyAll();
            throw new ProcessorStateException("store " + name + ": its transaction was not committed");
        }
        showFirst();
        // Whoever writes has restored all before.
        long completeAtMs = openBytes > 0 ? openStores.nowMs() : committed.completeAtMs();
        buckets.forEach(Bucket::commit);
        openBytes = 0;
        notifyAll();
        committed = new StoredOffsets(told, completeAtMs);
        try {
            keep(opened);
        } catch (RocksDBException e) {
            throw failed("write", e);
        }
    }

    /**
     * Streams commits the stores of a task one after the other. What has left this one is seen in the other one before
     * it is missed here.
     */
    private void showFirst() {
        TaskId ofThis = task;
        if (after != null && ofThis != null) {
            BucketedStore first = openStores.open(after, ofThis);
            if (first != null) {
                first.show();
            }
        }
    }

    /** The transaction is committed, and the offset is told soon. The data may be ahead of it, see {@link #restore}. */
    private synchronized void show() {
        if (damage == null && !failed && isCommitted()) {
            buckets.forEach(Bucket::commit);
            notifyAll();
        }
    }

    /** False when Kafka has not committed what is open. */
    private boolean isCommitted() {
        return openBytes == 0 || ofThread == null || ofThread.committed() > askedBefore;
    }

    /** Kafka was asked to commit what is open. Others may know by now that it has. */
    private boolean isBeingCommitted() {
        return openBytes > 0 && ofThread != null && ofThread.asked() > askedBefore;
    }

    boolean isOf(String asked, TaskId ofTask) {
        return name.equals(asked) && ofTask.equals(task);
    }

    /** Without those that Streams does not know: they are null, or negative. */
    private static Map<TopicPartition, Long> known(Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, Long> known = new HashMap<>();
        offsets.forEach((partition, offset) -> {
            if (offset != null && offset >= 0) {
                known.put(partition, offset);
            }
        });
        return known;
    }

    /** Gives RocksDB what is due, and makes it durable if it is time. */
    private void keep(OpenDatabase opened) throws RocksDBException {
        boolean flush = bucketsAdded
                || changesSinceFlush >= CHANGES_BETWEEN_FLUSHES
                || committed.completeAtMs() - flushedAtMs >= BETWEEN_FLUSHES.toMillis();
        if (flush || unwritten() >= WRITES_TOGETHER) {
            write(opened);
        }
        if (flush) {
            opened.flushSoon();
            changesSinceFlush = 0;
            flushedAtMs = openStores.nowMs();
        }
        if (bucketsAdded) {
            bucketsAdded = false;
            drop(opened);
        }
    }

    private int unwritten() {
        int entries = 0;
        for (Bucket bucket : buckets) {
            entries += bucket.unwritten();
        }
        return entries;
    }

    /** Gives RocksDB all that is committed, and the offsets that it goes up to. */
    private void write(OpenDatabase to) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch(unwritten() * TYPICAL_ENTRY_BYTES)) {
            for (Bucket bucket : buckets) {
                bucket.addTo(batch);
            }
            to.write(batch, committed);
        }
        buckets.forEach(Bucket::written);
        for (Bucket bucket : buckets) {
            if (bucket.isUntidy() && readings.stream().noneMatch(reading -> reading.isOf(bucket))) {
                readFilter(bucket, to, true);
            }
        }
    }

    private void drop(OpenDatabase opened) throws RocksDBException {
        for (Bucket bucket : List.copyOf(buckets)) {
            if (isDue(bucket.number())) {
                stop(bucket);
                // Second, since the lock is free while it waits.
                List.copyOf(iterators).forEach(BucketIterator::close);
                buckets.remove(bucket);
                opened.dropFamily(bucket.number());
            }
        }
    }

    private void stop(Bucket bucket) {
        List.copyOf(readings).stream().filter(reading -> reading.isOf(bucket)).forEach(FilterReading::stop);
        readings.removeIf(reading -> reading.isOf(bucket));
    }

    @Override
    @SuppressWarnings("NullAway") // Kafka's interface predates null marks.
    public synchronized @Nullable Long committedOffset(TopicPartition partition) {
        return committed.offsets().get(partition);
    }

    /** What the running transaction alone has written: more would make Streams commit early. */
    @Override
    public synchronized long approximateNumUncommittedBytes() {
        return openBytes;
    }

    /**
     * A key that names no bucket is looked for in all, the newest first. In two rows it may lie twice, if it was
     * forgotten in one and accepted anew in the other: what ended later counts.
     */
    @Override
    public byte @Nullable [] get(Bytes key) {
        return get(key, false);
    }

    private synchronized byte @Nullable [] get(Bytes key, boolean ofCommitted) {
        opened();
        long number = BucketKey.bucket(key.get());
        UUID id = BucketKey.id(key.get());
        if (ofCommitted) {
            awaitCommit(id);
        }
        byte[] found = null;
        long row = 0;
        try {
            for (Bucket bucket : buckets) {
                boolean asked = number == BucketKey.NO_BUCKET || number == bucket.number();
                if (asked && (found == null || BucketRows.row(bucket.number()) != row)) {
                    byte[] value = bucket.get(id, ofCommitted);
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

    /**
     * Between Kafka's commit and the store's, somebody may have read from a topic what the store does not show yet. So
     * who asks for it meanwhile waits for the store.
     */
    private void awaitCommit(UUID id) {
        long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
        while (isBeingCommitted() && buckets.stream().anyMatch(bucket -> bucket.isOpen(id))) {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (leftMs <= 0) {
                throw new InvalidStateStoreException("store " + name + " waits for a transaction to be committed");
            }
            try {
                wait(leftMs);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InvalidStateStoreException("interrupted", e);
            }
            opened();
        }
    }

    /** Queries from outside see what is committed, the task also what it has written since. */
    @Override
    public ReadOnlyKeyValueStore<Bytes, byte[]> readOnly(IsolationLevel level) {
        return level == IsolationLevel.READ_COMMITTED ? new Committed() : this;
    }

    /** A null value deletes. What belongs into a bucket that has been dropped is forgotten already, and left out. */
    @Override
    public synchronized void put(Bytes key, byte @Nullable [] value) {
        Bucket bucket = bucketFor(BucketKey.bucket(key.get()), opened());
        if (openBytes == 0 && transactions != null) {
            ofThread = transactions.ofThisThread();
            askedBefore = ofThread.asked();
        }
        if (bucket != null) {
            bucket.put(BucketKey.id(key.get()), value);
        }
        openBytes += ENTRY_OVERHEAD_BYTES + (value == null ? 0 : value.length);
        changesSinceFlush++;
    }

    /** Null when it would be older than what is kept. */
    private @Nullable Bucket bucketFor(long number, OpenDatabase opened) {
        for (Bucket bucket : buckets) {
            if (bucket.number() == number) {
                return bucket;
            }
        }
        if (isDue(number)) {
            return null;
        }
        Bucket added = Bucket.empty(number, opened);
        buckets.add(added);
        sortBuckets();
        bucketsAdded = true;
        return added;
    }

    private void sortBuckets() {
        buckets.sort(Comparator.comparingLong(Bucket::number).reversed());
    }

    /** True when the bucket has had its time. It is not earlier than the start of any bucket. */
    private boolean isDue(long number) {
        long now = buckets.stream()
                .mapToLong(bucket -> BucketRows.startMs(bucket.number()))
                .max()
                .orElse(0);
        return rows.isDue(number, now);
    }

    /** What is in the changelog is committed. Once more makes no difference, so the data may be ahead of the offset. */
    private synchronized void restore(Collection<KeyValue<byte[], byte[]>> changes) {
        OpenDatabase opened = opened();
        if (openBytes > 0) {
            throw new IllegalStateException("store " + name + " is restored while a transaction is open");
        }
        try {
            for (KeyValue<byte[], byte[]> change : changes) {
                Bucket bucket = bucketFor(BucketKey.bucket(change.key), opened);
                if (bucket != null) {
                    bucket.restore(BucketKey.id(change.key), change.value);
                }
                changesSinceFlush++;
            }
            keep(opened);
        } catch (RocksDBException e) {
            throw failed("write", e);
        }
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
    public KeyValueIterator<Bytes, byte[]> range(@Nullable Bytes from, @Nullable Bytes to) {
        return range(from, to, false);
    }

    private synchronized KeyValueIterator<Bytes, byte[]> range(
            @Nullable Bytes from, @Nullable Bytes to, boolean ofCommitted) {
        opened();
        BucketIterator iterator =
                new BucketIterator(this, buckets.reversed(), from == null ? null : from.get(), to, ofCommitted);
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
        long entries = 0;
        try {
            for (Bucket bucket : buckets) {
                entries += bucket.size();
            }
        } catch (RocksDBException e) {
            throw failed("read", e);
        }
        return entries;
    }

    /** Bytes of the heap that the filters take. */
    synchronized long filterBytes() {
        return buckets.stream().mapToLong(Bucket::filterBytes).sum();
    }

    /** True when it is known of all buckets which ids RocksDB holds. */
    synchronized boolean knowsItsFilters() {
        return readings.isEmpty();
    }

    /** Positions are for queries that ask for a bound on staleness, which nobody does here. */
    @Override
    public Position getPosition() {
        return Position.emptyPosition();
    }

    /** What no transaction has committed is gone. What is committed is kept, with its offset. */
    @Override
    public synchronized void close() {
        if (open == null) {
            return;
        }
        OpenDatabase closing = open;
        open = null;
        notifyAll();
        List.copyOf(iterators).forEach(BucketIterator::close);
        List.copyOf(readings).forEach(FilterReading::stop);
        readings.clear();
        StoreFolder place = Objects.requireNonNull(folder);
        try (closing) {
            if (damage == null && !committed.offsets().isEmpty()) {
                write(closing);
                closing.flush();
                openStores.holdsSomething(place.toString());
            }
        } catch (RocksDBException e) {
            throw failed("write", e);
        } finally {
            buckets.clear();
            openBytes = 0;
            openStores.closed(this);
            putAsideIfDamaged(place);
        }
    }

    private void putAsideIfDamaged(StoreFolder place) {
        if (damage != null) {
            try {
                place.putAside(String.valueOf(damage.getMessage()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private OpenDatabase opened() {
        if (damage != null) {
            throw new ProcessorStateException("store " + name + " is damaged", damage);
        }
        if (failed) {
            throw new ProcessorStateException("store " + name + ": its transaction was not committed");
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

    private static boolean isDamage(RocksDBException e) {
        Status status = e.getStatus();
        return status != null
                && !isFullDisk(e)
                && (status.getCode() == Status.Code.Corruption || status.getCode() == Status.Code.IOError);
    }

    /** That is no fault of what is on the disk. */
    private static boolean isFullDisk(RocksDBException e) {
        Status status = e.getStatus();
        return status != null && status.getSubCode() == Status.SubCode.NoSpace;
    }

    /** The store as those see it who are not the task. */
    private final class Committed implements ReadOnlyKeyValueStore<Bytes, byte[]> {
        @Override
        @SuppressWarnings("NullAway") // Kafka's interface predates null marks.
        public byte @Nullable [] get(Bytes key) {
            return BucketedStore.this.get(key, true);
        }

        @Override
        public KeyValueIterator<Bytes, byte[]> range(@Nullable Bytes from, @Nullable Bytes to) {
            return BucketedStore.this.range(from, to, true);
        }

        @Override
        public KeyValueIterator<Bytes, byte[]> all() {
            return range(null, null);
        }

        @Override
        public long approximateNumEntries() {
            return BucketedStore.this.approximateNumEntries();
        }
    }
}
