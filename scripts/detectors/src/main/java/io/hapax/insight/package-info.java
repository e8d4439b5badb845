/**
 * How clients use their keys, and what of it a person should look at. Start with {@link io.hapax.insight.KeyInsight}.
 *
 * <p>Plain Java, like {@code io.hapax.stream.decision}: no Kafka, Avro, clock or logger; time comes with the facts. Nothing
 * here decides on a payment: it reads what was decided.
 */
@NullMarked
package io.hapax.insight;

import org.jspecify.annotations.NullMarked;
