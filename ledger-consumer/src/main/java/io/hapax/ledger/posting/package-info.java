/**
 * The posting rule: what becomes of a payment, given what the ledger holds. Plain Java: no database, topic, wire type,
 * clock or logger belongs here.
 */
@NullMarked
package io.hapax.ledger.posting;

import org.jspecify.annotations.NullMarked;
