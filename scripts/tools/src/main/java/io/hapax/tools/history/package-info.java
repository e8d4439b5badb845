/** The history of one payment: its events, and the words for the records that tell of them. */
@NullMarked
package io.hapax.tools.history;

import org.jspecify.annotations.NullMarked;
