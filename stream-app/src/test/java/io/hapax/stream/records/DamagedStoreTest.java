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
import java.util.Set;
import java.util.UUID;
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

    /** The same while it was open. */
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
            closed.stop();
        }
        closed.start(RETENTION);
        killed = closed.copiedTo(home.resolve("killed"));
        closed.stop();
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
        assertRemembered(task);
        assertTrue(Stream.of(told).anyMatch(cause -> task.rebuilds(cause) > 0) || told.length == 0, what + " is told");
        long restored = task.restored();
        task.stop();
        Folders.delete(application);
        return restored;
    }

    private static void checkRestored(StoresOfATask before, Doing damage, String what, RebuildCause... told)
            throws IOException {
        assertEquals(2L * PAYMENTS, check(before, damage, what, told), what);
    }

    @ParameterizedTest
    @ValueSource(strings = {".sst", "MANIFEST", "CURRENT", "OPTIONS", "IDENTITY", "LOG", ".seal"})
    void shouldRememberEachPaymentWhateverBecameOfAFileOnceItWasClosed(String kind) throws IOException {
        Random random = new Random(2);
        for (Damage.Way way : Damage.Way.values()) {
            checkRestored(
                    closed,
                    folder -> Damage.file(folder, kind, way, random),
                    kind + " " + way,
                    kind.equals(".seal") && way == Damage.Way.MISSING ? RebuildCause.NOT_CLOSED : RebuildCause.DAMAGED);
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

    /** After a kill nothing there is looked at. */
    @ParameterizedTest
    @ValueSource(strings = {"MANIFEST", "CURRENT", "OPTIONS", "IDENTITY", ".sst"})
    void shouldRememberEachPaymentWhateverBecameOfAFileOnceItWasKilled(String kind) throws IOException {
        Random random = new Random(3);
        for (Damage.Way way : List.of(Damage.Way.BIT_FLIPPED, Damage.Way.CUT, Damage.Way.MISSING)) {
            checkRestored(
                    killed,
                    folder -> Damage.file(folder, kind, way, random),
                    kind + " " + way,
                    RebuildCause.NOT_CLOSED);
        }
    }

    @Test
    void shouldRememberEachPaymentThoughFoldersAreGoneOrHalfGone() throws IOException {
        for (StoresOfATask before : List.of(closed, killed)) {
            RebuildCause told = before == closed ? RebuildCause.DAMAGED : RebuildCause.NOT_CLOSED;
            checkRestored(before, Folders::delete, "task's folder gone", RebuildCause.EMPTY);
            checkRestored(before, Damage::empty, "task's folder emptied", RebuildCause.EMPTY);
            checkRestored(before, Damage::half, "half of the files gone", told);
            checkRestored(
                    before,
                    folder -> Folders.delete(folder.resolve("rocksdb")),
                    "folder of all stores gone",
                    before == closed ? told : RebuildCause.EMPTY);
            for (String store : before == closed ? REMEMBERED.keySet() : Set.of(StoresOfATask.ENDED)) {
                Path rocksdb = Path.of("rocksdb", store);
                checkRestored(before, folder -> Folders.delete(folder.resolve(rocksdb)), store + " gone", told);
                checkRestored(before, folder -> Damage.empty(folder.resolve(rocksdb)), store + " emptied", told);
                checkRestored(before, folder -> Damage.half(folder.resolve(rocksdb)), store + " half gone", told);
            }
        }
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
        for (String what : List.of("all", "rocksdb", StoresOfATask.PENDING + ".seal")) {
            StoresOfATask aged = task.copiedTo(home.resolve("aged-" + what));
            Path replaced = what.equals("all") ? aged.folder() : aged.folder().resolve(what);
            Folders.delete(replaced);
            StoresOfATask.copy(what.equals("all") ? older : older.resolve(what), replaced);
            aged.start(RETENTION);
            assertArrayEquals(changed, aged.store(StoresOfATask.PENDING).get(first), what);
            assertEquals(what.equals("all") ? 1 : 2 * PAYMENTS + 1, aged.restored(), what);
            assertEquals(what.equals("all") ? 0 : 1, aged.rebuilds(RebuildCause.DAMAGED) > 0 ? 1 : 0, what);
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
                assertRemembered(task);
                task.stop();
            }
        }
    }

    /** Each byte of each file, one after the other: {@code -Dtest.excludedGroups= -Dtest=DamagedStoreTest}. */
    @Tag("long")
    @Test
    void shouldRememberEachPaymentWhicheverByteIsDamaged() throws IOException {
        Random random = new Random(5);
        for (int i = 0; i < 3_000; i++) {
            String kind = List.of(".sst", "MANIFEST", "CURRENT", "OPTIONS", "IDENTITY", ".seal")
                    .get(i % 6);
            Damage.Way way = Damage.Way.values()[random.nextInt(Damage.Way.values().length)];
            checkRestored(
                    closed,
                    folder -> Damage.file(folder, kind, way, random),
                    kind + " " + way,
                    RebuildCause.DAMAGED,
                    RebuildCause.NOT_CLOSED);
        }
    }
}
