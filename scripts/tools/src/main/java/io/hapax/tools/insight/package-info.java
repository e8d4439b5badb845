/** {@code hapax insight}: how clients use their keys. */
@NullMarked
package io.hapax.tools.insight;

import org.jspecify.annotations.NullMarked;
