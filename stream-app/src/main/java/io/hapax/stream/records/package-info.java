/** Where idempotency records live: two RocksDB stores of Kafka Streams, and the bytes in them. */
@NullMarked
package io.hapax.stream.records;

import org.jspecify.annotations.NullMarked;
