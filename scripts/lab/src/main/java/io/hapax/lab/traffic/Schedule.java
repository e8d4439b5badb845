package io.hapax.lab.traffic;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** A queue of actions by time. Actions of the same time come in the order in which they were added. */
final class Schedule<T> {
    private final PriorityQueue<Entry<T>> entries = new PriorityQueue<>();
    private long count;

    record Entry<T>(long atMs, long number, T what) implements Comparable<Entry<T>> {
        @Override
        public int compareTo(Entry<T> other) {
            int byTime = Long.compare(atMs, other.atMs);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    void at(long atMs, T what) {
        entries.add(new Entry<>(atMs, count++, what));
    }

    /** The next one that is due by then; null if none is. */
    @Nullable Entry<T> pollUntil(long untilMs) {
        Entry<T> next = entries.peek();
        return next == null || next.atMs > untilMs ? null : entries.poll();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }
}
