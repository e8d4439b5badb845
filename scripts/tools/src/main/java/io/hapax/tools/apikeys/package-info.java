/** {@code hapax api-keys}: the keys of the gateway's clients. */
@NullMarked
package io.hapax.tools.apikeys;

import org.jspecify.annotations.NullMarked;
