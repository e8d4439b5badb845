package io.hapax.stream.records;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.sandbox.Folders;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.RetentionSchedule.Change;
import io.hapax.stream.decision.RetentionSchedule.Terms;
import io.hapax.stream.metrics.RebuildCause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files of a task are damaged: each payment that was remembered is remembered after, and somebody is told.
 *
 * <p>More than 300 lines: each kind of damage is one method, and all judge the store by the same promise.
 */
class DamagedStoreTest {
    private static final Duration RETENTION = Duration.ofHours(1);
    private static final int PAYMENTS = 2_000;

    @TempDir
    private static Path home;

    /** Written over two runs, so that each bucket has more than one table. */
    private static StoresOfATask closed;

    /** The same while it was open, with more that is committed and on no disk. */
    private static StoresOfATask killed;

    private static final Map<String, Map<Bytes, byte[]>> REMEMBERED = new LinkedHashMap<>();

    private static int cases;

    @BeforeAll
    static void remember() throws IOException {
        closed = new StoresOfATask(home.resolve("closed"));
        Random random = new Random(1);
        REMEMBERED.put(StoresOfATask.PENDING, new LinkedHashMap<>());
        REMEMBERED.put(StoresOfATask.ENDED, new LinkedHashMap<>());
        for (int run = 0; run < 2; run++) {
            closed.start(RETENTION);
            for (int i = 0; i < PAYMENTS / 2; i++) {
                remember(StoresOfATask.PENDING, BucketKey.NO_BUCKET, random);
                remember(StoresOfATask.ENDED, bucket(i), random);
            }
            if (run == 1) {
                closed.commit();
                killed = closed.copiedTo(home.resolve("killed"));
            }
            closed.stop();
        }
        closed.start(RETENTION);
        assertRemembered(closed);
        assertEquals(0, closed.restored());
        closed.stop();
    }

    private static void remember(String store, long bucket, Random random) {
        UUID id = new UUID(random.nextLong(), random.nextLong());
        byte[] value = new byte[60];
        random.nextBytes(value);
        value[0] = 1;
        closed.put(store, BucketKey.of(bucket, id), value);
        REMEMBERED.get(store).put(BucketKey.of(BucketKey.NO_BUCKET, id), value);
    }

    private static long bucket(int i) {
        Change settings = new Change(Instant.EPOCH, Terms.of(RETENTION), PolicyScope.Kind.SETTINGS);
        Change published = new Change(Instant.EPOCH, Terms.of(RETENTION.multipliedBy(5)), PolicyScope.Kind.CLIENT);
        return new BucketRows(RETENTION)
                .bucketOf(Instant.EPOCH.plus(RETENTION.multipliedBy(3 + i % 2)), i % 3 == 0 ? published : settings);
    }

    private static void assertRemembered(StoresOfATask task) {
        REMEMBERED.forEach((store, payments) -> {
            payments.forEach(
                    (key, value) -> assertArrayEquals(value, task.store(store).get(key)));
            assertNull(task.store(store).get(BucketKey.of(BucketKey.NO_BUCKET, UUID.randomUUID())));
            int counted = 0;
            try (KeyValueIterator<Bytes, byte[]> all = task.store(store).all()) {
                for (; all.hasNext(); all.next()) {
                    counted++;
                }
            }
            assertEquals(payments.size(), counted);
        });
    }

    private interface Doing {
        void to(Path folder) throws IOException;
    }

    /** @return how many records were restored */
    private static long check(StoresOfATask before, Doing damage, String what, RebuildCause... told)
            throws IOException {
        Path application = home.resolve("case-" + cases++);
        StoresOfATask task = before.copiedTo(application);
        damage.to(task.folder());
        task.start(RETENTION);
        assertRememberedSoon(task);
        assertTrue(Stream.of(told).anyMatch(cause -> task.rebuilds(cause) > 0) || told.length == 0, what + " is told");
        long restored = task.restored();
        task.stop();
        Folders.delete(application);
        return restored;
    }

    /** At once, or after a fault that ends the thread. Never is a payment forgotten. */
    private static void assertRememberedSoon(StoresOfATask task) throws IOException {
        try {
            assertRemembered(task);
        } catch (ProcessorStateException e) {
            task.replaceThread(RETENTION);
            assertRemembered(task);
        }
    }

    /** Both stores were written to alike, and one of them is restored whole; the other goes on. */
    private static void checkRestored(StoresOfATask before, Doing damage, String what, RebuildCause... told)
            throws IOException {
        assertEquals(before == closed ? PAYMENTS : PAYMENTS + PAYMENTS / 2, check(before, damage, what, told), what);
    }

    /** Files without which nothing can be read, or that can't be read at all. */
    @ParameterizedTest
    @ValueSource(strings = {".sst", "MANIFEST", "CURRENT"})
    void shouldRestoreAStoreWhenOneOfItsFilesIsGoneOrEmpty(String kind) throws IOException {
        Random random = new Random(2);
        for (Damage.Way way : List.of(Damage.Way.MISSING, Damage.Way.EMPTIED, Damage.Way.ZEROS)) {
            for (StoresOfATask before : List.of(closed, killed)) {
                checkRestored(
                        before,
                        folder -> Damage.file(folder, kind, way, random),
                        kind + " " + way,
                        RebuildCause.DAMAGED);
            }
        }
    }

    /**
     * A list of files that is cut is one of an earlier moment, with the offset of that moment. A bit in a table is met
     * when its block is read.
     */
    @ParameterizedTest
    @ValueSource(strings = {".sst", "MANIFEST", "CURRENT"})
    void shouldRememberEachPaymentWhateverBecameOfAFile(String kind) throws IOException {
        Random random = new Random(2);
        for (Damage.Way way :
                List.of(Damage.Way.BIT_FLIPPED, Damage.Way.CUT, Damage.Way.CUT_BY_A_BYTE, Damage.Way.SOME_ZEROS)) {
            check(closed, folder -> Damage.file(folder, kind, way, random), kind + " " + way);
            check(killed, folder -> Damage.file(folder, kind, way, random), kind + " " + way);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS", "IDENTITY", "LOG"})
    void shouldRestoreNothingForAFileThatDoesNotMatter(String kind) throws IOException {
        Random random = new Random(2);
        for (Damage.Way way : List.of(Damage.Way.BIT_FLIPPED, Damage.Way.ZEROS, Damage.Way.MISSING)) {
            assertEquals(0, check(closed, folder -> Damage.file(folder, kind, way, random), kind + " " + way));
        }
    }

    @Test
    void shouldUseARestoredFolderAsItWasLeft() throws IOException {
        StoresOfATask task = closed.copiedTo(home.resolve("restored"));
        Damage.file(task.folder(), "MANIFEST", Damage.Way.CUT, new Random(1));
        task.start(RETENTION);
        task.stop();
        task.start(RETENTION);
        assertRemembered(task);
        assertEquals(0, task.restored());
        task.stop();
    }

    @Test
    void shouldRememberEachPaymentThoughFoldersAreGoneOrHalfGone() throws IOException {
        for (StoresOfATask before : List.of(closed, killed)) {
            for (Doing gone : List.<Doing>of(
                    Folders::delete, Damage::empty, folder -> Folders.delete(folder.resolve("rocksdb")))) {
                assertEquals(2L * PAYMENTS, check(before, gone, "folder gone", RebuildCause.EMPTY));
            }
            check(before, Damage::half, "half of the files gone", RebuildCause.DAMAGED, RebuildCause.EMPTY);
            for (String store : REMEMBERED.keySet()) {
                Path rocksdb = Path.of("rocksdb", store);
                checkRestored(
                        before, folder -> Folders.delete(folder.resolve(rocksdb)), store + " gone", RebuildCause.EMPTY);
                checkRestored(
                        before,
                        folder -> Damage.empty(folder.resolve(rocksdb)),
                        store + " emptied",
                        RebuildCause.EMPTY);
                check(
                        before,
                        folder -> Damage.half(folder.resolve(rocksdb)),
                        store + " half gone",
                        RebuildCause.DAMAGED,
                        RebuildCause.EMPTY);
            }
        }
    }

    /** Somebody has copied the folder of one task, or store, into the place of another. */
    @Test
    void shouldNotTakeTheFolderOfAnotherStoreForItsOwn() throws IOException {
        checkRestored(
                closed,
                folder -> {
                    Path rocksdb = folder.resolve("rocksdb");
                    Folders.delete(rocksdb.resolve(StoresOfATask.ENDED));
                    StoresOfATask.copy(rocksdb.resolve(StoresOfATask.PENDING), rocksdb.resolve(StoresOfATask.ENDED));
                },
                "other store",
                RebuildCause.DAMAGED);
    }

    /** The changelog of pending payments says only for a while that one of them has ended. */
    @Test
    void shouldRestoreAllThatIsPendingWhenTheFolderIsSoOldThatTheChangelogMayHaveForgottenWhatEnded()
            throws IOException {
        AtomicLong now = new AtomicLong(System.currentTimeMillis());
        StoresOfATask task = new StoresOfATask(home.resolve("old"), now::get);
        task.start(RETENTION);
        Bytes pending = BucketKey.of(BucketKey.NO_BUCKET, UUID.randomUUID());
        Bytes ended = BucketKey.of(bucket(1), UUID.randomUUID());
        task.put(StoresOfATask.PENDING, pending, new byte[] {1});
        task.put(StoresOfATask.ENDED, ended, new byte[] {1});
        task.stop();
        now.addAndGet(Duration.ofHours(12).toMillis() - 1);
        task.start(RETENTION);
        assertEquals(0, task.restored());
        // Nothing was committed since, so the time still counts from the last commit.
        task.stop();
        now.addAndGet(1);
        task.start(RETENTION);
        assertEquals(1, task.restored());
        assertEquals(1, task.rebuilds(RebuildCause.OUTDATED));
        assertArrayEquals(new byte[] {1}, task.store(StoresOfATask.PENDING).get(pending));
        assertArrayEquals(new byte[] {1}, task.store(StoresOfATask.ENDED).get(ended));
        // What was just restored is of now.
        now.addAndGet(Duration.ofHours(11).toMillis());
        task.put(StoresOfATask.PENDING, pending, null);
        task.stop();
        now.addAndGet(Duration.ofHours(11).toMillis());
        task.start(RETENTION);
        assertEquals(0, task.restored());
        task.stop();
        // Nor is a clock trusted that was set back by as much.
        now.addAndGet(-Duration.ofHours(24).toMillis());
        task.start(RETENTION);
        assertEquals(1, task.rebuilds(RebuildCause.OUTDATED));
        task.stop();
    }

    /** The case is a backup that is brought back. */
    @Test
    void shouldRememberEachPaymentThoughAnOlderCopyOfTheFolderIsBroughtBack() throws IOException {
        Path older = home.resolve("older");
        StoresOfATask task = closed.copiedTo(home.resolve("aged"));
        StoresOfATask.copy(task.folder(), older);
        task.start(RETENTION);
        Bytes first = REMEMBERED.get(StoresOfATask.PENDING).keySet().iterator().next();
        byte[] changed = {1, 2, 3};
        task.put(StoresOfATask.PENDING, first, changed);
        task.stop();
        for (String what : List.of("rocksdb", "rocksdb/" + StoresOfATask.PENDING)) {
            StoresOfATask aged = task.copiedTo(home.resolve("aged-" + cases++));
            Path replaced = aged.folder().resolve(what);
            Folders.delete(replaced);
            StoresOfATask.copy(older.resolve(what), replaced);
            aged.start(RETENTION);
            assertArrayEquals(changed, aged.store(StoresOfATask.PENDING).get(first), what);
            assertEquals(1, aged.restored(), what);
            aged.stop();
        }
    }

    @Test
    void shouldNotListenToOffsetsOfAnOlderKafkaStreams() throws IOException {
        for (String text : List.of("0\n1\nhapax-pending-payments-changelog 0 7\n", "garbage", "")) {
            assertEquals(
                    0, check(closed, folder -> Files.writeString(folder.resolve(".checkpoint"), text), "checkpoint"));
        }
    }

    @Test
    void shouldKeepTheNewestDamagedFolderOfAStoreAndNoOther() throws IOException {
        Path application = home.resolve("kept");
        StoresOfATask task = closed.copiedTo(application);
        for (int i = 0; i < 3; i++) {
            Path manifest = Damage.files(task.folder().resolve("rocksdb").resolve(StoresOfATask.ENDED)).stream()
                    .filter(file -> file.getFileName().toString().startsWith("MANIFEST"))
                    .findFirst()
                    .orElseThrow();
            Files.writeString(manifest, "damage " + i);
            task.start(RETENTION);
            task.stop();
            Path aside = application.resolve("damaged");
            List<Path> kept = Damage.files(aside).stream()
                    .filter(file -> file.getFileName().toString().startsWith("MANIFEST"))
                    .toList();
            assertEquals(1, kept.size(), kept.toString());
            assertEquals("damage " + i, Files.readString(kept.getFirst()));
        }
    }

    /** A file that can't be read is a fault. It is never taken for a key that nobody has used. */
    @Test
    void shouldNeverForgetAPaymentWhenItsFileIsDamagedWhileItIsOpen() throws IOException {
        int faults = 0;
        for (long seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            StoresOfATask task = closed.copiedTo(home.resolve("open-" + seed));
            task.start(RETENTION);
            for (Path file : Damage.files(task.folder())) {
                // Streams' and RocksDB's lock, and what they write to, are theirs.
                if (file.toString().endsWith(".sst")) {
                    Damage.flipInPlace(file, random);
                }
            }
            faults += readAll(task);
            task.replaceThread(RETENTION);
            assertRemembered(task);
            task.stop();
        }
        assertTrue(faults > 5, faults + " faults");
    }

    /** @return stores that told of a fault */
    private static int readAll(StoresOfATask task) {
        int faults = 0;
        for (Map.Entry<String, Map<Bytes, byte[]>> store : REMEMBERED.entrySet()) {
            try {
                store.getValue()
                        .forEach((key, value) -> assertArrayEquals(
                                value, task.store(store.getKey()).get(key)));
                int counted = 0;
                try (KeyValueIterator<Bytes, byte[]> all =
                        task.store(store.getKey()).all()) {
                    for (; all.hasNext(); all.next()) {
                        counted++;
                    }
                }
                assertEquals(store.getValue().size(), counted);
            } catch (ProcessorStateException e) {
                faults++;
                Bytes any = store.getValue().keySet().iterator().next();
                // For good: nobody gets an answer from it any more.
                assertThrows(
                        ProcessorStateException.class,
                        () -> task.store(store.getKey()).get(any));
            }
        }
        return faults;
    }

    /** Damage while it runs that nobody has noticed, and an end in order: it is noticed at the next start. */
    @Test
    void shouldRememberEachPaymentWhenAFileWasDamagedWhileItWasOpenAndNotReadSince() throws IOException {
        for (String kind : List.of(".sst", "MANIFEST", "CURRENT", "OPTIONS", "IDENTITY")) {
            Random random = new Random(4);
            for (Damage.Way way : List.of(Damage.Way.BIT_FLIPPED, Damage.Way.CUT)) {
                Path application = home.resolve("unnoticed-" + cases++);
                StoresOfATask task = closed.copiedTo(application);
                task.start(RETENTION);
                Damage.file(task.folder(), kind, way, random);
                task.stop();
                task.start(RETENTION);
                assertRememberedSoon(task);
                task.stop();
            }
        }
    }

    /** Damage that nobody meets in what the task asks for is met by who makes the filter. */
    @Test
    void shouldTellOfDamageThatNoPaymentHasMet() throws IOException {
        StoresOfATask task = closed.copiedTo(home.resolve("unmet"));
        for (Path file : Damage.files(task.folder())) {
            if (file.toString().endsWith(".sst")) {
                Damage.flipInPlace(file, new Random(1));
            }
        }
        task.start(RETENTION);
        Bytes nobodys = BucketKey.of(BucketKey.NO_BUCKET, UUID.randomUUID());
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!task.knowsItsFilters()) {
            assertTrue(System.nanoTime() < deadline, "no filter was made");
            Thread.onSpinWait();
        }
        boolean met = false;
        try {
            REMEMBERED.keySet().forEach(store -> task.store(store).get(nobodys));
        } catch (ProcessorStateException e) {
            met = true;
        }
        // Streams opens a store twice at a start: it may have been found the first time.
        assertTrue(met || task.rebuilds(RebuildCause.DAMAGED) > 0, "not found");
        task.replaceThread(RETENTION);
        assertRemembered(task);
        assertTrue(task.rebuilds(RebuildCause.DAMAGED) > 0);
        task.stop();
    }

    /** Each byte of each file, one after the other: {@code -Dtest.excludedGroups= -Dtest=DamagedStoreTest}. */
    @Tag("long")
    @Test
    void shouldRememberEachPaymentWhicheverByteIsDamaged() throws IOException {
        Random random = new Random(5);
        for (int i = 0; i < 3_000; i++) {
            String kind = List.of(".sst", "MANIFEST", "CURRENT", "OPTIONS", "IDENTITY", "LOG")
                    .get(i % 6);
            Damage.Way way = Damage.Way.values()[random.nextInt(Damage.Way.values().length)];
            check(i % 2 == 0 ? closed : killed, folder -> Damage.file(folder, kind, way, random), kind + " " + way);
        }
    }
}
