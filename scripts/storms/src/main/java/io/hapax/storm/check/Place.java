package io.hapax.storm.check;

/** A place in a topic. */
record Place(int partition, long offset) {
    @Override
    public String toString() {
        return partition + "@" + offset;
    }
}
