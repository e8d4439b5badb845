/**
 * The rule that makes a payment happen once, in plain Java: commands, what is remembered of them, and what is decided.
 *
 * <p>No Kafka, Avro, store, clock or logger: time comes in as a parameter, and every answer is a value.
 */
@NullMarked
package io.hapax.stream.decision;

import org.jspecify.annotations.NullMarked;
