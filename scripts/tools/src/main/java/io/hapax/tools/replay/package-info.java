/** {@code hapax replay}: commands are sent again. */
@NullMarked
package io.hapax.tools.replay;

import org.jspecify.annotations.NullMarked;
