package io.hapax.lab.simulation;

import io.hapax.stream.decision.IdempotencyRecord.Pending;
import java.util.UUID;

/**
 * An event to the ledger.
 *
 * @param inquiry true for an inquiry, false for a post
 */
record LedgerMessage(boolean inquiry, UUID paymentId, Pending pending) {}
