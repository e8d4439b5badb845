/** {@code hapax explain}: what happened under one key. */
@NullMarked
package io.hapax.tools.explain;

import org.jspecify.annotations.NullMarked;
