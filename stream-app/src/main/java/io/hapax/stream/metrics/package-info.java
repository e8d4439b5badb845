/** The metrics of a payment's journey, and of the stores. */
@NullMarked
package io.hapax.stream.metrics;

import org.jspecify.annotations.NullMarked;
