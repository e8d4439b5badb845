package io.hapax.insight;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The lateness of a client's commands, first ones and retries alike. It is the time between the first sending of the
 * payment, as the client says it, and the broker's time of the command. It decides whether an unknown key is refused.
 *
 * <p>What is seen counts half after four weeks: a client that has changed is believed in time.
 */
public final class Lateness {
    private static final long HALVED_AFTER_MS = 28 * 24 * 3_600_000L;

    private final DelayHistogram delays = new DelayHistogram();
    private long timeless;
    private long halvedMs = Long.MIN_VALUE;

    /** @param firstSentMs null if the command does not say */
    void sent(long atMs, @Nullable Long firstSentMs) {
        if (halvedMs == Long.MIN_VALUE) {
            halvedMs = atMs;
        } else if (atMs - halvedMs >= HALVED_AFTER_MS) {
            halvedMs = atMs;
            delays.halve();
            timeless /= 2;
        }
        if (firstSentMs == null) {
            timeless++;
        } else {
            delays.add(Math.max(0, atMs - firstSentMs));
        }
    }

    /** Commands by how late they came. */
    public DelayHistogram delays() {
        return delays;
    }

    /** Commands that did not say when they were first sent: those can't be refused as too late. */
    public long timeless() {
        return timeless;
    }

    void write(DataOutput out) throws IOException {
        delays.write(out);
        out.writeLong(timeless);
        out.writeLong(halvedMs);
    }

    void read(DataInput in) throws IOException {
        delays.read(in);
        timeless = in.readLong();
        halvedMs = in.readLong();
    }
}
