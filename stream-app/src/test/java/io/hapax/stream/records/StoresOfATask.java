package io.hapax.stream.records;

import io.hapax.sandbox.Folders;
import io.hapax.stream.metrics.RebuildCause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.BatchingStateRestoreCallback;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The two stores of one task, opened, restored and closed as Kafka Streams 4.4 does it under exactly once, with their
 * changelogs in memory. It opens a task's stores once when the process starts and once more when the task is
 * assigned; it deletes the task's folder when a store there does not tell an offset, and after each end that was not
 * in order.
 */
final class StoresOfATask {
    static final String PENDING = "pending-payments";
    static final String ENDED = "ended-payments";
    private static final List<String> NAMES = List.of(PENDING, ENDED);

    private final Path folder;
    private final Map<String, List<KeyValue<byte[], byte[]>>> changelogs = new LinkedHashMap<>();
    private final Map<String, KeyValueStore<Bytes, byte[]>> stores = new LinkedHashMap<>();
    private final Map<String, BatchingStateRestoreCallback> restoring = new LinkedHashMap<>();
    private OpenStores process = new OpenStores();
    private long restored;

    /** @param application folder of the application */
    StoresOfATask(Path application) {
        this.folder = application.resolve("0_0");
        NAMES.forEach(name -> changelogs.put(name, new ArrayList<>()));
    }

    /** Another one, in another folder, with what the changelogs of this one hold now. */
    StoresOfATask copiedTo(Path application) throws IOException {
        StoresOfATask copy = new StoresOfATask(application);
        copy.changelogs.replaceAll((name, none) -> new ArrayList<>(changelogs.get(name)));
        copy(folder, copy.folder);
        return copy;
    }

    /** The folder of the task. */
    Path folder() {
        return folder;
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
        process = new OpenStores();
        restored = 0;
        if (!isEmpty()) {
            if (opened(usualRetention)) {
                NAMES.forEach(name -> stores.get(name)
                        .commit(Map.of(changelog(name), stores.get(name).committedOffset(changelog(name)))));
            }
            stores.values().forEach(KeyValueStore::close);
        }
        assign(usualRetention);
    }

    private void assign(Duration usualRetention) throws IOException {
        if (!opened(usualRetention)) {
            endWithAFault();
            if (!opened(usualRetention)) {
                throw new IllegalStateException("an empty folder has a past");
            }
        }
        for (String name : NAMES) {
            List<KeyValue<byte[], byte[]>> changelog = changelogs.get(name);
            Long offset = stores.get(name).committedOffset(changelog(name));
            List<KeyValue<byte[], byte[]>> missing =
                    changelog.subList(offset == null ? 0 : (int) (offset + 1), changelog.size());
            restored += missing.size();
            restoring.get(name).restoreAll(missing);
            commit(name);
        }
    }

    /** False if the folder has something in it and a store knows no offset. */
    private boolean opened(Duration usualRetention) throws IOException {
        boolean wasEmpty = isEmpty();
        stores.clear();
        boolean sound = true;
        for (String name : NAMES) {
            Duration usual = name.equals(PENDING) ? Duration.ZERO : usualRetention;
            KeyValueStore<Bytes, byte[]> store = process.supplier(name, usual).get();
            stores.put(name, store);
            store.init(new ContextOfATask(folder, (root, callback) -> restoring.put(name, callback)), store);
            if (Files.exists(folder.resolve(".checkpoint"))) {
                throw new IllegalStateException(
                        "Streams reads the file of an older version, and ends if it is damaged");
            }
            sound &= wasEmpty || store.committedOffset(changelog(name)) != null;
        }
        return sound;
    }

    void put(String name, Bytes key, byte[] value) {
        stores.get(name).put(key, value);
        changelogs.get(name).add(KeyValue.pair(key.get(), value));
    }

    /** The process ends in order. */
    void stop() {
        for (String name : NAMES) {
            commit(name);
            stores.get(name).close();
        }
    }

    /** The process ends between two instructions: the folder is what it was at that moment. */
    void kill() throws IOException {
        Path moment = folder.resolveSibling("moment");
        copy(folder, moment);
        stores.values().forEach(KeyValueStore::close);
        Folders.delete(folder);
        Files.move(moment, folder);
    }

    /** A fault ended the stream thread, another takes its place. */
    void replaceThread(Duration usualRetention) throws IOException {
        endWithAFault();
        assign(usualRetention);
    }

    private void endWithAFault() throws IOException {
        stores.values().forEach(KeyValueStore::close);
        Folders.delete(folder);
        Files.createDirectories(folder);
    }

    private void commit(String name) {
        stores.get(name).commit(Map.of(changelog(name), changelogs.get(name).size() - 1L));
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
