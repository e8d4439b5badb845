/** The translation between the domain and Avro: wire values in, wire values out, nothing decided. */
@NullMarked
package io.hapax.stream.wire;

import org.jspecify.annotations.NullMarked;
