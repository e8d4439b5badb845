/** Tests that start every part for real; what they say of a kill, they kill for. */
@NullMarked
package io.hapax.sandbox;

import org.jspecify.annotations.NullMarked;
