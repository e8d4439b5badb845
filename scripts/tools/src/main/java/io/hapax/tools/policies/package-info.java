/** {@code hapax policies}: retention by client. */
@NullMarked
package io.hapax.tools.policies;

import org.jspecify.annotations.NullMarked;
