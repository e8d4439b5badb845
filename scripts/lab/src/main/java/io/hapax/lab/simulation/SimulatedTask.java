package io.hapax.lab.simulation;

import io.hapax.stream.decision.Answer;
import io.hapax.stream.decision.CheckedCommand;
import io.hapax.stream.decision.Command;
import io.hapax.stream.decision.CommandCheck;
import io.hapax.stream.decision.Consequence;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.Now;
import io.hapax.stream.decision.OutcomeSource;
import io.hapax.stream.decision.PaymentTask;
import io.hapax.stream.decision.Placement;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.TaskPolicies;
import io.hapax.stream.records.BucketRows;
import io.hapax.stream.records.IdempotencyRecords;
import io.hapax.topics.LogPosition;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.LongConsumer;

/**
 * One task of the stream app. It reads three partitions, works in transactions, and loses uncommitted work.
 *
 * <p>More than 300 lines: everything that a crash undoes is in one place.
 */
final class SimulatedTask {
    private final int partition;
    private final Topics topics;
    private final Witness witness;
    private final PlantedBug bug;
    private final CommandCheck check;
    private final TransactionalTables tables;
    private final IdempotencyRecords records;
    private final PaymentTask task;
    private final SimulatedPolicies.View published;
    private final TaskPolicies policies;

    /** The actions of the open transaction that take effect when it commits. */
    private final List<Runnable> uncommitted = new ArrayList<>();

    /** The records that the open transaction has read, in order. */
    private final List<Runnable> reads = new ArrayList<>();

    /** Those of these reads that the store has kept in a crash. */
    private List<Runnable> kept = List.of();

    /**
     * A key that the ledger refused may be accepted again at once, in place of the refused record. Were both kept and
     * their output lost, nothing would be left to recognise the refusal by: the one case that needs the store's
     * rollback.
     */
    private boolean refusedSinceCommit;

    /**
     * True if the task has read a new policy since its last commit. Records that are read again would be settled
     * under other terms, and kept where they were.
     */
    private boolean heardSinceCommit;

    private Position position = new Position(0, 0, 0, Long.MIN_VALUE);
    private Position committed = position;

    /**
     * The offsets up to which the task has read, and the stream time there. They are committed and restored
     * together.
     */
    private record Position(long commands, long rerouted, long outcomes, long streamTimeMs) {
        Position at(long timestampMs) {
            return new Position(commands, rerouted, outcomes, Math.max(streamTimeMs, timestampMs));
        }
    }

    SimulatedTask(
            int partition,
            Topics topics,
            RetentionSchedule initial,
            SimulatedPolicies.View published,
            Witness witness,
            PlantedBug bug) {
        this.partition = partition;
        this.topics = topics;
        this.witness = witness;
        this.bug = bug;
        this.check = new CommandCheck(initial.allowedSkew());
        this.published = published;
        BucketRows rows = new BucketRows(initial.retention());
        this.tables = new TransactionalTables(rows, bug);
        this.policies = new TaskPolicies(initial, published, tables.followedPolicies());
        this.records = new IdempotencyRecords(
                tables.pendingTable(),
                bug.ended(tables.endedTable(), initial.retention().toMillis(), () -> position.streamTimeMs()),
                rows);
        this.task = new PaymentTask(bug);
    }

    boolean hasInput() {
        return topics.commands.get(partition).has(position.commands)
                || topics.rerouted.get(partition).has(position.rerouted)
                || topics.outcomes.get(partition).has(position.outcomes);
    }

    boolean hasPending() {
        return !tables.pendingPayments().isEmpty();
    }

    /** Reads one record, mostly the oldest by time as Streams does, now and then any. */
    void readOne(Random random, long systemTimeMs) {
        List<Input> inputs = inputs();
        if (inputs.isEmpty()) {
            return;
        }
        Input chosen = inputs.getFirst();
        for (Input input : inputs) {
            chosen = input.timestampMs() < chosen.timestampMs() ? input : chosen;
        }
        if (random.nextInt(8) == 0) {
            chosen = inputs.get(random.nextInt(inputs.size()));
        }
        Input next = chosen;
        read(() -> next.read().accept(systemTimeMs));
    }

    /** Reads on in the topic of policies. */
    void hearOfPolicies(Random random) {
        heardSinceCommit = true;
        published.readOn(random);
    }

    void sweep(long systemTimeMs) {
        if (position.streamTimeMs == Long.MIN_VALUE) {
            return;
        }
        Now now = now(systemTimeMs);
        tables.pendingPayments().forEach((id, pending) -> sweep(id, (Pending) pending, now));
    }

    private void sweep(UUID paymentId, Pending pending, Now now) {
        RetentionSchedule policy = policies.inForce(pending.key());
        write(task.sweep(paymentId, pending, policy, now), policy);
    }

    void commit() {
        uncommitted.forEach(Runnable::run);
        uncommitted.clear();
        reads.clear();
        kept = List.of();
        tables.commit();
        refusedSinceCommit = false;
        heardSinceCommit = false;
        committed = position;
    }

    /**
     * @param keepsStore true: the store keeps what the transaction wrote, and only its output and offsets are lost.
     *     Exactly-once rolls the store back; that records recognise themselves by their origin is the second line. It
     *     holds when what was lost is read again first, under the same policies.
     * @param movesOn to another instance, with its own view of the policies and without the store
     */
    void crash(boolean keepsStore, boolean movesOn, Random random) {
        if (keepsStore && !movesOn && !heardSinceCommit && !refusedSinceCommit && !spansBuckets()) {
            tables.commit();
            kept = List.copyOf(reads);
        } else {
            tables.rollBack();
        }
        if (bug.forgetsPolicies()) {
            tables.forgetPolicies();
        }
        if (movesOn) {
            published.restart(random);
        }
        refusedSinceCommit = false;
        heardSinceCommit = false;
        uncommitted.clear();
        position = committed;
        reads.clear();
        kept.forEach(this::read);
    }

    /**
     * The clock goes back with the offsets, and does not look into a bucket that has not begun; and across more than
     * the retention a payment may have been settled, forgotten and accepted anew in one transaction.
     */
    private boolean spansBuckets() {
        long passedMs = position.streamTimeMs - committed.streamTimeMs;
        return bucket(committed) != bucket(position) || passedMs >= SimulatedPolicies.SHORTEST.toMillis();
    }

    /** The bucket of the narrowest row. Each bucket of another row ends where one of these ends. */
    private static long bucket(Position at) {
        return Math.floorDiv(at.streamTimeMs, BucketRows.NARROWEST.toMillis());
    }

    private void read(Runnable input) {
        reads.add(input);
        input.run();
    }

    private record Input(long timestampMs, LongConsumer read) {}

    private List<Input> inputs() {
        List<Input> inputs = new ArrayList<>(3);
        if (topics.commands.get(partition).has(position.commands)) {
            var entry = topics.commands.get(partition).at(position.commands);
            inputs.add(new Input(entry.timestampMs(), time -> readCommand(entry, time)));
        }
        if (topics.rerouted.get(partition).has(position.rerouted)) {
            var entry = topics.rerouted.get(partition).at(position.rerouted);
            inputs.add(new Input(timeOf(entry), time -> readRerouted(entry, time)));
        }
        if (topics.outcomes.get(partition).has(position.outcomes)) {
            var entry = topics.outcomes.get(partition).at(position.outcomes);
            inputs.add(new Input(entry.timestampMs(), time -> readOutcome(entry, time)));
        }
        return inputs;
    }

    private void readCommand(Log.Entry<SentCommand> entry, long systemTimeMs) {
        position = new Position(position.commands + 1, position.rerouted, position.outcomes, position.streamTimeMs)
                .at(entry.timestampMs());
        arrive(entry.value(), new LogPosition(partition, entry.offset()), false, entry.timestampMs(), systemTimeMs);
    }

    private void readRerouted(Log.Entry<Topics.Rerouted> entry, long systemTimeMs) {
        position = new Position(position.commands, position.rerouted + 1, position.outcomes, position.streamTimeMs)
                .at(timeOf(entry));
        arrive(entry.value().command(), entry.value().origin(), true, timeOf(entry), systemTimeMs);
    }

    private long timeOf(Log.Entry<Topics.Rerouted> entry) {
        return bug.timeOfReroute(entry.value().appendedMs(), entry.timestampMs());
    }

    private void readOutcome(Log.Entry<OutcomeMessage> entry, long systemTimeMs) {
        position = new Position(position.commands, position.rerouted, position.outcomes + 1, position.streamTimeMs)
                .at(entry.timestampMs());
        OutcomeMessage message = entry.value();
        Now now = now(systemTimeMs);
        RetentionSchedule policy = policies.adopt(message.key(), now.streamTime());
        write(
                task.outcome(
                        message.paymentId(),
                        message.key(),
                        message.outcome(),
                        new OutcomeSource(entry.offset(), Instant.ofEpochMilli(entry.timestampMs())),
                        records.find(message.paymentId()),
                        policy,
                        now),
                policy);
    }

    private void arrive(SentCommand sent, LogPosition origin, boolean rerouted, long timestampMs, long systemTimeMs) {
        Now now = now(systemTimeMs);
        switch (check.check(sent.received(origin), now.streamTime())) {
            case CheckedCommand.Invalid(var violations) ->
                answered(
                        new Answer(sent.key(), null, origin, now.streamTime(), new Answer.Verdict.Invalid(violations)),
                        Instant.MIN);
            case CheckedCommand.Valid(var command) -> place(sent, command, rerouted, timestampMs, now);
        }
    }

    private void place(SentCommand sent, Command command, boolean rerouted, long timestampMs, Now now) {
        switch (Placement.of(command.key(), partition, rerouted, this::partitionOf)) {
            case HERE -> {
                UUID paymentId = command.key().paymentId();
                RetentionSchedule policy = policies.adopt(command.key(), now.streamTime());
                write(task.command(paymentId, command, records.find(paymentId), policy, now), policy);
            }
            case ELSEWHERE -> {
                Log<Topics.Rerouted> target = topics.rerouted.get(partitionOf(command.key()));
                Topics.Rerouted copy = new Topics.Rerouted(sent, command.origin(), timestampMs);
                uncommitted.add(() -> target.append(now.systemTime().toEpochMilli(), copy));
            }
            case MISPLACED -> throw new BrokenPromiseException("every command has a place", command.toString());
        }
    }

    private int partitionOf(PaymentKey key) {
        return bug.partitionOf(key, topics.partitions);
    }

    private Now now(long systemTimeMs) {
        if (topics.clocks.isAlwaysRight(partition)) {
            witness.clock(partition, position.streamTimeMs, systemTimeMs);
        }
        return new Now(Instant.ofEpochMilli(position.streamTimeMs), Instant.ofEpochMilli(systemTimeMs));
    }

    /**
     * Carries out consequences. The store changes at once; messages and answers take effect when the transaction
     * commits.
     */
    private void write(List<Consequence> consequences, RetentionSchedule policy) {
        for (Consequence consequence : consequences) {
            switch (consequence) {
                case Consequence.Remember(var paymentId, var state) -> records.put(paymentId, state, policy);
                case Consequence.Post(var paymentId, var pending, var reason) ->
                    tellLedger(new LedgerMessage(false, paymentId, pending));
                case Consequence.Inquire(var paymentId, var pending, var reason) ->
                    tellLedger(new LedgerMessage(true, paymentId, pending));
                case Answer answer -> answered(answer, expiresAt(answer, policy));
                case Consequence.Nothing nothing -> {}
            }
        }
    }

    private void tellLedger(LedgerMessage message) {
        long timeMs = position.streamTimeMs;
        PaymentKey debtor = new PaymentKey("", message.pending().payment().debtorAccount());
        Log<LedgerMessage> events = topics.events.get(Partitions.of(debtor, topics.partitions));
        uncommitted.add(() -> {
            if (message.inquiry()) {
                witness.inquired(message.pending());
            } else {
                witness.posted(message.pending());
            }
            events.append(timeMs, message);
        });
    }

    private static Instant expiresAt(Answer answer, RetentionSchedule policy) {
        return answer.verdict() instanceof Answer.Verdict.SettledNow(var settled)
                ? policy.expiresAt(settled.settledAt())
                : Instant.MIN;
    }

    private void answered(Answer answer, Instant expiresAt) {
        refusedSinceCommit |=
                answer.verdict() instanceof Answer.Verdict.Conflict(var known, var fields) && known == null;
        uncommitted.add(() -> witness.answered(answer, expiresAt));
    }
}
