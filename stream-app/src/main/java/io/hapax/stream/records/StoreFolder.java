package io.hapax.stream.records;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.hapax.stream.metrics.RebuildCause;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one store of one task.
 *
 * <p>What is damaged is put aside, for whoever wants to know why, and the store begins empty. One folder is kept of
 * each store, the newest.
 */
final class StoreFolder {
    private static final Logger LOG = LoggerFactory.getLogger(StoreFolder.class);

    /**
     * Below the folder of the application, beside those of the tasks: Streams deletes a task's folder to restore it.
     */
    private static final String ASIDE = "damaged";

    /**
     * Of what RocksDB keeps, the files that are too large to be read for a checksum. Each of their blocks has its
     * own.
     */
    private static final String TABLE = ".sst";

    /** Says only that a process has the folder open. */
    private static final String LOCK = "LOCK";

    /** The file that names the list of all others. It is written last when a database is begun. */
    private static final String CURRENT = "CURRENT";

    private static final String MANIFEST = "MANIFEST-[0-9]+";

    private static final int MOST_TOLD = 5;

    private final String store;
    private final String task;
    private final Path files;
    private final Path seal;
    private final Path offsetsOfOlderStreams;
    private final Path aside;
    private final OpenStores openStores;

    /** @param openStores told when the store begins empty */
    StoreFolder(StateStoreContext context, String store, OpenStores openStores) {
        Path ofTask = context.stateDir().toPath();
        this.store = store;
        this.task = context.taskId().toString();
        this.files = ofTask.resolve("rocksdb").resolve(store);
        this.seal = ofTask.resolve(store + ".seal");
        this.offsetsOfOlderStreams = ofTask.resolve(".checkpoint");
        this.aside = ofTask.resolveSibling(ASIDE).resolve(task).resolve(store);
        this.openStores = openStores;
    }

    /** The name of the store, after the id of its task. */
    @Override
    public String toString() {
        return task + "/" + store;
    }

    /** The folder in which RocksDB works. */
    Path files() {
        return files;
    }

    /** True when RocksDB has begun a database there. A kill may come before it has: then there is nothing to lose. */
    boolean hasDatabase() throws IOException {
        // Streams would take it for news, and end the process if it is damaged.
        Files.deleteIfExists(offsetsOfOlderStreams);
        if (!Files.isDirectory(files)) {
            return false;
        }
        try (Stream<Path> all = Files.list(files)) {
            return all.map(Path::getFileName)
                    .anyMatch(file ->
                            file.toString().equals(CURRENT) || file.toString().endsWith(TABLE));
        }
    }

    /** @throws IOException if the list of files has a gap: RocksDB would read over it */
    void checkManifest() throws IOException {
        String manifest = Files.readString(files.resolve(CURRENT), ISO_8859_1).strip();
        if (!manifest.matches(MANIFEST)) {
            throw new IOException(CURRENT + " names no list of files");
        }
        if (Manifest.hasGap(Files.readAllBytes(files.resolve(manifest)))) {
            throw new IOException("its list of files has a gap");
        }
    }

    /**
     * The seal with which a version before has closed the store in order. Since then, the store says for itself how
     * far it goes.
     *
     * @return null if there is none
     * @throws IOException if the folder is not as it was left, or can't be read
     */
    @Nullable Seal unseal() throws IOException {
        if (!Files.exists(seal)) {
            return null;
        }
        Seal found = Seal.of(Files.readAllBytes(seal));
        String damage = found == null ? "its seal is broken" : difference(found.files(), lines());
        if (damage != null) {
            throw new IOException(damage);
        }
        return found;
    }

    /** Time of the seal, epoch milliseconds. */
    long sealedAtMs() throws IOException {
        return Files.getLastModifiedTime(seal).toMillis();
    }

    void removeSeal() throws IOException {
        Files.deleteIfExists(seal);
    }

    /** Takes the damaged files out of the way, and the store begins empty. After RocksDB was closed. */
    void putAside(String damage) throws IOException {
        delete(aside);
        String where;
        if (hasRoom()) {
            Files.createDirectories(aside);
            if (Files.exists(files)) {
                Files.move(files, aside.resolve("rocksdb"));
            }
            if (Files.exists(seal)) {
                Files.move(seal, aside.resolve("seal"));
            }
            where = "put aside into " + aside;
        } else {
            where = "deleted, since the disk has no room for it beside the new one";
        }
        LOG.warn(
                "a store is damaged and is restored from its changelog store={} task={}: {}; what was there is {}",
                store,
                task,
                damage,
                where);
        begin(RebuildCause.DAMAGED);
    }

    /** The store begins empty, whatever was there. */
    void begin(RebuildCause cause) throws IOException {
        if (openStores.rebuilds(toString(), cause) && cause != RebuildCause.DAMAGED) {
            LOG.info(
                    "a store begins empty and is restored from its changelog store={} task={} cause={}",
                    store,
                    task,
                    cause);
        }
        Files.deleteIfExists(seal);
        delete(files);
        Files.createDirectories(files);
    }

    /**
     * True when the disk has room to restore the store. Restoring takes about as much as the old files. The folder of
     * the task exists, whatever became of those in it.
     */
    private boolean hasRoom() throws IOException {
        long[] bytes = {0};
        if (Files.exists(files)) {
            try (Stream<Path> all = Files.walk(files)) {
                all.filter(Files::isRegularFile)
                        .forEach(file -> bytes[0] += file.toFile().length());
            }
        }
        return Files.getFileStore(seal.getParent()).getUsableSpace() > 2 * bytes[0];
    }

    /** A line for each file, sorted by name: name, length and, but for tables, checksum. */
    List<String> lines() throws IOException {
        if (!Files.isDirectory(files)) {
            return List.of();
        }
        List<Path> found;
        try (Stream<Path> all = Files.list(files)) {
            found = all.filter(file -> !file.endsWith(LOCK)).sorted().toList();
        }
        List<String> lines = new ArrayList<>();
        for (Path file : found) {
            lines.add(file.getFileName() + " " + Files.size(file) + " " + (isTable(file) ? "-" : checksum(file)));
        }
        return lines;
    }

    private static boolean isTable(Path file) {
        return file.toString().endsWith(TABLE);
    }

    private static String checksum(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return "none";
        }
        CRC32C sum = new CRC32C();
        try (CheckedInputStream in = new CheckedInputStream(Files.newInputStream(file), sum)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return Long.toHexString(sum.getValue());
    }

    /** Null when there is none. */
    private static @Nullable String difference(List<String> left, List<String> found) {
        if (left.equals(found)) {
            return null;
        }
        List<String> gone = left.stream()
                .filter(line -> !found.contains(line))
                .limit(MOST_TOLD)
                .toList();
        List<String> instead = found.stream()
                .filter(line -> !left.contains(line))
                .limit(MOST_TOLD)
                .toList();
        return "its files are not as they were left, there were " + gone + ", there are " + instead;
    }

    private static void delete(Path folder) throws IOException {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) throws IOException {
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (NoSuchFileException gone) {
            // As wanted.
        }
    }
}
