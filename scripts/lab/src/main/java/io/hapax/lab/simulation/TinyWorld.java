package io.hapax.lab.simulation;

import io.hapax.lab.simulation.SimulatedLedger.Fate;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.topics.LogPosition;
import io.hapax.topics.Partitions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A world so small that every run of it can be looked at: clients with one key, the tasks and the ledger. It is made
 * of the same parts as the random simulation, and its {@link Witness} judges it by the same promises.
 *
 * <p>A world is set up from a {@link TinyState}, takes one step, and is taken down to the next state. Runs that differ
 * only in the order of steps that do not touch each other are looked at once:
 *
 * <ul>
 *   <li>A command arrives when it is read. Nobody sees it before. It may have arrived at any tick since the one
 *       before it, and was first sent at any tick until then.
 *   <li>A transaction reads one record and commits. One that reads more does the same as several, later: nobody
 *       sees its output before it commits, each of its records bears the time of its reading, and whoever reads
 *       them may read them late as well.
 *   <li>A crash that loses the whole transaction leads back to where it began. So it is not looked at, but where it
 *       brings another view of the policies.
 *   <li>A transaction whose output is lost while the store keeps its writes is looked at record by record. Meanwhile
 *       the ledger stands still: it sees nothing of it and asks no clock, so what it does then it can do before.
 *   <li>Once nothing can go wrong any more, the ledger works as soon as it can. It asks no clock, and its outcomes
 *       may still be read at any time.
 * </ul>
 */
final class TinyWorld {
    /** A step of time. */
    static final Duration TICK = Duration.ofMinutes(5);

    static final RetentionSchedule POLICY = new RetentionSchedule(TICK.multipliedBy(2), Duration.ofSeconds(30), TICK);

    /** A bucket of the usual retention begins here. */
    static final Instant START = Instant.ofEpochMilli(1_767_225_600_000L);

    static final Map<String, Long> BALANCES = Map.of(
            TinyClients.DEBTOR, TinyClients.BALANCE_MINOR,
            TinyClients.CREDITOR, TinyClients.BALANCE_MINOR);

    private final TinyWorldSize size;
    private final TinyState state;
    private final Topics topics;
    private final Witness witness;
    private final SimulatedLedger ledger;
    private final List<SimulatedTask> tasks = new ArrayList<>();
    private TinyClients clients;
    private TinyPolicies policies;
    private TinyState.Spent spent;

    /** The tick of the last command of each partition. */
    private final List<Integer> appendedAt;

    TinyWorld(TinyState state, TinyWorldSize size, PlantedBug bug) {
        this.size = size;
        this.state = state;
        int keysPartition = Partitions.of(TinyClients.KEY, size.partitions());
        int wrong = size.wrongClock() ? (keysPartition + 1) % size.partitions() : -1;
        this.topics = new Topics(state.topics(), new BrokerClocks(wrong, TICK.multipliedBy(3), 0));
        this.witness = new Witness(POLICY, TinyClients.BALANCE_MINOR * BALANCES.size(), state.witness());
        this.ledger =
                new SimulatedLedger(topics, witness, state.ledger(), bug.ofLedger(), SimulatedLedger.Observer.NONE);
        this.clients = state.clients();
        this.policies = state.policies();
        this.spent = state.spent();
        this.appendedAt = new ArrayList<>(state.appendedAt());
        for (int task = 0; task < size.partitions(); task++) {
            tasks.add(new SimulatedTask(
                    task,
                    topics,
                    POLICY,
                    policies.viewOf(task),
                    witness,
                    bug,
                    state.tasks().get(task)));
        }
    }

    TinyState state() {
        List<SimulatedTask.Content> contents = new ArrayList<>();
        for (SimulatedTask task : tasks) {
            SimulatedTask.Content content = task.content();
            contents.add(mayCrash() ? content : content.ofTaskThatCrashesNoMore());
        }
        List<Log.Content<SentCommand>> commands = new ArrayList<>();
        List<Log.Content<Topics.Rerouted>> rerouted = new ArrayList<>();
        List<Log.Content<OutcomeMessage>> outcomes = new ArrayList<>();
        List<Log.Content<LedgerMessage>> events = new ArrayList<>();
        for (int partition = 0; partition < contents.size(); partition++) {
            SimulatedTask.Position from = contents.get(partition).committed();
            commands.add(topics.commands.get(partition).contentFrom(from.commands()));
            rerouted.add(topics.rerouted.get(partition).contentFrom(from.rerouted()));
            outcomes.add(topics.outcomes.get(partition).contentFrom(from.outcomes()));
            events.add(topics.events.get(partition).contentFrom(mayLose() ? 0 : ledger.offset(partition)));
        }
        return new TinyState(
                clients,
                policies,
                spent,
                List.copyOf(appendedAt),
                new Topics.Content(commands, rerouted, outcomes, events),
                List.copyOf(contents),
                ledger.content(),
                witness.content());
    }

    Map<AnswerKind, Integer> answers() {
        return witness.counts();
    }

    /** All steps that may come next. */
    List<TinyAction> actions() {
        return new TinySteps(size, state, tasks, ledger).all();
    }

    /**
     * Takes a step.
     *
     * @return false if the transaction that it left open can't keep its store in a crash: it leads nowhere
     * @throws BrokenPromiseException if the step breaks a promise
     */
    boolean take(TinyAction action) {
        switch (action) {
            case TinyAction.ReadCommand(var task, var sender, var intention, var at, var commits) -> {
                append(task, sender, intention, at);
                tasks.get(task).read(SimulatedTask.Source.COMMANDS, nowMs());
                commit(task, commits);
            }
            case TinyAction.Read(var task, var source, var commits) -> {
                tasks.get(task).read(source, nowMs());
                commit(task, commits);
            }
            case TinyAction.MoveClock(var task) -> {
                tasks.get(task).moveClock(nowMs());
                tasks.get(task).commit();
            }
            case TinyAction.Sweep(var task, var commits) -> {
                tasks.get(task).sweep(nowMs());
                commit(task, commits);
            }
            case TinyAction.CrashAndKeepTheStore(var task, var commits) -> {
                crashed();
                tasks.get(task).crashAndKeepTheStore();
                commit(task, commits);
            }
            case TinyAction.Crash(var task, var heard) -> {
                crashed();
                tasks.get(task).crash();
                policies = policies.withHeard(task, heard);
            }
            case TinyAction.Work(var partition, var events, var fate) -> {
                if (fate.dies()) {
                    crashed();
                }
                if (fate.lost() >= 0) {
                    lost();
                }
                ledger.work(partition, events, fate, nowMs());
            }
            case TinyAction.LoseEvent(var partition) -> {
                lost();
                ledger.loseNext(partition);
            }
            case TinyAction.SetBack(var partition, var by) -> {
                lost();
                ledger.setBack(partition, by);
            }
            case TinyAction.Publish(var choice) -> policies = policies.with(choice);
            case TinyAction.Hear(var task) ->
                policies = policies.withHeard(task, policies.heard().get(task) + 1);
            case TinyAction.Tick() -> spent = new TinyState.Spent(spent.ticks() + 1, spent.crashes(), spent.losses());
        }
        if (!mayCrash() && !mayLose()) {
            workOff();
        }
        return tasks.stream().allMatch(task -> !task.hasUncommitted() || task.mayKeepItsStoreInACrash());
    }

    private void append(int partition, TinyClients.Sender sender, TinyClients.Intention intention, int at) {
        clients = clients.after(sender, intention);
        appendedAt.set(partition, at);
        SentCommand command = intention.command();
        long atMs = topics.clocks.ofCommands(partition, timeOf(at).toEpochMilli());
        long offset = topics.commands.get(partition).append(atMs, command);
        witness.sent(new LogPosition(partition, offset), command);
    }

    private void commit(int task, boolean commits) {
        if (commits) {
            tasks.get(task).commit();
        }
    }

    private void workOff() {
        for (int partition = 0; partition < tasks.size(); partition++) {
            ledger.work(partition, Integer.MAX_VALUE, Fate.GOOD, nowMs());
        }
    }

    private boolean mayCrash() {
        return spent.mayCrash(size);
    }

    private boolean mayLose() {
        return spent.mayLose(size);
    }

    private void crashed() {
        spent = new TinyState.Spent(spent.ticks(), spent.crashes() + 1, spent.losses());
    }

    private void lost() {
        spent = new TinyState.Spent(spent.ticks(), spent.crashes(), spent.losses() + 1);
    }

    /** True when nobody has anything to read or to commit: only clients, time or faults can go on. */
    boolean isQuiet() {
        return !ledger.hasInput() && tasks.stream().noneMatch(task -> task.hasInput() || task.hasUncommitted());
    }

    /**
     * Ends the run without faults. Every run that meets no more faults comes by a quiet state, since each message is
     * read once; so it is enough to end the runs there.
     *
     * @throws BrokenPromiseException if something stays pending or unanswered
     */
    void comeToRest() {
        new Rest(tasks, ledger, POLICY.lease(), SimulatedTask::readOldest).reach(nowMs());
        witness.end();
    }

    static Instant timeOf(int tick) {
        return START.plus(TICK.multipliedBy(tick));
    }

    private long nowMs() {
        return timeOf(spent.ticks()).toEpochMilli();
    }
}
