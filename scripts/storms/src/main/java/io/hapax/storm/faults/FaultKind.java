package io.hapax.storm.faults;

import io.hapax.storm.world.Disks;
import io.hapax.storm.world.StormWorld;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The kinds of faults. */
public enum FaultKind {
    KILL_STREAM_APP(AppFaults.kill(StormWorld.STREAM_APP)),
    KILL_LEDGER(AppFaults.kill(StormWorld.LEDGER_CONSUMER)),
    KILL_INSIGHT(AppFaults.kill(StormWorld.INSIGHT)),
    KILL_STREAM_APPS(AppFaults.killAll(StormWorld.STREAM_APP)),
    KILL_LEDGERS(AppFaults.killAll(StormWorld.LEDGER_CONSUMER)),
    PAUSE_STREAM_APP(AppFaults.pause(StormWorld.STREAM_APP)),
    PAUSE_LEDGER(AppFaults.pause(StormWorld.LEDGER_CONSUMER)),
    PAUSE_INSIGHT(AppFaults.pause(StormWorld.INSIGHT)),
    STOP_STREAM_APP(AppFaults.stop(StormWorld.STREAM_APP)),
    STOP_LEDGER(AppFaults.stop(StormWorld.LEDGER_CONSUMER)),
    RESTART_APPS(AppFaults.restartAllInTurn()),

    KILL_BROKER(BrokerFaults.kill(BrokerFaults.ONE)),
    PAUSE_BROKER(BrokerFaults.pause(BrokerFaults.ONE)),
    STOP_BROKER(BrokerFaults.stop(BrokerFaults.ONE), true),
    KILL_CONTROLLER(BrokerFaults.kill(BrokerFaults.CONTROLLER), true),
    PAUSE_CONTROLLER(BrokerFaults.pause(BrokerFaults.CONTROLLER), true),
    KILL_COORDINATOR(BrokerFaults.kill(BrokerFaults.COORDINATOR), true),
    KILL_TWO_BROKERS(BrokerFaults.kill(BrokerFaults.TWO), true),
    PAUSE_TWO_BROKERS(BrokerFaults.pause(BrokerFaults.TWO), true),
    KILL_ALL_BROKERS(BrokerFaults.kill(BrokerFaults.ALL), true),
    PAUSE_ALL_BROKERS(BrokerFaults.pause(BrokerFaults.ALL), true),
    RESTART_BROKERS(BrokerFaults.restartAllInTurn(), true),

    CRASH_DATABASE(DatabaseFaults.crash()),
    PAUSE_DATABASE(DatabaseFaults.pause()),
    CUT_DATABASE_CONNECTIONS(DatabaseFaults.cutConnections()),

    KILL_REGISTRY(RegistryFaults.kill()),
    REGISTRY_NOT_FOUND(RegistryFaults.answersNotFound()),

    DELETE_STATE(StateFaults.delete()),
    DAMAGE_STATE(StateFaults.damage()),
    OLD_STATE(StateFaults.bringBackOld()),

    FULL_DISK_OF_STORES(Disks.STORES),
    FULL_DISK_OF_BROKER(Disks.BROKER),
    FULL_DISK_OF_DATABASE(Disks.DATABASE),

    REBALANCE(WorldFaults.rebalance()),
    HANGING_TRANSACTION(WorldFaults.hangingTransaction()),
    CLOCK_AHEAD(WorldFaults.clockAhead()),
    MACHINE(WorldFaults.machine());

    /**
     * The longest until all instances are ready again. It is made of a session of the group (6 s), a broker's start,
     * the restoring of stores, and the 21 s after which an instance without tasks counts as standing by; on a machine
     * that runs everything.
     */
    private static final Duration RECOVERS_WITHIN = Duration.ofMinutes(2);

    private final Deed deed;
    private final boolean ofSeveralBrokers;
    private final @Nullable String disk;

    FaultKind(Deed deed) {
        this(deed, false);
    }

    /**
     * @param ofSeveralBrokers true if it is the same as another kind, or nothing, where there is one broker. Or if it
     *     loses the ends of transactions there: a broker that stops in order has no leaders for a while, and Kafka then
     *     leaves partitions out (KAFKA-20734)
     */
    FaultKind(Deed deed, boolean ofSeveralBrokers) {
        this.deed = deed;
        this.ofSeveralBrokers = ofSeveralBrokers;
        this.disk = null;
    }

    /** @param disk the owner of the disk that it fills, as {@link Disks} names it */
    FaultKind(String disk) {
        this.deed = DiskFaults.fill(disk);
        this.ofSeveralBrokers = false;
        this.disk = disk;
    }

    Deed deed() {
        return deed;
    }

    /** The time after the end of its cause within which all instances must be ready. */
    public Duration recoversWithin() {
        return RECOVERS_WITHIN;
    }

    /** True if it fills a disk, and so needs one that is small. */
    public boolean fillsDisk() {
        return disk != null;
    }

    /** True if there must be more than one broker. */
    public boolean needsSeveralBrokers() {
        return ofSeveralBrokers;
    }

    /**
     * True if much is refused for long after it, as is documented. Behind it a storm would put little to the test, so
     * it comes once, as the last one.
     */
    boolean comesLast() {
        return this == CLOCK_AHEAD;
    }

    /** False where this world cannot have it, or where it is the same as another kind. */
    boolean isPossible(StormWorld world) {
        boolean brokers = !ofSeveralBrokers || world.sandbox().brokers() > 1;
        return brokers && (disk == null || world.disks().of(disk).isPresent());
    }
}
