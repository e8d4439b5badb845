package io.hapax.ledger.book;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The ends of a partition's open holds.
 *
 * @param first of all of them
 * @param lastOver the last of those that are over, of so many as were asked for; null if none is over
 */
public record HoldTimes(Instant first, @Nullable Instant lastOver) {}
