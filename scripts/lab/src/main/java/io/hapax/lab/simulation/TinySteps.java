package io.hapax.lab.simulation;

import io.hapax.lab.simulation.SimulatedLedger.Fate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** The steps that may come next in a state of a tiny world. */
final class TinySteps {
    private final TinyWorldSize size;
    private final TinyState state;
    private final TinyState.Spent spent;
    private final List<SimulatedTask> tasks;
    private final SimulatedLedger ledger;

    /**
     * @param tasks as they are in that state
     * @param ledger as it is in that state
     */
    TinySteps(TinyWorldSize size, TinyState state, List<SimulatedTask> tasks, SimulatedLedger ledger) {
        this.size = size;
        this.state = state;
        this.spent = state.spent();
        this.tasks = tasks;
        this.ledger = ledger;
    }

    /** All steps that may come next. */
    List<TinyAction> all() {
        List<TinyAction> actions = new ArrayList<>();
        boolean open = tasks.stream().anyMatch(SimulatedTask::hasUncommitted);
        for (int task = 0; task < tasks.size(); task++) {
            addActionsOfTask(task, actions::add);
        }
        if (!open) {
            for (int partition = 0; partition < tasks.size(); partition++) {
                addActionsOfLedger(partition, actions::add);
            }
            addActionsOfPolicies(actions::add);
        }
        if (spent.ticks() < size.ticks()) {
            actions.add(new TinyAction.Tick());
        }
        return actions;
    }

    private void addActionsOfTask(int task, Consumer<TinyAction> actions) {
        boolean open = tasks.get(task).hasUncommitted();
        if (!open) {
            addReads(task, true, actions);
            if (tasks.get(task).position().streamTimeMs()
                    < TinyWorld.timeOf(spent.ticks()).toEpochMilli()) {
                actions.accept(new TinyAction.MoveClock(task));
            }
        }
        if (spent.mayCrash(size) && tasks.get(task).readsSinceCommit() < size.lostReads()) {
            addReads(task, false, actions);
        }
        if (open) {
            actions.accept(new TinyAction.CrashAndKeepTheStore(task, true));
            if (spent.crashes() + 1 < size.crashes()) {
                actions.accept(new TinyAction.CrashAndKeepTheStore(task, false));
            }
        }
    }

    private void addReads(int task, boolean commits, Consumer<TinyAction> actions) {
        for (int at = state.appendedAt().get(task); at <= spent.ticks(); at++) {
            for (TinyClients.Sender sender : state.clients().active()) {
                for (TinyClients.Intention intention : TinyClients.intentions(sender, timesUntil(at))) {
                    actions.accept(new TinyAction.ReadCommand(task, sender, intention, at, commits));
                }
            }
        }
        tasks.get(task).inputs().forEach(source -> actions.accept(new TinyAction.Read(task, source, commits)));
        if (tasks.get(task).hasPending()) {
            actions.accept(new TinyAction.Sweep(task, commits));
        }
    }

    private void addActionsOfPolicies(Consumer<TinyAction> actions) {
        int published = state.policies().published().size();
        if (published < size.policies().size()) {
            actions.accept(new TinyAction.Publish(size.policies().get(published)));
        }
        for (int task = 0; task < tasks.size(); task++) {
            if (state.policies().heard().get(task) < published) {
                actions.accept(new TinyAction.Hear(task));
            }
            if (spent.mayCrash(size) && published > 0) {
                for (int heard = 0; heard <= published; heard++) {
                    actions.accept(new TinyAction.Crash(task, heard));
                }
            }
        }
    }

    private void addActionsOfLedger(int partition, Consumer<TinyAction> actions) {
        int unread = ledger.unread(partition);
        if (unread > 0) {
            // A batch without a fault does what its events do one by one.
            actions.accept(new TinyAction.Work(partition, 1, Fate.GOOD));
        }
        if (spent.mayCrash(size)) {
            for (int batch = 1; batch <= unread; batch++) {
                for (int published = 0; published <= batch; published++) {
                    actions.accept(new TinyAction.Work(partition, batch, Fate.dyingAfter(published)));
                }
            }
        }
        if (spent.mayLose(size)) {
            if (unread > 0) {
                actions.accept(new TinyAction.Work(partition, 1, Fate.losing(0)));
                actions.accept(new TinyAction.LoseEvent(partition));
            }
            for (int by = 1; by <= ledger.offset(partition); by++) {
                actions.accept(new TinyAction.SetBack(partition, by));
            }
        }
    }

    /**
     * The times that a command may say. One that is too late to be refused before the world ends does what none does.
     */
    private List<Instant> timesUntil(int tick) {
        boolean isShortened = !size.policies().stream().allMatch(TinyPolicies.Choice.LONGER::equals);
        Duration shortest = isShortened ? TinyWorld.TICK : TinyWorld.POLICY.retention();
        int latest = size.ticks() - (int) shortest.dividedBy(TinyWorld.TICK);
        return IntStream.rangeClosed(0, Math.min(tick, latest))
                .mapToObj(TinyWorld::timeOf)
                .toList();
    }
}
