package io.hapax.tools.audit;

import io.hapax.topics.LogPosition;
import io.hapax.topics.Topic;
import java.util.Map;
import java.util.Set;

/**
 * The offsets up to which decisions must exist: the app has read everything before them. All maps are by partition.
 *
 * @param partitions number of partitions of {@code payment-commands}
 * @param trimmed topics whose first records were deleted
 * @param starts offset at which the log of {@code payment-commands} starts
 * @param commands offset up to which the app has read {@code payment-commands}
 * @param rerouted offset up to which the app has read {@code payment-commands-rerouted}
 * @param outcomes offset up to which the app has read {@code ledger-outcomes}
 */
record AuditLimits(
        int partitions,
        Set<Topic> trimmed,
        Map<Integer, Long> starts,
        Map<Integer, Long> commands,
        Map<Integer, Long> rerouted,
        Map<Integer, Long> outcomes) {

    boolean isBeforeStart(LogPosition command) {
        return command.offset() < starts.getOrDefault(command.partition(), 0L);
    }

    boolean isRead(LogPosition command) {
        return isBefore(command.partition(), command.offset(), commands);
    }

    boolean isReroutedRead(int partition, long offset) {
        return isBefore(partition, offset, rerouted);
    }

    boolean isOutcomeRead(int partition, long offset) {
        return isBefore(partition, offset, outcomes);
    }

    private static boolean isBefore(int partition, long offset, Map<Integer, Long> limits) {
        return offset < limits.getOrDefault(partition, 0L);
    }
}
