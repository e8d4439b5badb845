package io.hapax.topics;

/**
 * A position in a topic: a partition and an offset in it. Positions are ordered by partition, then by offset.
 *
 * <p>The position of a command in {@code payment-commands} is its origin. It names the command for ever, also when it
 * was rerouted since, so that a command that is read again is recognised as itself.
 */
public record LogPosition(int partition, long offset) implements Comparable<LogPosition> {

    /** Of a posting that came from no topic: an account's opening balance. */
    public static final LogPosition NONE = new LogPosition(-1, -1);

    /** True when this position stands behind {@code other} in the same partition. */
    public boolean isBehind(LogPosition other) {
        return partition == other.partition && offset > other.offset;
    }

    @Override
    public int compareTo(LogPosition other) {
        return partition == other.partition
                ? Long.compare(offset, other.offset)
                : Integer.compare(partition, other.partition);
    }
}
