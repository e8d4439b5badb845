/** The stores of idempotency records: two RocksDB stores of Kafka Streams, and the format of their bytes. */
@NullMarked
package io.hapax.stream.records;

import org.jspecify.annotations.NullMarked;
