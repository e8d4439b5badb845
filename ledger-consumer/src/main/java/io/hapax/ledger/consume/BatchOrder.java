package io.hapax.ledger.consume;

import java.sql.SQLException;

/**
 * The order of the three steps in which a batch of events is dealt with. Harnesses alone make another than
 * {@link #RIGHT}, to show that they notice.
 */
public interface BatchOrder {
    /** The only right order: dying anywhere repeats the batch, which posts nothing and gives the same outcomes. */
    BatchOrder RIGHT = (book, publish, commitOffsets) -> {
        book.run();
        publish.run();
        commitOffsets.run();
    };

    void run(Step book, Step publish, Step commitOffsets) throws SQLException;

    /** A step of a batch. */
    @FunctionalInterface
    interface Step {
        void run() throws SQLException;
    }
}
