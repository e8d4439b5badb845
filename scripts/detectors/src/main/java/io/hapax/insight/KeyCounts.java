package io.hapax.insight;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The repetitions of a client's few busiest keys: their number, and how regular they are. */
final class KeyCounts {
    /** A loop is about one key or a handful; more are another kind of trouble. */
    private static final int MOST_KEYS = 8;

    private final long longestGapMs;
    private final List<Run> runs = new ArrayList<>(0);

    /** @param longestGap after a longer pause a key starts anew */
    KeyCounts(Duration longestGap) {
        this.longestGapMs = longestGap.toMillis();
    }

    /** The times at which one key came again. */
    static final class Run {
        final String key;
        int count;
        long firstMs;
        long lastMs;
        /** Welford's running mean and sum of squared deviations of the gaps. */
        double meanGapMs;

        double squaredGaps;

        Run(String key) {
            this.key = key;
        }

        private void add(long atMs) {
            if (count > 0) {
                double gap = Math.max(0, atMs - lastMs);
                double deviation = gap - meanGapMs;
                meanGapMs += deviation / count;
                squaredGaps += deviation * (gap - meanGapMs);
            } else {
                firstMs = atMs;
            }
            count++;
            lastMs = Math.max(lastMs, atMs);
        }

        private void startAnew() {
            count = 0;
            meanGapMs = 0;
            squaredGaps = 0;
        }

        /** Standard deviation of the gaps by their mean. */
        double irregularity() {
            return count < 3 || meanGapMs == 0 ? 0 : Math.sqrt(squaredGaps / (count - 2)) / meanGapMs;
        }
    }

    /** Counts one more time. */
    Run add(String key, long atMs) {
        Run run = runOf(key, atMs);
        if (atMs - run.lastMs > longestGapMs) {
            run.startAnew();
        }
        run.add(atMs);
        return run;
    }

    private Run runOf(String key, long atMs) {
        Run leastBusy = null;
        for (Run run : runs) {
            if (run.key.equals(key)) {
                return run;
            }
            if (leastBusy == null || weight(run, atMs) < weight(leastBusy, atMs)) {
                leastBusy = run;
            }
        }
        if (leastBusy != null && runs.size() >= MOST_KEYS) {
            runs.remove(leastBusy);
        }
        Run added = new Run(key);
        runs.add(added);
        return added;
    }

    private int weight(Run run, long atMs) {
        return atMs - run.lastMs > longestGapMs ? 0 : run.count;
    }

    void write(DataOutput out) throws IOException {
        out.writeByte(runs.size());
        for (Run run : runs) {
            out.writeUTF(run.key);
            out.writeInt(run.count);
            out.writeLong(run.firstMs);
            out.writeLong(run.lastMs);
            out.writeDouble(run.meanGapMs);
            out.writeDouble(run.squaredGaps);
        }
    }

    void read(DataInput in) throws IOException {
        int size = in.readByte();
        for (int i = 0; i < size; i++) {
            Run run = new Run(in.readUTF());
            run.count = in.readInt();
            run.firstMs = in.readLong();
            run.lastMs = in.readLong();
            run.meanGapMs = in.readDouble();
            run.squaredGaps = in.readDouble();
            runs.add(run);
        }
    }
}
