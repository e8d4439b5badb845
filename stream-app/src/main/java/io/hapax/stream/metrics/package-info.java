/** What the app counts and measures on the way. */
@NullMarked
package io.hapax.stream.metrics;

import org.jspecify.annotations.NullMarked;
