package io.hapax.stream.records;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.sandbox.Folders;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.RetentionSchedule.Change;
import io.hapax.stream.decision.RetentionSchedule.Terms;
import io.hapax.stream.metrics.StoreFigures;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The store on its real RocksDB, against a map.
 *
 * <p>More than 300 lines: one model holds all that a store of buckets may be asked for.
 */
class BucketedStoreTest {
    private static final Duration BUCKET = Duration.ofHours(1);
    private static final long HOUR = BUCKET.toMillis();
    private static final BucketRows ROWS = new BucketRows(BUCKET);
    private static final Change USUAL = new Change(Instant.EPOCH, Terms.of(BUCKET), PolicyScope.Kind.SETTINGS);

    @TempDir
    Path folder;

    private final OpenStores stores = new OpenStores();
    private final KafkaTransactions transactions = new KafkaTransactions();
    private KeyValueStore<Bytes, byte[]> store;

    @AfterEach
    void close() {
        store.close();
    }

    @BeforeEach
    void open() {
        Properties config = new Properties();
        config.put("application.id", "test");
        config.put("bootstrap.servers", "no-broker:1");
        config.put(RocksMemory.MEMORY_MB, "32");
        config.put("processing.guarantee", "exactly_once_v2");
        config.putAll(transactions.config());
        MockProcessorContext<Object, Object> context = new MockProcessorContext<>(
                config, new TaskId(0, 0), folder.resolve("0_0").toFile());
        store = stores.supplier("payments", BUCKET, null).get();
        store.init(context.getStateStoreContext(), store);
    }

    private void reopen() {
        commit();
        store.close();
        open();
    }

    /** Kafka has committed the transaction, and Streams tells the store. */
    private void commit() {
        transactions.ofThisThread().ask();
        transactions.ofThisThread().succeed();
        commitStore();
    }

    private void commitStore() {
        store.commit(Map.of(new TopicPartition("test-payments-changelog", 0), 7L));
    }

    /** They are made beside the work of the task. */
    private void awaitFilters() {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!((BucketedStore) store).knowsItsFilters()) {
            assertTrue(System.nanoTime() < deadline, "no filter was made");
            Thread.onSpinWait();
        }
    }

    /** Few ids, so that most are written, deleted and written again; more writes than wait in memory. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldHoldWhatAMapHoldsWhateverIsWrittenDeletedAndReopened(long seed) {
        Random random = new Random(seed);
        TreeMap<Bytes, byte[]> expected = new TreeMap<>();
        for (int step = 0; step < 60_000; step++) {
            Bytes key = BucketKey.of(BucketKey.NO_BUCKET, new UUID(random.nextInt(9_000), 7));
            if (random.nextInt(3) == 0) {
                store.put(key, null);
                expected.remove(key);
            } else {
                byte[] value = {1, (byte) random.nextInt(), (byte) step};
                store.put(key, value);
                expected.put(key, value);
            }
            Bytes asked = BucketKey.of(BucketKey.NO_BUCKET, new UUID(random.nextInt(9_000), 7));
            assertArrayEquals(expected.get(asked), store.get(asked), "seed " + seed + " step " + step);
            if (random.nextInt(500) == 0) {
                commit();
            }
            if (random.nextInt(20_000) == 0) {
                reopen();
            }
            if (random.nextInt(10_000) == 0) {
                assertSame(expected, store.all());
                assertSame(expected.tailMap(asked), store.range(asked, null));
                assertSame(expected.headMap(asked, true), store.range(null, asked));
            }
        }
        reopen();
        assertSame(expected, store.all());
    }

    /** The bucket of what ended so many milliseconds after the epoch. */
    private static long bucket(long endedMs) {
        return ROWS.bucketOf(Instant.ofEpochMilli(endedMs), USUAL);
    }

    private static void assertSame(Map<Bytes, byte[]> expected, KeyValueIterator<Bytes, byte[]> found) {
        List<Bytes> keys = new ArrayList<>();
        try (found) {
            found.forEachRemaining(entry -> {
                keys.add(entry.key);
                assertArrayEquals(expected.get(entry.key), entry.value);
            });
        }
        assertEquals(List.copyOf(new TreeMap<>(expected).keySet()), keys);
    }

    @Test
    void shouldDropABucketWholeAndTakeNothingThatBelongedIntoIt() {
        UUID id = UUID.randomUUID();
        byte[] value = {1};
        for (int hour = 0; hour < 3; hour++) {
            store.put(BucketKey.of(bucket(hour * HOUR), id), value);
        }
        commit();

        assertNull(store.get(BucketKey.of(bucket(0), id)));
        assertArrayEquals(value, store.get(BucketKey.of(bucket(HOUR), id)));
        assertArrayEquals(value, store.get(BucketKey.of(bucket(2 * HOUR), id)));

        store.put(BucketKey.of(bucket(0), id), value);
        assertNull(store.get(BucketKey.of(bucket(0), id)));

        reopen();
        assertArrayEquals(value, store.get(BucketKey.of(bucket(HOUR), id)));
        assertNull(store.get(BucketKey.of(bucket(0), id)));
        awaitFilters();
        assertEquals(2, store.approximateNumEntries());
    }

    /**
     * It comes when a changelog is restored, and is left out: no bucket is made for it, which would be dropped at
     * once.
     */
    @Test
    void shouldGoOnReadingWhenAPaymentComesWhoseBucketIsGone() {
        Bytes known = BucketKey.of(bucket(5 * HOUR), UUID.randomUUID());
        store.put(known, new byte[] {1});
        try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
            store.put(BucketKey.of(bucket(0), UUID.randomUUID()), new byte[] {2});
            assertEquals(known, all.next().key);
        }
    }

    /** So that a key is still known after its retention, and with it the width of the buckets, was changed. */
    @Test
    void shouldFindAKeyThatNamesNoBucketInTheNewestThatHasIt() {
        UUID id = UUID.randomUUID();
        UUID other = UUID.randomUUID();
        store.put(BucketKey.of(bucket(HOUR), id), new byte[] {1});
        store.put(BucketKey.of(bucket(HOUR), other), new byte[] {2});
        store.put(BucketKey.of(bucket(2 * HOUR), id), new byte[] {3});

        assertArrayEquals(new byte[] {3}, store.get(BucketKey.of(BucketKey.NO_BUCKET, id)));
        assertArrayEquals(new byte[] {2}, store.get(BucketKey.of(BucketKey.NO_BUCKET, other)));
        assertArrayEquals(new byte[] {1}, store.get(BucketKey.of(bucket(HOUR), id)));
        assertNull(store.get(BucketKey.of(BucketKey.NO_BUCKET, UUID.randomUUID())));
    }

    @Test
    void shouldGoOverBucketsInTheOrderOfTheirKeys() {
        TreeMap<Bytes, byte[]> expected = new TreeMap<>();
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            Bytes key = BucketKey.of(bucket(HOUR * (i % 2)), new UUID(random.nextLong(), random.nextLong()));
            store.put(key, new byte[] {(byte) i});
            expected.put(key, new byte[] {(byte) i});
        }
        assertSame(expected, store.all());
        Bytes middle = List.copyOf(expected.keySet()).get(70);
        assertSame(expected.tailMap(middle), store.range(middle, null));
        assertSame(expected.headMap(middle, true), store.range(null, middle));
    }

    /** The case is a slow ledger: pending payments come and go, and all are written before they are deleted. */
    @Test
    void shouldForgetInItsFilterAndOnDiskWhatWasDeletedLongAgo() throws IOException {
        Random random = new Random(1);
        List<UUID> left = new ArrayList<>();
        for (int round = 0; round < 30; round++) {
            List<UUID> ids = new ArrayList<>();
            for (int i = 0; i < 40_000; i++) {
                ids.add(new UUID(random.nextLong(), random.nextLong()));
            }
            ids.forEach(id -> store.put(BucketKey.of(BucketKey.NO_BUCKET, id), new byte[] {1}));
            commit();
            left.add(ids.removeFirst());
            ids.forEach(id -> store.put(BucketKey.of(BucketKey.NO_BUCKET, id), null));
            commit();
            awaitFilters();
        }
        left.forEach(id -> assertArrayEquals(new byte[] {1}, store.get(BucketKey.of(BucketKey.NO_BUCKET, id))));
        StoreFigures figures = stores.figures();
        assertTrue(figures.filterBytes() <= 1 << 20, figures.toString());
        assertTrue(figures.keys() < 300_000, figures.toString());
        store.close();
        long bytesOnDisk = Folders.bytes(folder);
        assertTrue(bytesOnDisk < 8_000_000, "bytes on disk " + bytesOnDisk);
    }

    @Test
    void shouldSayThatItIsClosedRatherThanReadFreedMemory() {
        Bytes key = BucketKey.of(bucket(0), UUID.randomUUID());
        store.put(key, new byte[] {1});
        KeyValueIterator<Bytes, byte[]> overDropped = store.all();
        store.put(BucketKey.of(bucket(5 * HOUR), UUID.randomUUID()), new byte[] {1});
        commit();
        assertThrows(InvalidStateStoreException.class, overDropped::hasNext);
        KeyValueIterator<Bytes, byte[]> overClosed = store.all();
        assertTrue(overClosed.hasNext());

        store.close();

        assertThrows(InvalidStateStoreException.class, overClosed::next);
        assertThrows(InvalidStateStoreException.class, () -> store.get(key));
        assertFalse(store.isOpen());
        StoreFigures figures = stores.figures();
        assertEquals(List.of(0L, 0L, 0L), List.of(figures.keys(), figures.filterBytes(), figures.memoryBytes()));
    }

    @Test
    void shouldShowTheTaskWhatItHasWrittenAndOthersOnlyWhatIsCommitted() {
        Bytes known = BucketKey.of(BucketKey.NO_BUCKET, new UUID(2, 1));
        Bytes fresh = BucketKey.of(BucketKey.NO_BUCKET, new UUID(1, 1));
        Bytes settled = BucketKey.of(bucket(HOUR), new UUID(3, 1));
        ReadOnlyKeyValueStore<Bytes, byte[]> others = store.readOnly(IsolationLevel.READ_COMMITTED);
        store.put(known, new byte[] {1});
        commit();
        store.put(known, new byte[] {2});
        store.put(fresh, new byte[] {3});
        store.put(settled, new byte[] {4});

        assertArrayEquals(new byte[] {2}, store.get(known));
        assertSame(Map.of(fresh, new byte[] {3}, known, new byte[] {2}), store.range(null, known));
        assertArrayEquals(new byte[] {4}, store.get(settled));
        assertArrayEquals(new byte[] {1}, others.get(known));
        assertNull(others.get(fresh));
        assertNull(others.get(BucketKey.of(BucketKey.NO_BUCKET, new UUID(3, 1))));
        assertSame(Map.of(known, new byte[] {1}), others.all());

        store.put(known, null);
        assertArrayEquals(new byte[] {1}, others.get(known));
        assertTrue(store.approximateNumUncommittedBytes() > 0);
        commit();
        assertEquals(0, store.approximateNumUncommittedBytes());
        assertNull(others.get(known));
        assertSame(Map.of(fresh, new byte[] {3}), others.range(null, known));
        assertArrayEquals(new byte[] {4}, others.get(settled));
        assertArrayEquals(
                new byte[] {3}, store.readOnly(IsolationLevel.READ_UNCOMMITTED).get(fresh));
    }

    /** Streams closes a store without a commit when its transaction is aborted, and opens it again. */
    @Test
    void shouldForgetWhatAnAbortedTransactionHasWrittenAndDeleted() {
        Bytes kept = BucketKey.of(BucketKey.NO_BUCKET, new UUID(1, 1));
        Bytes aborted = BucketKey.of(BucketKey.NO_BUCKET, new UUID(2, 1));
        store.put(kept, new byte[] {1});
        commit();
        for (int i = 0; i < 100_000; i++) {
            store.put(BucketKey.of(BucketKey.NO_BUCKET, new UUID(i, 2)), new byte[] {2});
        }
        store.put(aborted, new byte[] {2});
        store.put(kept, null);
        store.close();
        open();
        assertNull(store.get(aborted));
        assertSame(Map.of(kept, new byte[] {1}), store.all());
    }

    /** Kafka Streams 4.4 tells the store to commit when it stops, even if Kafka has refused to. */
    @Test
    void shouldForgetWhatKafkaHasNotCommittedEvenIfItIsToldToCommit() {
        Bytes kept = BucketKey.of(BucketKey.NO_BUCKET, new UUID(1, 1));
        Bytes fenced = BucketKey.of(BucketKey.NO_BUCKET, new UUID(2, 1));
        store.put(kept, new byte[] {1});
        commit();
        store.put(fenced, new byte[] {2});
        store.put(kept, null);
        transactions.ofThisThread().ask();
        assertThrows(ProcessorStateException.class, this::commitStore);
        commitStore();
        assertThrows(ProcessorStateException.class, () -> store.get(fenced));
        assertThrows(ProcessorStateException.class, () -> store.put(fenced, new byte[] {3}));
        store.close();
        open();
        assertSame(Map.of(kept, new byte[] {1}), store.all());
    }

    /** Whoever was told of a payment by a topic finds it. */
    @Test
    void shouldLetALookUpWaitForAPaymentThatIsBeingCommitted() throws Exception {
        Bytes known = BucketKey.of(BucketKey.NO_BUCKET, new UUID(1, 1));
        Bytes fresh = BucketKey.of(BucketKey.NO_BUCKET, new UUID(2, 1));
        ReadOnlyKeyValueStore<Bytes, byte[]> others = store.readOnly(IsolationLevel.READ_COMMITTED);
        store.put(known, new byte[] {1});
        commit();
        store.put(fresh, new byte[] {2});
        assertNull(others.get(fresh), "nobody can know of it yet");
        transactions.ofThisThread().ask();
        assertArrayEquals(new byte[] {1}, others.get(known), "another payment is found at once");
        FutureTask<byte[]> lookUp = new FutureTask<>(() -> others.get(fresh));
        Thread client = Thread.ofPlatform().start(lookUp);
        awaitState(client, Thread.State.TIMED_WAITING);
        transactions.ofThisThread().succeed();
        commitStore();
        assertArrayEquals(new byte[] {2}, lookUp.get(30, TimeUnit.SECONDS));
    }

    @Test
    void shouldAdviseToAskAgainWhenACommitTakesLongOrFails() throws Exception {
        Bytes fresh = BucketKey.of(BucketKey.NO_BUCKET, new UUID(2, 1));
        ReadOnlyKeyValueStore<Bytes, byte[]> others = store.readOnly(IsolationLevel.READ_COMMITTED);
        store.put(fresh, new byte[] {2});
        transactions.ofThisThread().ask();
        assertThrows(InvalidStateStoreException.class, () -> others.get(fresh));
        FutureTask<byte[]> lookUp = new FutureTask<>(() -> others.get(fresh));
        Thread client = Thread.ofPlatform().start(lookUp);
        awaitState(client, Thread.State.TIMED_WAITING);
        store.close();
        ExecutionException told = assertThrows(ExecutionException.class, () -> lookUp.get(30, TimeUnit.SECONDS));
        assertInstanceOf(InvalidStateStoreException.class, told.getCause());
        open();
        assertNull(store.get(fresh));
    }

    private static void awaitState(Thread thread, Thread.State state) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (thread.getState() != state) {
            assertTrue(System.nanoTime() < deadline, thread.getState() + " is not " + state);
            Thread.onSpinWait();
        }
    }

    /** A bucket of a time that an aborted transaction alone has seen makes no other one due. */
    @Test
    void shouldDropNoBucketForATransactionThatIsAborted() {
        Bytes kept = BucketKey.of(bucket(0), UUID.randomUUID());
        store.put(kept, new byte[] {1});
        commit();
        store.put(BucketKey.of(bucket(9 * HOUR), UUID.randomUUID()), new byte[] {2});
        store.close();
        open();
        assertSame(Map.of(kept, new byte[] {1}), store.all());
    }

    /** Streams commits the stores of a task one after the other, in an order that it does not promise. */
    @Test
    void shouldFindASettledPaymentWhicheverStoreIsCommittedFirst() throws IOException {
        for (String first : List.of(StoresOfATask.PENDING, StoresOfATask.ENDED)) {
            StoresOfATask task = new StoresOfATask(folder.resolve(first));
            task.start(BUCKET);
            Bytes pending = BucketKey.of(BucketKey.NO_BUCKET, UUID.randomUUID());
            Bytes ended = BucketKey.of(bucket(0), BucketKey.id(pending.get()));
            task.put(StoresOfATask.PENDING, pending, new byte[] {1});
            task.commit();
            task.put(StoresOfATask.ENDED, ended, new byte[] {2});
            task.put(StoresOfATask.PENDING, pending, null);
            task.commitFirst(first);
            ReadOnlyKeyValueStore<Bytes, byte[]> othersPending =
                    task.store(StoresOfATask.PENDING).readOnly(IsolationLevel.READ_COMMITTED);
            ReadOnlyKeyValueStore<Bytes, byte[]> othersEnded =
                    task.store(StoresOfATask.ENDED).readOnly(IsolationLevel.READ_COMMITTED);
            assertTrue(othersPending.get(pending) != null || othersEnded.get(ended) != null, first + " first");
            task.stop();
        }
    }
}
