package io.hapax.storm.check;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The clocks of the stream app's tasks, as clients can know them. A task has one for each partition: the latest time
 * that a broker stamped on a command there. It is at least the machine's clock for whoever looks a key up. A broker
 * whose clock is ahead takes the tasks of its partitions along, from then on and not before.
 */
final class TaskClocks {
    /** Clocks of one machine, read by two processes that both take their time. */
    private static final long CLOCKS_MS = 50;

    /** By partition: from when on, by the clients' clock, the task may have had so late a time. Both ascend. */
    private final Map<Integer, NavigableMap<Long, Long>> sinceByTime = new HashMap<>();

    /**
     * Notes what a broker stamped.
     *
     * @param partition of the task that reads it
     * @param stampedMs the time of the record, by the broker's clock
     * @param sinceMs a time by the clients' clock before which it was not there
     */
    void stamped(int partition, long stampedMs, long sinceMs) {
        NavigableMap<Long, Long> known = sinceByTime.computeIfAbsent(partition, none -> new TreeMap<>());
        var later = known.ceilingEntry(stampedMs);
        if (later == null || later.getValue() > sinceMs) {
            known.put(stampedMs, sinceMs);
            known.headMap(stampedMs).values().removeIf(since -> since >= sinceMs);
        }
    }

    /** The earliest time, by the clients' clock, at which the task's clock may have shown that time. */
    long earliestMs(int partition, long timeMs) {
        var ahead = sinceByTime.getOrDefault(partition, new TreeMap<>()).ceilingEntry(timeMs - CLOCKS_MS);
        return ahead == null ? timeMs - CLOCKS_MS : Math.min(timeMs - CLOCKS_MS, ahead.getValue());
    }
}
