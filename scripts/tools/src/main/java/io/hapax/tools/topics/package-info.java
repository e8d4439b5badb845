/** {@code hapax topics}: topics and subjects as the apps need them. */
@NullMarked
package io.hapax.tools.topics;

import org.jspecify.annotations.NullMarked;
