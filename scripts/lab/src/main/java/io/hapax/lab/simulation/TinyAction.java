package io.hapax.lab.simulation;

/**
 * One step of a tiny world.
 *
 * <p>A step that reads {@code commits} at once, or opens a transaction that will crash, or goes on in it.
 */
sealed interface TinyAction {
    /**
     * A command is read.
     *
     * @param appendedAt the tick at which the broker took it, now or before
     */
    record ReadCommand(
            int task, TinyClients.Sender sender, TinyClients.Intention intention, int appendedAt, boolean commits)
            implements TinyAction {}

    /** A task reads a record of another topic. */
    record Read(int task, SimulatedTask.Source source, boolean commits) implements TinyAction {}

    /** A task reads a command of another key, which does nothing but move its clock to now. */
    record MoveClock(int task) implements TinyAction {}

    /** A task looks for payments that have been pending for too long. */
    record Sweep(int task, boolean commits) implements TinyAction {}

    /** A task loses output and offsets of its open transaction, its store keeps what it holds, and it reads again. */
    record CrashAndKeepTheStore(int task, boolean commits) implements TinyAction {}

    /** A task dies, and goes on in an instance that has read so many policies. */
    record Crash(int task, int policies) implements TinyAction {}

    /** The ledger reads a batch. */
    record Work(int partition, int events, SimulatedLedger.Fate fate) implements TinyAction {}

    /** An event is deleted before the ledger has read it. */
    record LoseEvent(int partition) implements TinyAction {}

    /** The ledger reads events again. */
    record SetBack(int partition, int events) implements TinyAction {}

    /** Somebody publishes a policy, or takes it back. */
    record Publish(TinyPolicies.Choice choice) implements TinyAction {}

    /** A task's instance reads the next policy. */
    record Hear(int task) implements TinyAction {}

    /** Time passes. */
    record Tick() implements TinyAction {}
}
