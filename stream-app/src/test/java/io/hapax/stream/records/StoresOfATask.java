package io.hapax.stream.records;

import io.hapax.sandbox.Folders;
import io.hapax.stream.metrics.RebuildCause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.BatchingStateRestoreCallback;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The two stores of one task, opened, restored, committed and closed as Kafka Streams 4.4 does it with transactional
 * stores, with their changelogs in memory. It opens a task's stores once when the process starts and once more when the
 * task is assigned. What a store says that it holds is not restored.
 *
 * <p>More than 300 lines: one class stands for all that Kafka Streams does with the stores of a task.
 */
final class StoresOfATask {
    static final String PENDING = "pending-payments";
    static final String ENDED = "ended-payments";
    private static final List<String> NAMES = List.of(PENDING, ENDED);

    /** Kafka Streams' offset of a changelog in which nothing is. */
    private static final long UNKNOWN = -4;

    private static final int RESTORED_TOGETHER = 1_000;
    private static final int MOST_COPIES = 100;

    private final Path folder;
    private final Map<String, List<KeyValue<byte[], byte[]>>> changelogs = new LinkedHashMap<>();
    private final Map<String, KeyValueStore<Bytes, byte[]>> stores = new LinkedHashMap<>();
    private final Map<String, BatchingStateRestoreCallback> restoring = new LinkedHashMap<>();
    private final Map<String, List<KeyValue<byte[], byte[]>>> uncommitted = new LinkedHashMap<>();
    private final LongSupplier clock;
    private final SyncedFiles synced = new SyncedFiles();
    private OpenStores process;
    private long restored;
    private Mistake mistake = Mistake.NONE;
    private Runnable atOpening = () -> {};

    /** @param application folder of the application */
    StoresOfATask(Path application) {
        this(application, System::currentTimeMillis);
    }

    /** @param clock wall clock, epoch milliseconds */
    StoresOfATask(Path application, LongSupplier clock) {
        this.folder = application.resolve("0_0");
        this.clock = clock;
        this.process = process();
        NAMES.forEach(name -> {
            changelogs.put(name, new ArrayList<>());
            uncommitted.put(name, new ArrayList<>());
        });
    }

    /** Another one, in another folder, with what the changelogs of this one hold now. */
    StoresOfATask copiedTo(Path application) throws IOException {
        StoresOfATask copy = new StoresOfATask(application, clock);
        copy.changelogs.replaceAll((name, none) -> new ArrayList<>(changelogs.get(name)));
        copyOfAMoment(folder, copy.folder);
        return copy;
    }

    private OpenStores process() {
        return new OpenStores(clock, List.of(synced));
    }

    /** The folder of the task. */
    Path folder() {
        return folder;
    }

    /** What is told to the stores. A check of them that can't fail proves nothing. */
    enum Mistake {
        NONE,
        /** What was aborted is committed. */
        ABORTED_IS_KEPT,
        /** The offset is that of a record that is not in the store. */
        OFFSET_AHEAD_OF_THE_DATA,
        /** The store holds a record behind its offset. */
        DATA_AHEAD_OF_THE_OFFSET,
        /** A loss of power takes tables that were flushed. */
        TABLES_ARE_NOT_SYNCED
    }

    /** From now on, that is done to the stores. */
    void plant(Mistake planted) {
        mistake = planted;
    }

    /** Does that whenever the stores were opened, before anything is restored. */
    void atOpening(Runnable look) {
        atOpening = look;
    }

    /** What Kafka has committed, up to the offset that the store says it holds. */
    List<KeyValue<byte[], byte[]>> heldChanges(String name) {
        Long offset = stores.get(name).committedOffset(changelog(name));
        List<KeyValue<byte[], byte[]>> changelog = changelogs.get(name);
        return changelog.subList(0, offset == null ? 0 : (int) Math.min(offset + 1, changelog.size()));
    }

    /** What Kafka has committed. */
    List<KeyValue<byte[], byte[]>> allChanges(String name) {
        return changelogs.get(name);
    }

    boolean knowsItsFilters() {
        return stores.values().stream().allMatch(store -> ((BucketedStore) store).knowsItsFilters());
    }

    KeyValueStore<Bytes, byte[]> store(String name) {
        return stores.get(name);
    }

    /** Stores that began empty since the process started. */
    long rebuilds(RebuildCause cause) {
        return process.figures().rebuilds(cause);
    }

    /** Records that were read from the changelogs since the process started. */
    long restored() {
        return restored;
    }

    /** A process starts, and the task is assigned to it. */
    void start(Duration usualRetention) throws IOException {
        process = process();
        restored = 0;
        if (!isEmpty()) {
            open(usualRetention);
            for (String name : NAMES) {
                Long offset = stores.get(name).committedOffset(changelog(name));
                stores.get(name).commit(Map.of(changelog(name), offset == null ? UNKNOWN : offset));
            }
            stores.values().forEach(KeyValueStore::close);
        }
        assign(usualRetention);
    }

    /** The task is given to the process: its stores are opened and restored. */
    void assign(Duration usualRetention) throws IOException {
        open(usualRetention);
        atOpening.run();
        for (String name : NAMES) {
            List<KeyValue<byte[], byte[]>> changelog = changelogs.get(name);
            Long offset = stores.get(name).committedOffset(changelog(name));
            List<KeyValue<byte[], byte[]>> missing = changelog.subList(
                    offset == null ? 0 : (int) Math.min(offset + 1, changelog.size()), changelog.size());
            restored += missing.size();
            for (int from = 0; from < missing.size(); from += RESTORED_TOGETHER) {
                restoring
                        .get(name)
                        .restoreAll(missing.subList(from, Math.min(missing.size(), from + RESTORED_TOGETHER)));
            }
            commit(name);
        }
    }

    private void open(Duration usualRetention) throws IOException {
        Files.createDirectories(folder);
        stores.clear();
        for (String name : NAMES) {
            Duration usual = name.equals(PENDING) ? Duration.ZERO : usualRetention;
            KeyValueStore<Bytes, byte[]> store = process.supplier(name, usual, name.equals(PENDING) ? ENDED : null)
                    .get();
            stores.put(name, store);
            store.init(new ContextOfATask(folder, (root, callback) -> restoring.put(name, callback)), store);
            if (Files.exists(folder.resolve(".checkpoint"))) {
                throw new IllegalStateException(
                        "Streams reads the file of an older version, and ends if it is damaged");
            }
        }
    }

    /** Writes within the running transaction. */
    void put(String name, Bytes key, byte @Nullable [] value) {
        stores.get(name).put(key, value);
        uncommitted.get(name).add(KeyValue.pair(key.get(), value));
    }

    /** An earlier process has written that, and Kafka has committed it. */
    void wasCommitted(String name, Bytes key, byte[] value) {
        changelogs.get(name).add(KeyValue.pair(key.get(), value));
    }

    /** Kafka commits the transaction, and then the stores. */
    void commit() {
        NAMES.forEach(this::commit);
    }

    /** Kafka commits the transaction, and then one of the stores. */
    void commitFirst(String name) {
        NAMES.forEach(this::append);
        commit(name);
    }

    /** Kafka commits the transaction. The process ends, one way or another, before its stores hear of it. */
    void commitInKafkaAlone() {
        NAMES.forEach(this::append);
    }

    private void commit(String name) {
        append(name);
        long last = changelogs.get(name).size()
                - 1L
                + switch (mistake) {
                    case OFFSET_AHEAD_OF_THE_DATA -> 1;
                    case DATA_AHEAD_OF_THE_OFFSET -> -1;
                    default -> 0;
                };
        stores.get(name).commit(Map.of(changelog(name), last < 0 ? UNKNOWN : last));
    }

    private void append(String name) {
        changelogs.get(name).addAll(uncommitted.get(name));
        uncommitted.get(name).clear();
    }

    /** The process ends in order. */
    void stop() {
        commit();
        stores.values().forEach(KeyValueStore::close);
    }

    /** The process ends between two instructions: the folder is what it was at that moment. */
    void kill() throws IOException {
        endWith(momentOfDeath());
    }

    /** The machine loses its power between two instructions: the folder is what was on the disk. */
    void losePower(Random random) throws IOException {
        if (mistake == Mistake.TABLES_ARE_NOT_SYNCED) {
            synced.forgetTables();
        }
        Map<Path, Long> before = synced.lengths();
        Path moment = momentOfDeath();
        for (int i = 0; i < MOST_COPIES && !before.equals(synced.lengths()); i++) {
            Folders.delete(moment);
            before = synced.lengths();
            moment = momentOfDeath();
        }
        synced.losePower(moment, folder, random);
        endWith(moment);
    }

    private Path momentOfDeath() throws IOException {
        Path moment = folder.resolveSibling("moment");
        copyOfAMoment(folder, moment);
        return moment;
    }

    private void endWith(Path moment) throws IOException {
        stores.values().forEach(KeyValueStore::close);
        uncommitted.values().forEach(List::clear);
        Folders.delete(folder);
        Files.move(moment, folder);
    }

    /** A fault ended the stream thread: its transaction is aborted. */
    void abort() {
        if (mistake == Mistake.ABORTED_IS_KEPT) {
            NAMES.forEach(name -> stores.get(name)
                    .commit(Map.of(changelog(name), changelogs.get(name).size() - 1L)));
        }
        stores.values().forEach(KeyValueStore::close);
        uncommitted.values().forEach(List::clear);
    }

    /** A fault ended the stream thread, another takes its place. */
    void replaceThread(Duration usualRetention) throws IOException {
        abort();
        assign(usualRetention);
    }

    private static TopicPartition changelog(String name) {
        return new TopicPartition("hapax-" + name + "-changelog", 0);
    }

    private boolean isEmpty() throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    /** What a crash at one moment leaves. RocksDB writes meanwhile: a copy of two moments is no copy. */
    static void copyOfAMoment(Path from, Path to) throws IOException {
        for (int i = 0; i < MOST_COPIES; i++) {
            Map<Path, Long> before = sizes(from);
            try {
                copy(from, to);
                if (before.equals(sizes(from))) {
                    return;
                }
            } catch (NoSuchFileException | UncheckedIOException e) {
                // A file went while it was copied.
            }
            Folders.delete(to);
        }
        throw new IOException("nothing stayed as it was for as long as a copy takes");
    }

    private static Map<Path, Long> sizes(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .collect(
                            Collectors.toMap(file -> file, file -> file.toFile().length()));
        }
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
