package io.hapax.tools.replay;

import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The conditions for the commands of a replay. A command must meet all conditions that are given.
 *
 * @param since appended at this time or later
 * @param until appended before this time
 * @param from offset at which to start, by partition of {@code payment-commands}
 * @param to offset before which to end, by partition: the end of the log when the replay was asked for, or earlier
 * @param clients clients whose commands are selected; empty: all clients
 * @param keys idempotency keys; empty: all keys
 */
record ReplaySelection(
        @Nullable Instant since,
        @Nullable Instant until,
        Map<Integer, Long> from,
        Map<Integer, Long> to,
        Set<String> clients,
        Set<String> keys) {

    /** True if the offsets alone select no command. */
    boolean selectsNothing() {
        return to.entrySet().stream().allMatch(end -> end.getValue() <= from.getOrDefault(end.getKey(), 0L));
    }

    boolean selects(ConsumerRecord<byte[], byte[]> found, PaymentKey key) {
        Instant appended = Instant.ofEpochMilli(found.timestamp());
        return found.offset() < to.getOrDefault(found.partition(), 0L)
                && found.offset() >= from.getOrDefault(found.partition(), 0L)
                && (since == null || !appended.isBefore(since))
                && (until == null || appended.isBefore(until))
                && (clients.isEmpty() || clients.contains(key.clientId()))
                && (keys.isEmpty() || keys.contains(key.idempotencyKey()));
    }
}
