package io.hapax.lab.simulation;

import java.time.Duration;
import java.util.List;
import java.util.function.ObjLongConsumer;

/** The end of a run: without faults, until every message has arrived. Then no payment may be pending. */
final class Rest {
    /** Largest number of rounds until all work must be finished. A lease expires in each round. */
    private static final int MOST_ROUNDS = 60;

    private final List<SimulatedTask> tasks;
    private final SimulatedLedger ledger;
    private final Duration lease;
    private final ObjLongConsumer<SimulatedTask> readOne;

    /** @param readOne how a task reads a record, at a time in epoch milliseconds */
    Rest(List<SimulatedTask> tasks, SimulatedLedger ledger, Duration lease, ObjLongConsumer<SimulatedTask> readOne) {
        this.tasks = tasks;
        this.ledger = ledger;
        this.lease = lease;
        this.readOne = readOne;
    }

    /**
     * Lets everything come to rest.
     *
     * @return number of rounds that it took
     */
    int reach(long fromMs) {
        tasks.forEach(SimulatedTask::commit);
        for (int round = 0; round < MOST_ROUNDS; round++) {
            if (isReached()) {
                return round;
            }
            drain(fromMs + round * (lease.toMillis() + 1));
            long sweptAtMs = fromMs + (round + 1) * (lease.toMillis() + 1);
            for (SimulatedTask task : tasks) {
                task.sweep(sweptAtMs);
                task.commit();
            }
        }
        throw new BrokenPromiseException("everything comes to rest", "something stays pending");
    }

    private void drain(long nowMs) {
        for (SimulatedTask task : tasks) {
            while (task.hasInput()) {
                readOne.accept(task, nowMs);
                task.commit();
            }
        }
        for (int partition = 0; partition < tasks.size(); partition++) {
            ledger.work(partition, Integer.MAX_VALUE, SimulatedLedger.Fate.GOOD, nowMs);
        }
    }

    private boolean isReached() {
        return !ledger.hasInput() && tasks.stream().noneMatch(task -> task.hasInput() || task.hasPending());
    }
}
