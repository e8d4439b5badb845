/**
 * What topics and balances say of each other: reconciliation, rebuilding, audit, replay and the timeline of one key. Reads
 * live tables and topics, never changes them.
 */
@NullMarked
package io.hapax.tools.reconcile;

import org.jspecify.annotations.NullMarked;
