package io.hapax.ledger.consume;

/** The two worst moments to die at, between two systems that can't commit together. A seam for crash tests. */
interface CrashPoint {
    CrashPoint NONE = new CrashPoint() {};

    /** The batch is in the book, its outcomes are not published. */
    default void bookedButNotPublished() {}

    /** The outcomes are published, the offsets not committed. */
    default void publishedButNotCommitted() {}
}
