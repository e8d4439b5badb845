package io.hapax.stream.decision;

import io.hapax.stream.decision.Answer.Verdict;
import io.hapax.stream.decision.Consequence.Inquire;
import io.hapax.stream.decision.Consequence.InquiryReason;
import io.hapax.stream.decision.Consequence.Nothing;
import io.hapax.stream.decision.Consequence.NothingReason;
import io.hapax.stream.decision.Consequence.Post;
import io.hapax.stream.decision.Consequence.PostReason;
import io.hapax.stream.decision.Consequence.Remember;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.IdempotencyRecord.TakenKey;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The operations of a task, as functions: of what happened, what is stored of the payment, the policy and the time.
 * Each asks the rules and returns what follows, in the order in which the caller is to write it, in one transaction.
 * Nothing is kept between calls.
 */
public final class PaymentTask {
    private final PaymentRules rules;

    public PaymentTask(PaymentRules rules) {
        this.rules = rules;
    }

    /**
     * A command has come to the task that its key belongs to.
     *
     * @param stored of the payment, null if nothing
     */
    public List<Consequence> command(
            UUID paymentId, Command command, @Nullable IdempotencyRecord stored, RetentionSchedule policy, Now now) {
        Instant decidedAt = now.streamTime();
        return switch (rules.decide(command, stored, policy, now)) {
            case Decision.Accepted(var pending) -> post(paymentId, pending, PostReason.ACCEPTED);
            case Decision.Recalled(var pending) -> inquire(paymentId, pending, InquiryReason.RECALLED);
            case Decision.Redelivered(var pending) -> List.of(redelivered(paymentId, pending));
            case Decision.AlreadySettled() -> List.of(new Nothing(NothingReason.COMMAND_READ_AGAIN));
            case Decision.Conflict(var known, var differing) -> {
                List<String> names =
                        differing.stream().map(PayloadField::wireName).toList();
                yield List.of(answer(command, paymentId, decidedAt, new Verdict.Conflict(known, names)));
            }
            case Decision.InFlight(var pending, var inquiry) -> {
                Answer answer = answer(command, paymentId, decidedAt, new Verdict.InFlight(pending));
                yield inquiry == null
                        ? List.of(answer)
                        : List.of(
                                answer,
                                new Remember(paymentId, inquiry),
                                new Inquire(paymentId, inquiry, InquiryReason.LEASE_RAN_OUT));
            }
            case Decision.Replayed(var settled) ->
                List.of(answer(command, paymentId, decidedAt, new Verdict.Replayed(settled)));
            case Decision.Expired() -> List.of(answer(command, paymentId, decidedAt, new Verdict.Expired()));
            case Decision.Invalid(var violation) ->
                List.of(answer(command, null, decidedAt, new Verdict.Invalid(List.of(violation))));
        };
    }

    /**
     * The ledger has answered.
     *
     * @param stored of the payment, null if nothing
     */
    public List<Consequence> outcome(
            UUID paymentId,
            PaymentKey key,
            Outcome outcome,
            OutcomeSource source,
            @Nullable IdempotencyRecord stored,
            RetentionSchedule policy,
            Now now) {
        return switch (rules.settle(outcome, source, stored, policy, now)) {
            case Settlement.Settles(var settled) ->
                List.of(new Remember(paymentId, settled), answerTo(paymentId, key, settled));
            case Settlement.Refuses(var refused) ->
                List.of(new Remember(paymentId, refused), answerTo(paymentId, key, refused));
            case Settlement.AnswersAgain(var ended) -> List.of(answerTo(paymentId, key, ended));
            case Settlement.PostsAgain(var pending) -> {
                boolean isFirst = pending.first().attempt() == 1;
                yield post(paymentId, pending, isFirst ? PostReason.NEVER_SEEN : PostReason.NOTHING_FOUND);
            }
            case Settlement.AnswersWithoutRecord(var lost) ->
                List.of(new Answer(
                        key,
                        new Asked(source.asked(), null),
                        paymentId,
                        lost.command(),
                        now.streamTime(),
                        verdictOf(lost)));
            case Settlement.Ignored() -> List.of(new Nothing(NothingReason.OUTCOME_REPEATED));
        };
    }

    /** The sweep has come by a pending payment: the ledger is asked if its lease has run out. */
    public List<Consequence> sweep(UUID paymentId, Pending pending, RetentionSchedule policy, Now now) {
        Optional<Pending> inquiry = rules.inquire(pending, policy, now);
        return inquiry.isEmpty() ? List.of() : inquire(paymentId, inquiry.get(), InquiryReason.LEASE_RAN_OUT);
    }

    private static List<Consequence> post(UUID paymentId, Pending pending, PostReason reason) {
        return List.of(new Remember(paymentId, pending), new Post(paymentId, pending, reason));
    }

    private static List<Consequence> inquire(UUID paymentId, Pending inquiry, InquiryReason reason) {
        return List.of(new Remember(paymentId, inquiry), new Inquire(paymentId, inquiry, reason));
    }

    /** Of a recalled command nothing is posted before the ledger has answered, however often it is read. */
    private static Consequence redelivered(UUID paymentId, Pending pending) {
        return pending.first().isPosted()
                ? new Post(paymentId, pending, PostReason.READ_AGAIN)
                : new Inquire(paymentId, pending, InquiryReason.READ_AGAIN);
    }

    /** The answer to the command whose payment has ended. */
    private static Answer answerTo(UUID paymentId, PaymentKey key, IdempotencyRecord ended) {
        LogPosition command = ended.first().origin();
        Asked asked = ended.first().digest().asked();
        return switch (ended) {
            case Settled settled ->
                new Answer(key, asked, paymentId, command, settled.settledAt(), new Verdict.SettledNow(settled));
            case TakenKey refused ->
                new Answer(
                        key,
                        asked,
                        paymentId,
                        command,
                        refused.refusedAt(),
                        new Verdict.Conflict(null, refused.differing()));
            case Pending pending -> throw new IllegalStateException("a pending payment has no answer yet");
        };
    }

    private static Answer answer(Command command, @Nullable UUID paymentId, Instant decidedAt, Verdict verdict) {
        return new Answer(command.key(), command.payload().asked(), paymentId, command.origin(), decidedAt, verdict);
    }

    private static Verdict verdictOf(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Resolved resolved -> new Verdict.SettledUnrecorded(resolved.result());
            case Outcome.KeyTaken taken -> new Verdict.Conflict(null, taken.differing());
            case Outcome.NotFound notFound -> throw new IllegalStateException("nothing found is no answer");
        };
    }
}
