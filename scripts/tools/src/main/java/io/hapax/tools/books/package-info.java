/** The tables into which topics and ledger are read, to be compared. */
@NullMarked
package io.hapax.tools.books;

import org.jspecify.annotations.NullMarked;
