package io.hapax.stream.decision;

import io.hapax.stream.decision.Answer.Verdict;
import io.hapax.stream.decision.Consequences.InquiryReason;
import io.hapax.stream.decision.Consequences.NothingReason;
import io.hapax.stream.decision.Consequences.PostReason;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Refused;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * The payments of one task: looks up what is remembered, asks the rules, remembers and tells what follows. All that one
 * call does belongs into one transaction.
 */
public final class PaymentTask {
    private final PaymentRules rules;
    private final RememberedPayments payments;
    private final Consequences consequences;

    public PaymentTask(PaymentRules rules, RememberedPayments payments, Consequences consequences) {
        this.rules = rules;
        this.payments = payments;
        this.consequences = consequences;
    }

    /** A command has come to the task that its key belongs to. */
    public void command(UUID paymentId, Command command, Now now) {
        Instant decidedAt = now.streamTime();
        IdempotencyRecord stored = payments.find(paymentId, decidedAt);
        switch (rules.decide(command, stored, now)) {
            case Decision.Accepted(var pending) -> {
                payments.put(paymentId, pending);
                consequences.post(paymentId, pending, PostReason.ACCEPTED);
            }
            case Decision.Recalled(var pending) -> inquire(paymentId, pending, InquiryReason.RECALLED);
            case Decision.SeenAgain(var pending) -> seenAgain(paymentId, pending);
            case Decision.AlreadySettled() -> consequences.nothing(NothingReason.COMMAND_READ_AGAIN);
            case Decision.Conflict(var known, var differing) -> {
                List<String> names =
                        differing.stream().map(PayloadField::wireName).toList();
                answer(command, paymentId, decidedAt, new Verdict.Conflict(known, names));
            }
            case Decision.InFlight(var pending, var inquiry) -> {
                answer(command, paymentId, decidedAt, new Verdict.InFlight(pending));
                if (inquiry != null) {
                    inquire(paymentId, inquiry, InquiryReason.LEASE_RAN_OUT);
                }
            }
            case Decision.Replayed(var settled) -> answer(command, paymentId, decidedAt, new Verdict.Replayed(settled));
            case Decision.Expired() -> answer(command, paymentId, decidedAt, new Verdict.Expired());
            case Decision.Invalid(var violation) ->
                consequences.answer(new Answer(
                        command.key(), null, command.origin(), decidedAt, new Verdict.Invalid(List.of(violation))));
        }
    }

    /** The ledger has answered. */
    public void outcome(UUID paymentId, PaymentKey key, Outcome outcome, OutcomeSource source, Now now) {
        IdempotencyRecord stored = payments.find(paymentId, now.streamTime());
        switch (rules.settle(outcome, source, stored, now)) {
            case Settlement.Settles(var settled) -> end(paymentId, key, settled);
            case Settlement.Refuses(var refused) -> end(paymentId, key, refused);
            case Settlement.AnswersAgain(var ended) -> answerEnded(paymentId, key, ended);
            case Settlement.PostsAgain(var pending) -> {
                payments.put(paymentId, pending);
                boolean isFirst = pending.first().attempt() == 1;
                consequences.post(paymentId, pending, isFirst ? PostReason.NEVER_SEEN : PostReason.NOTHING_FOUND);
            }
            case Settlement.AnswersWithoutRecord(var lost) ->
                consequences.answer(new Answer(key, paymentId, lost.command(), now.streamTime(), verdictOf(lost)));
            case Settlement.Ignored() -> consequences.nothing(NothingReason.OUTCOME_REPEATED);
        }
    }

    /** The sweep has come by a pending payment: asks the ledger if its lease has run out. */
    public void sweep(UUID paymentId, Pending pending, Now now) {
        rules.inquire(pending, now).ifPresent(inquiry -> inquire(paymentId, inquiry, InquiryReason.LEASE_RAN_OUT));
    }

    private void inquire(UUID paymentId, Pending inquiry, InquiryReason reason) {
        payments.put(paymentId, inquiry);
        consequences.inquire(paymentId, inquiry, reason);
    }

    /** Of a recalled command nothing is posted before the ledger has answered, however often it is read. */
    private void seenAgain(UUID paymentId, Pending pending) {
        if (pending.first().isPosted()) {
            consequences.post(paymentId, pending, PostReason.READ_AGAIN);
        } else {
            consequences.inquire(paymentId, pending, InquiryReason.READ_AGAIN);
        }
    }

    private void end(UUID paymentId, PaymentKey key, IdempotencyRecord ended) {
        payments.put(paymentId, ended);
        answerEnded(paymentId, key, ended);
    }

    private void answerEnded(UUID paymentId, PaymentKey key, IdempotencyRecord ended) {
        Origin command = ended.first().origin();
        consequences.answer(
                switch (ended) {
                    case Settled settled ->
                        new Answer(key, paymentId, command, settled.settledAt(), new Verdict.SettledNow(settled));
                    case Refused refused ->
                        new Answer(
                                key,
                                paymentId,
                                command,
                                refused.refusedAt(),
                                new Verdict.Conflict(null, refused.differing()));
                    case Pending pending -> throw new IllegalStateException("a pending payment has no answer yet");
                });
    }

    private void answer(Command command, UUID paymentId, Instant decidedAt, Verdict verdict) {
        consequences.answer(new Answer(command.key(), paymentId, command.origin(), decidedAt, verdict));
    }

    private static Verdict verdictOf(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Dealt dealt -> new Verdict.SettledUnrecorded(dealt.result());
            case Outcome.Taken taken -> new Verdict.Conflict(null, taken.differing());
            case Outcome.NotFound notFound -> throw new IllegalStateException("nothing found is no answer");
        };
    }
}
