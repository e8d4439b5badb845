/** {@code hapax operator-audit}: what operators did. */
@NullMarked
package io.hapax.tools.operatoraudit;

import org.jspecify.annotations.NullMarked;
