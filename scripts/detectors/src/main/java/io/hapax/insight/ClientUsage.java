package io.hapax.insight;

import io.hapax.insight.UsageFact.Kind;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** The use that one client makes of its keys: counts of today and yesterday, and the delays of its retries. */
public final class ClientUsage {
    private static final long DAY_MS = 24 * 3_600_000L;

    private final int[] today = new int[Kind.COUNT];
    private final int[] yesterday = new int[Kind.COUNT];
    private final DelayHistogram delays = new DelayHistogram();
    private final Lateness lateness = new Lateness();
    private long day = Long.MIN_VALUE;
    private long keyCharacters;
    private long keys;

    void observe(UsageFact fact) {
        moveTo(Math.floorDiv(fact.atMs(), DAY_MS));
        today[fact.kind().place()]++;
        if (fact.kind().isFirst()) {
            keys++;
            keyCharacters += fact.idempotencyKey().length();
        }
        if (fact.kind() == Kind.REPLAYED || fact.kind() == Kind.IN_FLIGHT) {
            delays.add(fact.ageMs());
        }
    }

    private void moveTo(long to) {
        if (to <= day) {
            return;
        }
        for (int i = 0; i < today.length; i++) {
            yesterday[i] = to == day + 1 ? today[i] : 0;
            today[i] = 0;
        }
        day = to;
    }

    /** Commands of that kind today and yesterday (UTC). */
    public int count(Kind kind) {
        return today[kind.place()] + yesterday[kind.place()];
    }

    /** Commands today and yesterday. */
    public int commands() {
        int commands = 0;
        for (Kind kind : Kind.values()) {
            commands += count(kind);
        }
        return commands;
    }

    /** Different keys that were accepted today and yesterday. */
    public int distinctKeys() {
        return count(Kind.ACCEPTED) + count(Kind.FAILED);
    }

    /** Commands per accepted key. */
    public double attemptsPerKey() {
        int keysAccepted = distinctKeys();
        return keysAccepted == 0
                ? 0
                : (double) (keysAccepted + count(Kind.REPLAYED) + count(Kind.IN_FLIGHT)) / keysAccepted;
    }

    /** Share of commands whose key was known. */
    public double hitRate() {
        int commands = commands();
        return commands == 0
                ? 0
                : (double) (count(Kind.REPLAYED) + count(Kind.IN_FLIGHT) + count(Kind.CONFLICT)) / commands;
    }

    /** Characters of a key. */
    public double meanKeyLength() {
        return keys == 0 ? 0 : (double) keyCharacters / keys;
    }

    /** Delays of all retries, ever. */
    public DelayHistogram delays() {
        return delays;
    }

    /** The lateness of the client's commands. Empty while retention does not adapt. */
    public Lateness lateness() {
        return lateness;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(day);
        out.writeLong(keyCharacters);
        out.writeLong(keys);
        for (int i = 0; i < Kind.COUNT; i++) {
            out.writeInt(today[i]);
            out.writeInt(yesterday[i]);
        }
        delays.write(out);
        lateness.write(out);
    }

    void read(DataInput in) throws IOException {
        day = in.readLong();
        keyCharacters = in.readLong();
        keys = in.readLong();
        for (int i = 0; i < Kind.COUNT; i++) {
            today[i] = in.readInt();
            yesterday[i] = in.readInt();
        }
        delays.read(in);
        lateness.read(in);
    }
}
