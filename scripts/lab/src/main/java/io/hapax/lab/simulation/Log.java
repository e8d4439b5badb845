package io.hapax.lab.simulation;

import java.util.ArrayList;
import java.util.List;

/** One partition of a topic: its records by offset. */
final class Log<T> {
    /** @param timestampMs event time of the record */
    record Entry<T>(long offset, long timestampMs, T value) {}

    /**
     * A log, as a value.
     *
     * @param first offset of the first entry; nobody reads what came before it
     */
    record Content<T>(long first, List<Entry<T>> entries) {
        Content {
            entries = List.copyOf(entries);
        }

        static <T> Content<T> empty() {
            return new Content<>(0, List.of());
        }
    }

    private final Content<T> set;
    private final long first;

    /** Those of the content, until one is appended. */
    private List<Entry<T>> entries;

    private boolean appended;

    Log(Content<T> content) {
        this.set = content;
        this.first = content.first();
        this.entries = content.entries();
    }

    /** All entries from that offset on. */
    Content<T> contentFrom(long offset) {
        return offset == first && !appended
                ? set
                : new Content<>(offset, entries.subList((int) (offset - first), entries.size()));
    }

    long append(long timestampMs, T value) {
        if (!appended) {
            entries = new ArrayList<>(entries);
            appended = true;
        }
        entries.add(new Entry<>(end(), timestampMs, value));
        return end() - 1;
    }

    boolean has(long offset) {
        return offset < end();
    }

    Entry<T> at(long offset) {
        return entries.get((int) (offset - first));
    }

    long end() {
        return first + entries.size();
    }
}
