package io.hapax.ledger.book;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The ends of a partition's open holds.
 *
 * @param first of all of them
 * @param over how many of those whose time is over were counted, in the order of their ends
 * @param lastOver the last of these; null if there is none
 */
public record HoldTimes(Instant first, int over, @Nullable Instant lastOver) {}
