/**
 * Avro on Kafka in Confluent's wire format: a zero byte, the schema's id in 4 bytes, Avro binary.
 *
 * <p>Kept thin on purpose: Apache Avro does the work, the registry is asked once per schema.
 */
@NullMarked
package io.hapax.serde;

import org.jspecify.annotations.NullMarked;
