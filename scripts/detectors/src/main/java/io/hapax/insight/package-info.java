/**
 * The detection of wrong use of idempotency keys: per client, and for a person to look at. Start with
 * {@link io.hapax.insight.KeyInsight}.
 *
 * <p>Plain Java, like {@code io.hapax.stream.decision}: no Kafka, Avro, clock or logger; time comes with the facts.
 * Nothing here decides on a payment: it reads what was decided.
 */
@NullMarked
package io.hapax.insight;

import org.jspecify.annotations.NullMarked;
