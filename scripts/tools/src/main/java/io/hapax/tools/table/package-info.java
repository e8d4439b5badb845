/** Files of rows, as people bring them: CSV or JSON lines. What is doubtful is refused, with its place. */
@NullMarked
package io.hapax.tools.table;

import org.jspecify.annotations.NullMarked;
