/**
 * Kafka's side of the ledger: events in, outcomes and dead letters out, and the loop that ties them to the book. No
 * decision about a payment belongs here.
 */
@NullMarked
package io.hapax.ledger.consume;

import org.jspecify.annotations.NullMarked;
