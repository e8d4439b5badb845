/** {@code hapax accounts}: the accounts of the ledger. */
@NullMarked
package io.hapax.tools.accounts;

import org.jspecify.annotations.NullMarked;
