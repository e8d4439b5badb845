/** The trail of what operators did and tried to do: the records on {@code operator-audit}, and their writers. */
@NullMarked
package io.hapax.tools.trail;

import org.jspecify.annotations.NullMarked;
