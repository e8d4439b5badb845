package io.hapax.lab.demo;

/** The place of a command on {@code payment-commands}. */
record CommandOrigin(int partition, long offset) implements Comparable<CommandOrigin> {
    @Override
    public int compareTo(CommandOrigin other) {
        int byPartition = Integer.compare(partition, other.partition);
        return byPartition != 0 ? byPartition : Long.compare(offset, other.offset);
    }
}
