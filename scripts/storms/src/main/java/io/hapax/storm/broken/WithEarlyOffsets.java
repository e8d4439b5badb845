package io.hapax.storm.broken;

import io.hapax.ledger.LedgerConsumer;

/** A ledger consumer that notes that a batch is dealt with before it is booked and published. */
final class WithEarlyOffsets {
    private WithEarlyOffsets() {}

    public static void main(String[] args) {
        LedgerConsumer.start((book, publish, commitOffsets) -> {
            commitOffsets.run();
            book.run();
            publish.run();
        });
    }
}
