package io.hapax.lab.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * The clocks of the brokers that stamp commands. In one run of four, the clock of one partition's broker is ahead
 * from some moment on.
 */
final class BrokerClocks {
    private static final List<Duration> AHEAD =
            List.of(Duration.ofMinutes(9), Duration.ofHours(2), Duration.ofHours(25), Duration.ofDays(400));

    private final int wrongPartition;
    private final long aheadMs;
    private final long sinceMs;

    /**
     * Clocks of which one is ahead from a moment on.
     *
     * @param wrongPartition −1 for none
     */
    BrokerClocks(int wrongPartition, Duration ahead, long sinceMs) {
        this.wrongPartition = wrongPartition;
        this.aheadMs = ahead.toMillis();
        this.sinceMs = sinceMs;
    }

    /** @param seed of a chance of its own, so that a run is the same but for its clocks */
    BrokerClocks(long seed, int partitions, long startMs) {
        Random random = new Random(~seed);
        boolean allRight = random.nextInt(4) > 0;
        this.wrongPartition = allRight ? -1 : random.nextInt(partitions);
        this.aheadMs = AHEAD.get(random.nextInt(AHEAD.size())).toMillis();
        this.sinceMs = startMs + random.nextLong(Duration.ofMinutes(30).toMillis());
    }

    /**
     * The present time by the broker of a partition's commands. Another broker stamps the commands that are sent on
     * to that partition.
     */
    long ofCommands(int partition, long nowMs) {
        return partition == wrongPartition && nowMs >= sinceMs ? nowMs + aheadMs : nowMs;
    }

    boolean isAlwaysRight(int partition) {
        return partition != wrongPartition;
    }
}
