package io.hapax.lab.simulation;

import io.hapax.lab.simulation.SimulatedLedger.Fate;
import io.hapax.stream.decision.RetentionSchedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** One run of the simulated world from one seed. The same seed gives the same run, to the last step. */
public final class Simulation {
    /** Small enough that keys expire many times in a run. */
    private static final RetentionSchedule POLICY =
            new RetentionSchedule(Duration.ofMinutes(10), Duration.ofSeconds(30), Duration.ofSeconds(20));

    private static final long START_MS = 1_767_225_600_000L;
    private static final long OPENING_BALANCE_MINOR = 100;
    private static final int MOST_STEPS = 600;

    /** Longer than any clock is ahead, and than any hold. */
    private static final Duration AFTER_ALL_HOLDS = Duration.ofDays(500);

    private final long seed;
    private final Random random;
    private final Topics topics;
    private final Witness witness;
    private final HoldsWitness holds;
    private final SimulatedClients clients;
    private final SimulatedPolicies policies = new SimulatedPolicies();
    private final SimulatedLedger ledger;
    private final List<SimulatedTask> tasks = new ArrayList<>();

    /** Those of each task. */
    private final List<SimulatedStores> stores = new ArrayList<>();

    /** What each task's instance has read of the policies. */
    private final List<SimulatedPolicies.View> views = new ArrayList<>();

    private long nowMs = START_MS;
    private int step;

    private Simulation(long seed, PlantedBug bug) {
        this.seed = seed;
        this.random = new Random(seed);
        int partitions = 1 + random.nextInt(3);
        this.topics = new Topics(partitions, new BrokerClocks(seed, partitions, START_MS));
        Map<String, Long> balances = new HashMap<>();
        SimulatedClients.ACCOUNTS.forEach(account -> balances.put(account, OPENING_BALANCE_MINOR));
        this.witness = new Witness(POLICY, OPENING_BALANCE_MINOR * balances.size(), Witness.Content.EMPTY);
        this.clients = new SimulatedClients(random, POLICY, topics, witness, policies);
        this.holds = new HoldsWitness(balances);
        this.ledger = new SimulatedLedger(
                topics, witness, SimulatedLedger.Content.of(topics.partitions, balances), bug.ofLedger(), holds);
        for (int partition = 0; partition < topics.partitions; partition++) {
            SimulatedPolicies.View view = policies.new View();
            views.add(view);
            stores.add(new SimulatedStores(bug.ofStores()));
            tasks.add(new SimulatedTask(partition, topics, POLICY, view, witness, bug, SimulatedTask.Content.EMPTY));
        }
    }

    /**
     * Runs a seed.
     *
     * @throws BrokenPromiseException with seed and step in its message, if a promise is broken
     */
    public static Report run(long seed, PlantedBug bug) {
        Simulation simulation = new Simulation(seed, bug);
        try {
            return simulation.run();
        } catch (BrokenPromiseException e) {
            BrokenPromiseException located = new BrokenPromiseException(
                    e.promise(), "seed " + seed + ", step " + simulation.step + ": " + e.getMessage());
            located.addSuppressed(e);
            throw located;
        }
    }

    private Report run() {
        int steps = 100 + random.nextInt(MOST_STEPS - 100);
        for (step = 0; step < steps; step++) {
            act();
        }
        comeToRest();
        witness.end();
        holds.end();
        Map<Object, Integer> counts = new HashMap<>(witness.counts());
        counts.putAll(holds.counts());
        return new Report(seed, step, Map.copyOf(counts));
    }

    /** Takes one random action. */
    private void act() {
        int choice = random.nextInt(100);
        if (choice < 20) {
            clients.send(nowMs);
        } else if (choice < 40) {
            clients.deliver(nowMs);
        } else if (choice < 65) {
            anyTask().readOne(random, nowMs);
        } else if (choice < 76) {
            commit(random.nextInt(tasks.size()), random.nextInt(4) == 0);
        } else if (choice < 79) {
            crash(random.nextInt(tasks.size()));
        } else if (choice < 90) {
            workOfLedger();
        } else if (choice < 92) {
            anyTask().sweep(nowMs);
        } else if (choice < 94) {
            policies.change(random);
        } else if (choice < 96) {
            hearOfPolicies(random.nextInt(tasks.size()));
        } else {
            timePasses();
        }
    }

    private void commit(int partition, boolean flushed) {
        tasks.get(partition).commit();
        stores.get(partition).committed(tasks.get(partition).tables(), flushed);
    }

    private void crash(int partition) {
        SimulatedTask task = tasks.get(partition);
        boolean keepsStore = random.nextInt(3) == 0;
        boolean movesOn = random.nextBoolean();
        if (keepsStore && !movesOn && task.mayKeepItsStoreInACrash()) {
            task.crashAndKeepTheStore();
        } else {
            crash(partition, movesOn);
        }
        if (movesOn) {
            views.get(partition).restart(random);
        }
    }

    private void crash(int partition, boolean movesOn) {
        SimulatedStores left = stores.get(partition);
        SimulatedTask task = tasks.get(partition);
        switch (CrashPoint.values()[random.nextInt(CrashPoint.values().length)]) {
            case ABORTED -> left.aborted(task.tables());
            case BEFORE_THE_COMMIT -> left.killed(task.tables());
            case BEFORE_THE_STORE_HEARS -> commit(partition, false);
            case AFTER_A_FLUSH -> commit(partition, true);
        }
        if (movesOn) {
            left.moveOn();
        }
        task.crash(left.restored());
    }

    /** A moment at which a process dies, seen from its transaction. */
    private enum CrashPoint {
        /** The transaction alone ends. The process goes on. */
        ABORTED,
        BEFORE_THE_COMMIT,
        /** Kafka has committed it. */
        BEFORE_THE_STORE_HEARS,
        /** The store has made it durable. */
        AFTER_A_FLUSH
    }

    private void hearOfPolicies(int partition) {
        tasks.get(partition).hasHeardOfPolicies();
        views.get(partition).readOn(random);
    }

    private void workOfLedger() {
        int partition = random.nextInt(topics.partitions);
        switch (random.nextInt(30)) {
            case 0 -> ledger.loseNext(partition);
            case 1 -> ledger.setBack(partition, 1 + random.nextInt(5));
            case 2, 3 -> tellTheTime(partition);
            default -> {
                int atMost = Math.min(1 + random.nextInt(8), ledger.unread(partition));
                if (atMost > 0) {
                    ledger.work(partition, atMost, fate(atMost), nowMs);
                }
            }
        }
    }

    /** Two owners of a partition may look at the same time. */
    private void tellTheTime(int partition) {
        int owners = random.nextInt(4) == 0 ? 2 : 1;
        for (int i = 0; i < owners; i++) {
            ledger.tellTheTime(partition, nowMs);
        }
    }

    private Fate fate(int batch) {
        return switch (random.nextInt(25)) {
            case 0, 1 -> Fate.losing(random.nextInt(batch));
            case 2, 3, 4, 5 -> Fate.dyingAfter(random.nextInt(batch + 1));
            default -> Fate.GOOD;
        };
    }

    private void timePasses() {
        nowMs += switch (random.nextInt(12)) {
            case 0 -> POLICY.lease().toMillis();
            case 1 -> random.nextLong(POLICY.retention().toMillis());
            case 2 -> random.nextInt(3) == 0 ? POLICY.retention().toMillis() : 1;
            default -> random.nextLong(5_000);
        };
    }

    private void comeToRest() {
        while (clients.hasUnderway()) {
            clients.deliver(nowMs);
        }
        step += new Rest(tasks, ledger, POLICY.lease(), (task, atMs) -> task.readOne(random, atMs)).reach(nowMs);
        long afterAllHoldsMs = nowMs + AFTER_ALL_HOLDS.toMillis();
        for (int partition = 0; partition < topics.partitions; partition++) {
            ledger.tellTheTime(partition, afterAllHoldsMs);
            ledger.work(partition, Integer.MAX_VALUE, Fate.GOOD, afterAllHoldsMs);
        }
    }

    private SimulatedTask anyTask() {
        return tasks.get(random.nextInt(tasks.size()));
    }

    /**
     * The result of one run.
     *
     * @param answers number of answers by kind, and of reservations by their ends
     */
    public record Report(long seed, int steps, Map<?, Integer> answers) {}
}
