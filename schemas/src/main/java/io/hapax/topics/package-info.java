/** Topics and keys: their names, settings and the one rule that maps a payment's key to a partition. */
@NullMarked
package io.hapax.topics;

import org.jspecify.annotations.NullMarked;
