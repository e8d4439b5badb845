package io.hapax.lab.demo;

/** Where a command lies on {@code payment-commands}. */
record Origin(int partition, long offset) implements Comparable<Origin> {
    @Override
    public int compareTo(Origin other) {
        int byPartition = Integer.compare(partition, other.partition);
        return byPartition != 0 ? byPartition : Long.compare(offset, other.offset);
    }
}
