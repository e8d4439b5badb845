package io.hapax.insight;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** A count of the events of the last hour, in twelve steps of five minutes. */
final class SlidingHour {
    private static final long STEP_MS = 5 * 60_000L;
    private static final int STEPS = 12;

    private final int[] counts = new int[STEPS];
    private long newest = Long.MIN_VALUE;
    private int total;

    /** Counts an event; one that is an hour older than the newest is not counted. */
    void add(long atMs) {
        long step = Math.floorDiv(atMs, STEP_MS);
        moveTo(step);
        if (step > newest - STEPS) {
            counts[Math.floorMod(step, STEPS)]++;
            total++;
        }
    }

    /** Events in the hour that ends then, or at the newest event. */
    int total(long nowMs) {
        if (newest != Long.MIN_VALUE) {
            moveTo(Math.floorDiv(nowMs, STEP_MS));
        }
        return total;
    }

    private void moveTo(long step) {
        if (step <= newest) {
            return;
        }
        // Without a difference: to a time that a broken saved state told, it would not fit into 64 bits.
        if (newest <= step - STEPS) {
            Arrays.fill(counts, 0);
            total = 0;
        } else {
            for (long passed = newest + 1; passed <= step; passed++) {
                int place = Math.floorMod(passed, STEPS);
                total -= counts[place];
                counts[place] = 0;
            }
        }
        newest = step;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(newest);
        for (int count : counts) {
            out.writeInt(count);
        }
    }

    void read(DataInput in) throws IOException {
        newest = in.readLong();
        total = 0;
        for (int i = 0; i < STEPS; i++) {
            counts[i] = in.readInt();
            total += counts[i];
        }
    }
}
