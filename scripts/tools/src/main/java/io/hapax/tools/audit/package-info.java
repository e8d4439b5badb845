/** {@code hapax audit}: every command is decided again and compared. */
@NullMarked
package io.hapax.tools.audit;

import org.jspecify.annotations.NullMarked;
