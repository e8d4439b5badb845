package io.hapax.storm.history;

import java.util.List;
import java.util.Map;

/**
 * The end of a run, once every fault is healed and the load has been answered.
 *
 * @param healedMs when the last fault was healed
 * @param readMs when all of this was read
 * @param lags records not read, by {@code group/topic-partition}
 * @param ready whether each instance is ready, by name
 * @param pending payments that each instance says are pending, by name
 * @param uncommitted counts of records, by topic, as a consumer sees them that reads what was not committed
 * @param replicas partitions whose replicas were compared
 * @param tools what the operators' tools say
 */
public record RunEnd(
        long healedMs,
        long readMs,
        Map<String, Long> lags,
        Map<String, Boolean> ready,
        Map<String, Long> pending,
        Map<String, Long> uncommitted,
        List<Replicas> replicas,
        List<ToolVerdict> tools) {
    public RunEnd {
        lags = Map.copyOf(lags);
        ready = Map.copyOf(ready);
        pending = Map.copyOf(pending);
        uncommitted = Map.copyOf(uncommitted);
        replicas = List.copyOf(replicas);
        tools = List.copyOf(tools);
    }

    /**
     * The replicas of one partition, compared batch by batch.
     *
     * @param digests a digest of all batches from the first common offset to the last, by broker
     * @param inSync brokers that the leader counts as in sync
     */
    public record Replicas(String topic, int partition, Map<String, String> digests, List<String> inSync) {
        public Replicas {
            digests = Map.copyOf(digests);
            inSync = List.copyOf(inSync);
        }
    }

    /**
     * The word of a tool on the run.
     *
     * @param tool its command, such as {@code reconcile}
     * @param exitCode 0 if it holds that all is well
     * @param output its last lines
     */
    public record ToolVerdict(String tool, int exitCode, String output) {}
}
