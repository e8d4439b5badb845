/**
 * Reconciliation: the command that compares the topics with the balances. It reads live tables and topics and
 * changes none of them.
 */
@NullMarked
package io.hapax.tools.reconcile;

import org.jspecify.annotations.NullMarked;
