/** The gateway's way into Kafka and back: commands sent, and the decision on just that command awaited. */
@NullMarked
package io.hapax.stream.gateway.journey;

import org.jspecify.annotations.NullMarked;
