package io.hapax.ledger.book;

import java.math.BigDecimal;
import java.util.Map;

/**
 * The money that is held in some partitions, and what holds it.
 *
 * @param reservations that are open
 * @param heldMinor what they hold, in minor units by currency: a sum may be more than 64 bits hold
 */
public record OpenHolds(long reservations, Map<String, BigDecimal> heldMinor) {}
