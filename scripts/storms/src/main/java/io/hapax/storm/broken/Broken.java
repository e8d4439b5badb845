package io.hapax.storm.broken;

import io.hapax.ledger.LedgerConsumer;
import io.hapax.stream.StreamApp;

/** A thing that is broken in the apps of a storm. */
public enum Broken {
    /** Nothing. */
    NOTHING(StreamApp.class, LedgerConsumer.class),
    /** Every command is a payment of its own. */
    DEDUPLICATION(WithoutDeduplication.class, LedgerConsumer.class),
    /** An instance that was taken for dead goes on deciding and settling beside its successor. */
    FENCING(WithoutFencing.class, LedgerConsumer.class),
    /** The ledger notes that a batch is dealt with before it is. */
    OFFSETS(StreamApp.class, WithEarlyOffsets.class),
    /** What a transaction wrote stays known when the transaction is rolled back. */
    STORE(WithUncommittedWrites.class, LedgerConsumer.class),
    /** A retry of a completed payment is told that it failed. */
    REPLAY(WithWrongReplays.class, LedgerConsumer.class);

    private final Class<?> streamApp;
    private final Class<?> ledgerConsumer;

    Broken(Class<?> streamApp, Class<?> ledgerConsumer) {
        this.streamApp = streamApp;
        this.ledgerConsumer = ledgerConsumer;
    }

    /** The main class of the stream app. */
    public Class<?> streamApp() {
        return streamApp;
    }

    /** The main class of the ledger consumer. */
    public Class<?> ledgerConsumer() {
        return ledgerConsumer;
    }
}
