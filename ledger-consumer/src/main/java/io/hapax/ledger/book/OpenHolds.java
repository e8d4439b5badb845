package io.hapax.ledger.book;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The money that is held in some partitions, and what holds it.
 *
 * @param reservations that are open
 * @param heldMinor what they hold, in minor units by currency: a sum may be more than 64 bits hold
 * @param firstEnd when the first of them is over; null if there is none
 */
public record OpenHolds(
        long reservations,
        Map<String, BigDecimal> heldMinor,
        @Nullable Instant firstEnd) {}
