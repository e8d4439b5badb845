package io.hapax.insight;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * A comparison of one hour of a client with the busiest hour of seven days of its own past. Today and yesterday are
 * not past yet: what begins slowly must not count as usual an hour later, nor after midnight.
 */
final class OwnPast {
    private static final long DAY_MS = 24 * 3_600_000L;
    private static final int DAYS = 9;
    private static final int NO_PAST_YET = 2;

    private final SlidingHour hour = new SlidingHour();
    private final int[] peaks = new int[DAYS];
    private long today = Long.MIN_VALUE;
    private long firstDay = Long.MIN_VALUE;

    void add(long atMs) {
        hour.add(atMs);
        moveTo(Math.floorDiv(atMs, DAY_MS));
        int place = Math.floorMod(today, DAYS);
        peaks[place] = Math.max(peaks[place], hour.total(atMs));
    }

    /** Lets time pass at a client to whom it did not happen. */
    void pass(long atMs) {
        moveTo(Math.floorDiv(atMs, DAY_MS));
    }

    int lastHour(long nowMs) {
        return hour.total(nowMs);
    }

    /** In the busiest hour of the seven days before yesterday. */
    int busiestHour() {
        int busiest = 0;
        for (long day = today - DAYS + 1; day <= today - NO_PAST_YET; day++) {
            busiest = Math.max(busiest, peaks[Math.floorMod(day, DAYS)]);
        }
        return busiest;
    }

    /** False in a client's first eight days, when a week's busiest hour may be still to come. */
    boolean hasPast() {
        return today - firstDay >= DAYS - 1;
    }

    private void moveTo(long day) {
        if (firstDay == Long.MIN_VALUE) {
            firstDay = day;
            today = day;
        }
        if (day - DAYS > today) {
            // None of the days that are remembered: whatever the distance, a glance is enough.
            Arrays.fill(peaks, 0);
            today = day;
        }
        while (today < day) {
            today++;
            peaks[Math.floorMod(today, DAYS)] = 0;
        }
    }

    void write(DataOutput out) throws IOException {
        hour.write(out);
        out.writeLong(today);
        out.writeLong(firstDay);
        for (int peak : peaks) {
            out.writeInt(peak);
        }
    }

    void read(DataInput in) throws IOException {
        hour.read(in);
        today = in.readLong();
        firstDay = in.readLong();
        for (int i = 0; i < DAYS; i++) {
            peaks[i] = in.readInt();
        }
    }
}
