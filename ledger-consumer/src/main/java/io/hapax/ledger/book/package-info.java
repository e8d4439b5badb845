/** The book: the ledger's PostgreSQL tables, the set-based statements on them, and the accounts kept in them. */
@NullMarked
package io.hapax.ledger.book;

import org.jspecify.annotations.NullMarked;
