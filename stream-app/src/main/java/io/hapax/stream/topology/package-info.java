/**
 * The journey of a command through Kafka Streams. Start with {@link io.hapax.stream.topology.PaymentTopology}.
 *
 * <p>Processors decode, ask the rule, encode: what is decided lies in {@code io.hapax.stream.decision}.
 */
@NullMarked
package io.hapax.stream.topology;

import org.jspecify.annotations.NullMarked;
