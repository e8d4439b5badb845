package io.hapax.storm.world;

import io.hapax.storm.history.RunFacts;
import java.time.Duration;

/**
 * The choices that make the world of a storm.
 *
 * @param brokers number of brokers, 1 or 3
 * @param protocol the stream app's protocol for its group: {@code classic} or {@code streams}
 * @param standbys copies of each store on another instance
 * @param smallDisks whether broker, database and stores lie on small disks that can be filled, where this
 *     machine has any
 * @param streamApp main class of the stream app
 * @param ledgerConsumer main class of the ledger consumer
 */
public record StormSettings(
        int brokers, String protocol, int standbys, boolean smallDisks, Class<?> streamApp, Class<?> ledgerConsumer) {
    /** Enough for two instances with two threads each, and few for a machine that runs everything. */
    public static final int PARTITIONS = 4;

    public static final int INSTANCES = 2;

    /** The shortest that the app takes: keys expire in a run that lasts longer. */
    public static final Duration RETENTION = Duration.ofMinutes(5);

    /** Short, so that the ledger is asked about payments whose outcome is late. */
    public static final Duration LEASE = Duration.ofSeconds(10);

    /** The app's default. */
    private static final Duration ALLOWED_SKEW = Duration.ofMinutes(1);

    static RunFacts.Times times() {
        return new RunFacts.Times(RETENTION.toMillis(), ALLOWED_SKEW.toMillis(), LEASE.toMillis(), 0);
    }
}
