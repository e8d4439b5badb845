package io.hapax.lab.traffic;

import io.hapax.insight.UsageFact;
import io.hapax.insight.UsageFact.Kind;
import io.hapax.stream.decision.Answer;
import io.hapax.stream.decision.CheckedCommand;
import io.hapax.stream.decision.Command;
import io.hapax.stream.decision.CommandCheck;
import io.hapax.stream.decision.Consequence;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.Now;
import io.hapax.stream.decision.Outcome;
import io.hapax.stream.decision.OutcomeSource;
import io.hapax.stream.decision.PaymentRules;
import io.hapax.stream.decision.PaymentTask;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.ReceivedCommand;
import io.hapax.stream.decision.Result;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.RetentionSchedule.Terms;
import io.hapax.stream.decision.TaskPolicies;
import io.hapax.stream.records.BucketRows;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The service that answers the model's traffic: the program's own check, rule and task. Records and ledger are in
 * memory.
 */
final class ModelService {
    /** A receiver of decisions. */
    interface Decided {
        /** @param recalled whether the ledger was asked before anything was posted */
        void decided(UsageFact fact, ModelCommand command, boolean recalled);
    }

    private static final Result FAILED = new Result.Failed("INSUFFICIENT_FUNDS", null);

    private final ModelWorld world;
    private final Decided decided;
    private final CommandCheck check;
    private final PaymentTask task = new PaymentTask(PaymentRules.RIGHT);
    private final Map<UUID, IdempotencyRecord> records = new HashMap<>();
    private final TaskPolicies policies;
    private final BucketRows rows;
    private final TreeMap<Long, List<Ended>> buckets = new TreeMap<>();
    private final Schedule<Event> ledger = new Schedule<>();
    private final Map<Long, Waiting> unanswered = new HashMap<>();

    /** The payments that the ledger has posted: the time of their first acceptance, by half of the payment id. */
    private final Map<Long, Long> posted = new HashMap<>();

    private final Set<Long> recalled = new HashSet<>();
    private long kept;
    private long newestStartMs;
    private long nowMs;
    private long offset;

    private record Ended(UUID paymentId, Instant settledAt) {}

    private record Waiting(ModelCommand command, long atMs, LogPosition origin) {}

    /** A message to the ledger: a post or an inquiry. */
    private record Event(Waiting waiting, boolean inquiry) {}

    ModelService(ModelWorld world, RetentionSchedule policy, Decided decided) {
        this(world, policy, NOTHING_PUBLISHED, decided);
    }

    /** @param published policies, which may change at any time */
    ModelService(ModelWorld world, RetentionSchedule initial, TaskPolicies.Published published, Decided decided) {
        this.world = world;
        this.decided = decided;
        this.check = new CommandCheck(initial.allowedSkew());
        this.policies = new TaskPolicies(initial, published, new FollowedInMemory());
        this.rows = new BucketRows(initial.retention());
    }

    private static final TaskPolicies.Published NOTHING_PUBLISHED = new TaskPolicies.Published() {
        @Override
        public boolean isNone() {
            return true;
        }

        @Override
        public @Nullable Terms termsOf(PolicyScope scope) {
            return null;
        }
    };

    /** The policies that the model's only task follows. */
    private static final class FollowedInMemory implements TaskPolicies.Followed {
        private final Map<PolicyScope, RetentionSchedule> followed = new HashMap<>();

        @Override
        public boolean isNone() {
            return followed.isEmpty();
        }

        @Override
        public @Nullable RetentionSchedule get(PolicyScope scope) {
            return followed.get(scope);
        }

        @Override
        public void put(PolicyScope scope, RetentionSchedule policy) {
            followed.put(scope, policy);
        }
    }

    void command(ModelCommand sent, long atMs) {
        settleUntil(atMs);
        nowMs = atMs;
        LogPosition origin = new LogPosition(0, offset++);
        Waiting waiting = new Waiting(sent, atMs, origin);
        switch (check.check(received(sent, origin), now().streamTime())) {
            case CheckedCommand.Invalid invalid -> tell(Kind.INVALID, waiting, null, List.of());
            case CheckedCommand.Valid(Command command) -> {
                unanswered.put(origin.offset(), waiting);
                UUID paymentId = command.key().paymentId();
                RetentionSchedule policy = policies.adopt(command.key(), now().streamTime());
                write(task.command(paymentId, command, records.get(paymentId), policy, now()), policy);
            }
        }
    }

    private void settleUntil(long untilMs) {
        Schedule.Entry<Event> due;
        while ((due = ledger.pollUntil(untilMs)) != null) {
            nowMs = due.atMs();
            Waiting waiting = due.what().waiting;
            PaymentKey key = waiting.command.key();
            UUID paymentId = key.paymentId();
            RetentionSchedule policy = policies.adopt(key, now().streamTime());
            write(
                    task.outcome(
                            paymentId,
                            key,
                            outcome(due.what()),
                            new OutcomeSource(waiting.origin.offset(), Instant.ofEpochMilli(waiting.atMs)),
                            records.get(paymentId),
                            policy,
                            now()),
                    policy);
        }
    }

    private Outcome outcome(Event event) {
        Waiting waiting = event.waiting;
        return event.inquiry && !posted.containsKey(half(waiting.command.key().paymentId()))
                ? new Outcome.NotFound(waiting.origin, 0)
                : new Outcome.Resolved(waiting.origin, waiting.command.fails() ? FAILED : new Result.Completed());
    }

    /** Buckets that have had their time are dropped whole, as in the store. */
    private void forget() {
        buckets.entrySet().removeIf(bucket -> {
            if (!rows.isDue(bucket.getKey(), newestStartMs)) {
                return false;
            }
            kept -= bucket.getValue().size();
            for (Ended ended : bucket.getValue()) {
                if (records.get(ended.paymentId) instanceof Settled settled
                        && settled.settledAt().equals(ended.settledAt)) {
                    records.remove(ended.paymentId);
                }
            }
            return true;
        });
    }

    /** Settled payments in the store now, known or not yet dropped. */
    long kept() {
        return kept;
    }

    private static ReceivedCommand received(ModelCommand sent, LogPosition origin) {
        return new ReceivedCommand.Pay(
                sent.key(),
                sent.payment().debtorAccount(),
                sent.payment().creditorAccount(),
                sent.valid() ? sent.payment().amountMinor() : 0,
                sent.payment().currency(),
                sent.payment().reference(),
                sent.firstSentAt(),
                origin);
    }

    private Now now() {
        return new Now(Instant.ofEpochMilli(nowMs), Instant.ofEpochMilli(nowMs));
    }

    private void write(List<Consequence> consequences, RetentionSchedule policy) {
        for (Consequence consequence : consequences) {
            switch (consequence) {
                case Consequence.Remember(var paymentId, var state) -> put(paymentId, state, policy);
                case Consequence.Post post -> tellLedger(post.pending(), false);
                case Consequence.Inquire inquire -> inquire(inquire);
                case Answer answer -> answer(answer);
                case Consequence.Nothing readTwice -> {}
            }
        }
    }

    private void put(UUID paymentId, IdempotencyRecord state, RetentionSchedule policy) {
        records.put(paymentId, state);
        if (state instanceof Settled settled) {
            long bucket = rows.bucketOf(settled.settledAt(), policy.changeAt(settled.settledAt()));
            List<Ended> sameBucket = buckets.get(bucket);
            if (sameBucket == null) {
                sameBucket = new ArrayList<>();
                buckets.put(bucket, sameBucket);
                newestStartMs = Math.max(newestStartMs, BucketRows.startMs(bucket));
                forget();
            }
            sameBucket.add(new Ended(paymentId, settled.settledAt()));
            kept++;
        }
    }

    /** The model's ledger loses nothing, so it is not asked about what is pending for long. */
    private void inquire(Consequence.Inquire inquire) {
        if (inquire.reason() == Consequence.InquiryReason.RECALLED) {
            recalled.add(inquire.pending().first().origin().offset());
            tellLedger(inquire.pending(), true);
        }
    }

    private void tellLedger(Pending pending, boolean inquiry) {
        Waiting waiting =
                Objects.requireNonNull(unanswered.get(pending.first().origin().offset()));
        ledger.at(world.settledAt(nowMs), new Event(waiting, inquiry));
    }

    private void answer(Answer answer) {
        Waiting waiting = unanswered.remove(answer.command().offset());
        if (waiting == null) {
            throw new IllegalStateException("answered twice: " + answer);
        }
        switch (answer.verdict()) {
            case Answer.Verdict.Replayed(var settled) -> tell(Kind.REPLAYED, waiting, settled, List.of());
            case Answer.Verdict.InFlight(var pending) -> tell(Kind.IN_FLIGHT, waiting, pending, List.of());
            case Answer.Verdict.Conflict(var known, var differing) -> tell(Kind.CONFLICT, waiting, known, differing);
            case Answer.Verdict.Expired expired -> tell(Kind.EXPIRED, waiting, null, List.of());
            case Answer.Verdict.SettledNow(var settled) ->
                tell(settledAs(answer, settled), waiting, settled, List.of());
            case Answer.Verdict.SettledUnrecorded lost ->
                throw new IllegalStateException("a record was lost: " + answer);
            case Answer.Verdict.Invalid invalid -> throw new IllegalStateException("checked before: " + answer);
        }
    }

    private Kind settledAs(Answer answer, Settled settled) {
        long seenAtMs = settled.first().seenAt().toEpochMilli();
        if (posted.putIfAbsent(half(answer.key().paymentId()), seenAtMs) != null) {
            return Kind.CAUGHT_BY_LEDGER;
        }
        return settled.result() instanceof Result.Failed ? Kind.FAILED : Kind.ACCEPTED;
    }

    private static long half(UUID paymentId) {
        return paymentId.getMostSignificantBits();
    }

    private void tell(Kind kind, Waiting waiting, @Nullable IdempotencyRecord known, List<String> differing) {
        ModelCommand command = waiting.command;
        long knownSinceMs = known == null ? 0 : known.first().seenAt().toEpochMilli();
        decided.decided(
                new UsageFact(
                        command.key().clientId(),
                        command.key().idempotencyKey(),
                        kind,
                        waiting.atMs,
                        kind == Kind.CAUGHT_BY_LEDGER
                                ? posted.getOrDefault(half(command.key().paymentId()), knownSinceMs)
                                : knownSinceMs,
                        known == null ? 0 : known.first().digest().head(),
                        command.ownPartition(),
                        differing),
                command,
                recalled.remove(waiting.origin.offset()));
    }
}
