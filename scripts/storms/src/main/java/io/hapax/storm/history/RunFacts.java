package io.hapax.storm.history;

import java.util.List;
import java.util.Map;

/**
 * The facts of a run that are known before and after it, but not from what it did.
 *
 * @param seed the seed of load and faults
 * @param options options of the command, by name
 * @param versions versions of the product, of Kafka, PostgreSQL and Java
 * @param beganMs when the load began
 * @param endedMs when the load ended
 * @param partitions partitions of each topic of the journey
 * @param instances processes of the apps, brokers, and the rest
 * @param times the times that the apps are set to
 * @param accounts accounts as they were opened
 */
public record RunFacts(
        long seed,
        Map<String, String> options,
        Map<String, String> versions,
        long beganMs,
        long endedMs,
        int partitions,
        List<Instance> instances,
        Times times,
        List<OpenedAccount> accounts) {
    public RunFacts {
        options = Map.copyOf(options);
        versions = Map.copyOf(versions);
        instances = List.copyOf(instances);
        accounts = List.copyOf(accounts);
    }

    /**
     * A process of the run, by whatever process id it has at the time.
     *
     * @param name its name in all records, such as {@code stream-app-1}
     * @param program what it runs, such as {@code stream-app}, {@code ledger-consumer}, {@code broker}
     */
    public record Instance(String name, String program) {}

    /**
     * The times that decide about answers.
     *
     * @param retentionMs how long an answer is kept after its settlement
     * @param allowedSkewMs by how much clocks of clients may be ahead
     * @param leaseMs how long a payment is pending before the ledger is asked about it
     * @param recallMs for how long after it was first sent a forgotten key is looked up in the ledger; 0 for never
     */
    public record Times(long retentionMs, long allowedSkewMs, long leaseMs, long recallMs) {}

    /**
     * An account as it was opened.
     *
     * @param limitMinor by how much it may go below zero
     * @param openingMinor what it was opened with
     * @param closed whether it was closed before the load began
     */
    public record OpenedAccount(String id, String currency, long limitMinor, long openingMinor, boolean closed) {}
}
