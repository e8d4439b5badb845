/**
 * The proof that this instance still owned the payments that it has looked up. An instance that stood still is taken
 * for dead by its group, and does not know.
 */
@NullMarked
package io.hapax.stream.ownership;

import org.jspecify.annotations.NullMarked;
