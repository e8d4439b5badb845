/** Where the domain meets Avro: wire values in, wire values out, nothing decided. */
@NullMarked
package io.hapax.stream.wire;

import org.jspecify.annotations.NullMarked;
