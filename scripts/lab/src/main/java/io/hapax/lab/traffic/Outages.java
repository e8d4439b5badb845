package io.hapax.lab.traffic;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The times at which a part is down. */
final class Outages {
    private record Outage(long fromMs, long toMs) {}

    private final List<Outage> outages = new ArrayList<>();

    /** Random outages in the given time, each between the shortest and the longest. */
    Outages(Random random, long fromMs, long toMs, int count, long shortestMs, long longestMs) {
        for (int i = 0; i < count; i++) {
            long begin = fromMs + random.nextLong(toMs - fromMs);
            outages.add(new Outage(begin, begin + random.nextLong(shortestMs, longestMs)));
        }
    }

    /** The end of the outage at that time; the time itself when there is none. */
    long endOfOutageAt(long atMs) {
        for (Outage outage : outages) {
            if (atMs >= outage.fromMs && atMs < outage.toMs) {
                return outage.toMs;
            }
        }
        return atMs;
    }
}
