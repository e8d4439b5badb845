package io.hapax.lab.simulation;

import java.util.ArrayList;
import java.util.List;

/** One partition of a topic: its records by offset. */
final class Log<T> {
    /** @param timestampMs event time of the record */
    record Entry<T>(long offset, long timestampMs, T value) {}

    private final List<Entry<T>> entries = new ArrayList<>();

    long append(long timestampMs, T value) {
        entries.add(new Entry<>(entries.size(), timestampMs, value));
        return entries.size() - 1L;
    }

    boolean has(long offset) {
        return offset < entries.size();
    }

    Entry<T> at(long offset) {
        return entries.get((int) offset);
    }

    long end() {
        return entries.size();
    }

    static <T> List<Log<T>> partitions(int count) {
        List<Log<T>> logs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            logs.add(new Log<>());
        }
        return logs;
    }
}
