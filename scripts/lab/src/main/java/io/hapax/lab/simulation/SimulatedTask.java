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
import io.hapax.stream.decision.ReceivedCommand;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.SwitchedOn;
import io.hapax.stream.decision.TaskPolicies;
import io.hapax.stream.records.BucketRows;
import io.hapax.stream.records.IdempotencyRecords;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;

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
    private final TaskPolicies policies;

    /** The output of the open transaction. It takes effect when the transaction commits. */
    private final List<TaskOutput> uncommitted;

    /** The records that the open transaction has read, in order. */
    private final List<Read> reads;

    /**
     * A key that the ledger refused may be accepted again at once, in place of the refused record. So may one for which
     * a cancel came too late. Were both kept and their output lost, nothing would be left to recognise the first by:
     * the one case that needs the store's rollback.
     */
    private boolean refusedSinceCommit;

    /**
     * True if the task has read a new policy since its last commit. Records that are read again would be settled
     * under other terms, and kept where they were.
     */
    private boolean heardSinceCommit;

    private Position position;
    private Position committed;
    private TransactionalTables.Content committedTables;

    /**
     * The offsets up to which the task has read, and the stream time there. They are committed and restored
     * together.
     */
    record Position(long commands, long rerouted, long outcomes, long streamTimeMs) {
        static final Position START = new Position(0, 0, 0, Long.MIN_VALUE);

        Position at(long timestampMs) {
            return new Position(commands, rerouted, outcomes, Math.max(streamTimeMs, timestampMs));
        }

        private Position after(Source source) {
            return switch (source) {
                case COMMANDS -> new Position(commands + 1, rerouted, outcomes, streamTimeMs);
                case REROUTED -> new Position(commands, rerouted + 1, outcomes, streamTimeMs);
                case OUTCOMES -> new Position(commands, rerouted, outcomes + 1, streamTimeMs);
            };
        }
    }

    /** A topic that the task reads. */
    enum Source {
        COMMANDS,
        REROUTED,
        OUTCOMES
    }

    /** The reading of the next record of a topic, at a time of the task's own clock. */
    record Read(Source source, long systemTimeMs) {}

    /** The task, as a value. */
    record Content(
            Position position,
            TransactionalTables.Content tables,
            List<TaskOutput> uncommitted,
            Position committed,
            TransactionalTables.Content committedTables,
            List<Read> reads,
            boolean refusedSinceCommit,
            boolean heardSinceCommit) {
        /** A task that has done nothing yet. */
        static final Content EMPTY = at(Position.START);

        /** A task that has worked until that time, and holds nothing that is still known. */
        static Content at(long streamTimeMs) {
            return at(Position.START.at(streamTimeMs));
        }

        private static Content at(Position position) {
            return new Content(
                    position,
                    TransactionalTables.Content.EMPTY,
                    List.of(),
                    position,
                    TransactionalTables.Content.EMPTY,
                    List.of(),
                    false,
                    false);
        }

        /** The same for a task that will not crash: nothing that only a crash needs. */
        Content ofTaskThatCrashesNoMore() {
            return new Content(
                    position,
                    tables,
                    uncommitted,
                    position,
                    TransactionalTables.Content.EMPTY,
                    List.of(),
                    false,
                    false);
        }
    }

    SimulatedTask(
            int partition,
            Topics topics,
            RetentionSchedule initial,
            TaskPolicies.Published published,
            Witness witness,
            PlantedBug bug,
            Content content) {
        this.partition = partition;
        this.topics = topics;
        this.witness = witness;
        this.bug = bug;
        this.check = new CommandCheck(initial.allowedSkew(), SwitchedOn.ALL);
        BucketRows rows = new BucketRows(initial.retention());
        this.tables = new TransactionalTables(rows, bug, content.tables());
        this.policies = new TaskPolicies(initial, published, tables.followedPolicies());
        this.records = new IdempotencyRecords(
                tables.pendingTable(),
                bug.ended(
                        tables.endedTable(),
                        initial.retention().toMillis(),
                        () -> position().streamTimeMs()),
                rows);
        this.task = new PaymentTask(bug);
        this.position = content.position();
        this.uncommitted = new ArrayList<>(content.uncommitted());
        this.committed = content.committed();
        this.committedTables = content.committedTables();
        this.reads = new ArrayList<>(content.reads());
        this.refusedSinceCommit = content.refusedSinceCommit();
        this.heardSinceCommit = content.heardSinceCommit();
    }

    Content content() {
        return new Content(
                position,
                tables.content(),
                List.copyOf(uncommitted),
                committed,
                committedTables,
                List.copyOf(reads),
                refusedSinceCommit,
                heardSinceCommit);
    }

    Position position() {
        return position;
    }

    Position committed() {
        return committed;
    }

    /** What its stores hold, with what the open transaction has written. */
    TransactionalTables.Content tables() {
        return tables.content();
    }

    boolean hasInput() {
        return !inputs().isEmpty();
    }

    boolean hasPending() {
        return !tables.pendingPayments().isEmpty();
    }

    /** True when the task has read or written anything since its last commit. */
    boolean hasUncommitted() {
        return !uncommitted.isEmpty() || !position.equals(committed);
    }

    int readsSinceCommit() {
        return reads.size();
    }

    /** Reads one record, mostly the oldest by time as Streams does, now and then any. */
    void readOne(Random random, long systemTimeMs) {
        List<Source> inputs = inputs();
        if (!inputs.isEmpty()) {
            boolean any = random.nextInt(8) == 0;
            read(any ? inputs.get(random.nextInt(inputs.size())) : oldest(inputs), systemTimeMs);
        }
    }

    /** Reads the oldest record by time. */
    void readOldest(long systemTimeMs) {
        read(oldest(inputs()), systemTimeMs);
    }

    private Source oldest(List<Source> inputs) {
        return Collections.min(inputs, Comparator.comparingLong(this::timeOfNext));
    }

    void read(Source source, long systemTimeMs) {
        reads.add(new Read(source, systemTimeMs));
        long timestampMs = timeOfNext(source);
        Position at = position;
        position = position.after(source).at(timestampMs);
        switch (source) {
            case COMMANDS -> {
                var entry = topics.commands.get(partition).at(at.commands);
                arrive(entry.value(), new LogPosition(partition, entry.offset()), false, timestampMs, systemTimeMs);
            }
            case REROUTED -> {
                var copy = topics.rerouted.get(partition).at(at.rerouted).value();
                arrive(copy.command(), copy.origin(), true, timestampMs, systemTimeMs);
            }
            case OUTCOMES -> readOutcome(topics.outcomes.get(partition).at(at.outcomes), systemTimeMs);
        }
    }

    /** A command of a payment that is none of this world's has been read. */
    void moveClock(long timestampMs) {
        position = position.at(timestampMs);
    }

    /** The task's instance has read a new policy. */
    void hasHeardOfPolicies() {
        heardSinceCommit = true;
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
        uncommitted.forEach(this::publish);
        tables.dropDueBuckets();
        committedTables = tables.content();
        committed = position;
        begin();
    }

    private void begin() {
        uncommitted.clear();
        reads.clear();
        refusedSinceCommit = false;
        heardSinceCommit = false;
    }

    /** Loses all that was not committed. */
    void crash() {
        crash(committedTables);
    }

    /**
     * Loses what was not committed.
     *
     * @param restored what its stores hold when they are restored
     */
    void crash(TransactionalTables.Content restored) {
        tables.replaceBy(restored);
        tables.dropDueBuckets();
        committedTables = tables.content();
        forgetPoliciesByMistake();
        position = committed;
        begin();
    }

    /**
     * True when the store may keep what the transaction wrote, though its output and offsets are lost. Exactly-once
     * rolls the store back. That records recognise themselves by their origin is the second line. It holds when what
     * was lost is read again first, under the same policies.
     */
    boolean mayKeepItsStoreInACrash() {
        return !heardSinceCommit && !refusedSinceCommit && !spansBuckets();
    }

    /** Loses output and offsets, and not what is in the store. The same records are read again. */
    void crashAndKeepTheStore() {
        tables.dropDueBuckets();
        forgetPoliciesByMistake();
        position = committed;
        List<Read> lost = List.copyOf(reads);
        begin();
        lost.forEach(read -> read(read.source(), read.systemTimeMs()));
    }

    private void forgetPoliciesByMistake() {
        if (bug.forgetsPolicies()) {
            tables.forgetPolicies();
            committedTables = committedTables.withoutPolicies();
        }
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

    List<Source> inputs() {
        List<Source> inputs = new ArrayList<>(3);
        if (topics.commands.get(partition).has(position.commands)) {
            inputs.add(Source.COMMANDS);
        }
        if (topics.rerouted.get(partition).has(position.rerouted)) {
            inputs.add(Source.REROUTED);
        }
        if (topics.outcomes.get(partition).has(position.outcomes)) {
            inputs.add(Source.OUTCOMES);
        }
        return inputs;
    }

    private long timeOfNext(Source source) {
        return switch (source) {
            case COMMANDS ->
                topics.commands.get(partition).at(position.commands).timestampMs();
            case REROUTED -> timeOf(topics.rerouted.get(partition).at(position.rerouted));
            case OUTCOMES ->
                topics.outcomes.get(partition).at(position.outcomes).timestampMs();
        };
    }

    private long timeOf(Log.Entry<Topics.Rerouted> entry) {
        return bug.timeOfReroute(entry.value().appendedMs(), entry.timestampMs());
    }

    private void readOutcome(Log.Entry<OutcomeMessage> entry, long systemTimeMs) {
        OutcomeMessage message = entry.value();
        Now now = now(systemTimeMs);
        RetentionSchedule policy = policies.adopt(message.key(), now.streamTime());
        write(
                task.outcome(
                        message.paymentId(),
                        message.key(),
                        message.outcome(),
                        new OutcomeSource(entry.offset(), Instant.ofEpochMilli(entry.timestampMs()), message.asked()),
                        records.find(message.paymentId()),
                        policy,
                        now),
                policy);
    }

    private void arrive(SentCommand sent, LogPosition origin, boolean rerouted, long timestampMs, long systemTimeMs) {
        Now now = now(systemTimeMs);
        ReceivedCommand received = sent.received(origin);
        switch (check.check(received, now.streamTime())) {
            case CheckedCommand.Invalid(var violations) ->
                answered(
                        new Answer(
                                sent.key(),
                                received.asked(),
                                null,
                                origin,
                                now.streamTime(),
                                new Answer.Verdict.Invalid(violations)),
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
                Topics.Rerouted copy = new Topics.Rerouted(sent, command.origin(), timestampMs);
                uncommitted.add(new TaskOutput.SentOn(
                        partitionOf(command.key()), now.systemTime().toEpochMilli(), copy));
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
                    tellLedger(new LedgerMessage.Event(false, paymentId, pending));
                case Consequence.Inquire(var paymentId, var pending, var reason) ->
                    tellLedger(new LedgerMessage.Event(true, paymentId, pending));
                case Answer answer -> answered(answer, expiresAt(answer, policy));
                case Consequence.Nothing nothing -> {}
            }
        }
    }

    private void tellLedger(LedgerMessage.Event message) {
        uncommitted.add(new TaskOutput.Told(position.streamTimeMs, message));
    }

    private void publish(TaskOutput output) {
        switch (output) {
            case TaskOutput.SentOn(var target, var timestampMs, var copy) ->
                topics.rerouted.get(target).append(timestampMs, copy);
            case TaskOutput.Told(var timestampMs, var message) -> {
                if (message.inquiry()) {
                    witness.inquired(message.pending());
                } else {
                    witness.posted(message.pending());
                }
                topics.eventsOf(message).append(timestampMs, message);
            }
            case TaskOutput.Answered(var answer, var expiresAt) -> witness.answered(answer, expiresAt);
        }
    }

    private static Instant expiresAt(Answer answer, RetentionSchedule policy) {
        return answer.verdict() instanceof Answer.Verdict.SettledNow(var settled)
                ? policy.expiresAt(settled.settledAt())
                : Instant.MIN;
    }

    private static boolean leavesTheKeyUnknown(Answer.Verdict verdict) {
        return switch (verdict) {
            case Answer.Verdict.Conflict(var known, var fields) -> known == null;
            case Answer.Verdict.SettledNow(var settled) ->
                settled.first().isCancel() && !settled.result().isCancelled();
            default -> false;
        };
    }

    private void answered(Answer answer, Instant expiresAt) {
        refusedSinceCommit |= leavesTheKeyUnknown(answer.verdict());
        uncommitted.add(new TaskOutput.Answered(answer, expiresAt));
    }
}
