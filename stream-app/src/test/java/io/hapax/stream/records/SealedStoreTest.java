package io.hapax.stream.records;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.hapax.sandbox.Folders;
import io.hapax.stream.metrics.RebuildCause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Folders of the version before, which knew no offsets within RocksDB and wrote a seal beside a store that it closed in
 * order.
 */
class SealedStoreTest {
    private static final Duration RETENTION = Duration.ofHours(1);
    private static final UUID ID = UUID.randomUUID();
    private static final byte[] VALUE = {1, 2, 3};

    /** Of the row of buckets of a published retention. */
    private static final long BUCKET = 1L << 56 | 56_250L * 31_000_000;

    @TempDir
    private Path application;

    private StoresOfATask task;

    /** Of each store the changelog holds one record, and the folder that one. */
    private void leave() throws IOException, RocksDBException {
        task = new StoresOfATask(application);
        leave(StoresOfATask.PENDING, BucketKey.NO_BUCKET);
        leave(StoresOfATask.ENDED, BUCKET);
        task.wasCommitted(StoresOfATask.PENDING, BucketKey.of(BucketKey.NO_BUCKET, ID), VALUE);
        task.wasCommitted(StoresOfATask.ENDED, BucketKey.of(BUCKET, ID), VALUE);
    }

    private void leave(String store, long bucket) throws IOException, RocksDBException {
        Path folder = task.folder().resolve("rocksdb").resolve(store);
        Files.createDirectories(folder);
        RocksDB.loadLibrary();
        List<ColumnFamilyDescriptor> families =
                new ArrayList<>(List.of(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY)));
        if (bucket != BucketKey.NO_BUCKET) {
            families.add(new ColumnFamilyDescriptor(Long.toString(bucket).getBytes(US_ASCII)));
        }
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        long writes;
        try (FlushOptions now = new FlushOptions();
                DBOptions options = new DBOptions().setCreateIfMissing(true).setCreateMissingColumnFamilies(true);
                RocksDB database = RocksDB.open(options, folder.toString(), families, handles)) {
            database.put(handles.getLast(), IdBytes.of(ID), VALUE);
            writes = database.getLatestSequenceNumber();
            database.flush(now, handles);
            handles.forEach(ColumnFamilyHandle::close);
        }
        StringBuilder seal = new StringBuilder("hapax store seal 1\n")
                .append("offset hapax-" + store + "-changelog 0 0\n")
                .append("writes " + writes + "\n")
                .append("bucket " + BucketKey.NO_BUCKET + "\n");
        if (bucket != BucketKey.NO_BUCKET) {
            seal.append("bucket " + bucket + "\n");
        }
        for (String line : lines(folder)) {
            seal.append("file " + line + "\n");
        }
        Files.writeString(
                task.folder().resolve(store + ".seal"),
                seal + "checksum " + checksum(seal.toString().getBytes(UTF_8)) + "\n");
    }

    private static List<String> lines(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> !file.endsWith("LOCK")).sorted().toList();
        }
        List<String> lines = new ArrayList<>();
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            lines.add(file.getFileName() + " " + bytes.length + " "
                    + (file.toString().endsWith(".sst") ? "-" : checksum(bytes)));
        }
        return lines;
    }

    private static String checksum(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        return Long.toHexString(sum.getValue());
    }

    private void assertRemembered() {
        for (String store : List.of(StoresOfATask.PENDING, StoresOfATask.ENDED)) {
            assertArrayEquals(VALUE, task.store(store).get(BucketKey.of(BucketKey.NO_BUCKET, ID)), store);
        }
    }

    @Test
    void shouldGoOnWithoutARestoreWithWhatTheVersionBeforeHasClosedInOrder() throws IOException, RocksDBException {
        leave();
        task.start(RETENTION);
        assertRemembered();
        assertEquals(0, task.restored());
        assertFalse(Files.exists(task.folder().resolve(StoresOfATask.PENDING + ".seal")));
        Bytes later = BucketKey.of(BucketKey.NO_BUCKET, UUID.randomUUID());
        task.put(StoresOfATask.PENDING, later, VALUE);
        task.commit();
        task.kill();
        task.start(RETENTION);
        assertRemembered();
        assertArrayEquals(VALUE, task.store(StoresOfATask.PENDING).get(later));
        assertEquals(1, task.restored());
        task.stop();
    }

    @Test
    void shouldRestoreWhatTheVersionBeforeHasNotClosedInOrder() throws IOException, RocksDBException {
        leave();
        Files.delete(task.folder().resolve(StoresOfATask.ENDED + ".seal"));
        task.start(RETENTION);
        assertRemembered();
        assertEquals(1, task.restored());
        assertEquals(1, task.rebuilds(RebuildCause.NO_OFFSET));
        task.stop();
    }

    @Test
    void shouldRestoreWhatIsNotAsTheVersionBeforeHasLeftIt() throws IOException, RocksDBException {
        Random random = new Random(1);
        for (String kind : List.of(".sst", "MANIFEST", "CURRENT", "OPTIONS", StoresOfATask.PENDING + ".seal")) {
            leave();
            Damage.file(task.folder(), kind, Damage.Way.CUT_BY_A_BYTE, random);
            task.start(RETENTION);
            assertRemembered();
            assertEquals(1, task.restored(), kind);
            assertEquals(1, task.rebuilds(RebuildCause.DAMAGED), kind);
            task.stop();
            Folders.delete(task.folder());
        }
    }
}
