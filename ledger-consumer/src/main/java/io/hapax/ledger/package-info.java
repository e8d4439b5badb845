/** The ledger consumer: its settings and the wiring of its parts. */
@NullMarked
package io.hapax.ledger;

import org.jspecify.annotations.NullMarked;
