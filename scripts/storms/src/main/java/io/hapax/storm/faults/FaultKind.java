package io.hapax.storm.faults;

import io.hapax.storm.world.Disks;
import io.hapax.storm.world.StormWorld;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;

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
    STOP_BROKER(BrokerFaults.stop(BrokerFaults.ONE)),
    KILL_CONTROLLER(BrokerFaults.kill(BrokerFaults.CONTROLLER), FaultKind::hasSeveralBrokers),
    PAUSE_CONTROLLER(BrokerFaults.pause(BrokerFaults.CONTROLLER), FaultKind::hasSeveralBrokers),
    KILL_COORDINATOR(BrokerFaults.kill(BrokerFaults.COORDINATOR), FaultKind::hasSeveralBrokers),
    KILL_TWO_BROKERS(BrokerFaults.kill(BrokerFaults.TWO), FaultKind::hasSeveralBrokers),
    PAUSE_TWO_BROKERS(BrokerFaults.pause(BrokerFaults.TWO), FaultKind::hasSeveralBrokers),
    KILL_ALL_BROKERS(BrokerFaults.kill(BrokerFaults.ALL), FaultKind::hasSeveralBrokers),
    PAUSE_ALL_BROKERS(BrokerFaults.pause(BrokerFaults.ALL), FaultKind::hasSeveralBrokers),
    RESTART_BROKERS(BrokerFaults.restartAllInTurn(), FaultKind::hasSeveralBrokers),

    CRASH_DATABASE(DatabaseFaults.crash()),
    PAUSE_DATABASE(DatabaseFaults.pause()),
    CUT_DATABASE_CONNECTIONS(DatabaseFaults.cutConnections()),

    KILL_REGISTRY(RegistryFaults.kill()),
    REGISTRY_NOT_FOUND(RegistryFaults.answersNotFound()),

    DELETE_STATE(StateFaults.delete()),
    DAMAGE_STATE(StateFaults.damage()),
    OLD_STATE(StateFaults.bringBackOld()),

    FULL_DISK_OF_STORES(
            DiskFaults.fill(Disks.STORES),
            world -> world.disks().of(Disks.STORES).isPresent()),
    FULL_DISK_OF_BROKER(
            DiskFaults.fill(Disks.BROKER),
            world -> world.disks().of(Disks.BROKER).isPresent()),
    FULL_DISK_OF_DATABASE(
            DiskFaults.fill(Disks.DATABASE),
            world -> world.disks().of(Disks.DATABASE).isPresent()),

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

    private static final Set<FaultKind> OF_DISKS =
            Set.of(FULL_DISK_OF_STORES, FULL_DISK_OF_BROKER, FULL_DISK_OF_DATABASE);

    private final Deed deed;
    private final Predicate<StormWorld> possible;

    FaultKind(Deed deed) {
        this(deed, world -> true);
    }

    FaultKind(Deed deed, Predicate<StormWorld> possible) {
        this.deed = deed;
        this.possible = possible;
    }

    private static boolean hasSeveralBrokers(StormWorld world) {
        return world.sandbox().brokers() > 1;
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
        return OF_DISKS.contains(this);
    }

    /** False where this world cannot have it, or where it is the same as another kind. */
    boolean isPossible(StormWorld world) {
        return possible.test(world);
    }
}
