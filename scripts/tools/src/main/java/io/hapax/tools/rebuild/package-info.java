/** {@code hapax rebuild}: a second ledger from the topics. */
@NullMarked
package io.hapax.tools.rebuild;

import org.jspecify.annotations.NullMarked;
