package io.hapax.stream.records;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.rocksdb.AbstractEventListener;
import org.rocksdb.FileOperationInfo;
import org.rocksdb.RocksDB;

/**
 * The bytes of each file that RocksDB has synced: the least that is left of it when the machine loses its power. What
 * was written since may be lost, or be there in part, or as zeros.
 */
final class SyncedFiles extends AbstractEventListener {
    /** RocksDB writes it whole, syncs and renames it, and does not tell. */
    private static final String CURRENT = "CURRENT";

    private static final String TABLE = ".sst";

    static {
        RocksDB.loadLibrary();
    }

    private final Map<Path, Long> lengths = new ConcurrentHashMap<>();

    SyncedFiles() {
        super(
                EnabledEventCallback.ON_FILE_WRITE_FINISH,
                EnabledEventCallback.ON_FILE_SYNC_FINISH,
                EnabledEventCallback.SHOULD_BE_NOTIFIED_ON_FILE_IO);
    }

    @Override
    public boolean shouldBeNotifiedOnFileIO() {
        return true;
    }

    /** A file begins. There may have been another one of that name. */
    @Override
    public void onFileWriteFinish(FileOperationInfo written) {
        if (written.getOffset() == 0) {
            lengths.remove(Path.of(written.getPath()));
        }
    }

    /** Called by the thread that writes the file, so nothing is appended meanwhile. */
    @Override
    public void onFileSyncFinish(FileOperationInfo synced) {
        Path file = Path.of(synced.getPath());
        lengths.put(file, file.toFile().length());
    }

    /** Lengths of what is synced, by file. */
    Map<Path, Long> lengths() {
        return Map.copyOf(lengths);
    }

    /** As if RocksDB did not sync its tables. */
    void forgetTables() {
        lengths.keySet().removeIf(file -> file.toString().endsWith(TABLE));
    }

    /**
     * The machine loses its power.
     *
     * @param moment a copy of the folder at that moment, which becomes what the disk has of it
     * @param folder that it was copied from
     */
    void losePower(Path moment, Path folder, Random random) throws IOException {
        boolean least = random.nextBoolean();
        List<Path> files;
        try (Stream<Path> all = Files.walk(moment)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            Path original = folder.resolve(moment.relativize(file));
            long synced =
                    Math.min(lengths.getOrDefault(original, 0L), file.toFile().length());
            if (file.endsWith(CURRENT)) {
                continue;
            }
            if (synced == 0 && (least || random.nextBoolean())) {
                Files.delete(file);
            } else {
                cut(file, synced, least, random);
                lengths.put(original, file.toFile().length());
            }
        }
    }

    /** Of what was written since, nothing is left, or a part, or all of its length and zeros in it. */
    private static void cut(Path file, long synced, boolean least, Random random) throws IOException {
        long written = file.toFile().length();
        long left = least ? synced : synced + random.nextLong(written - synced + 1);
        boolean zeros = !least && random.nextBoolean();
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.setLength(left);
            if (zeros) {
                opened.setLength(written);
            }
        }
    }
}
