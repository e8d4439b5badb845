/** {@code hapax dead-letters}: records that could not be used. */
@NullMarked
package io.hapax.tools.deadletters;

import org.jspecify.annotations.NullMarked;
