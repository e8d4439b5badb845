/** Files of rows, in CSV or JSON lines. A row whose meaning is in doubt is refused, with its place. */
@NullMarked
package io.hapax.tools.table;

import org.jspecify.annotations.NullMarked;
