package io.hapax.lab.simulation;

import io.hapax.lab.simulation.Acceptances.Acceptance;
import io.hapax.lab.simulation.Acceptances.End;
import io.hapax.lab.simulation.SentCommand.Wish;
import io.hapax.ledger.posting.Account;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PaymentResult;
import io.hapax.ledger.posting.RecordedPayment;
import io.hapax.stream.decision.Answer;
import io.hapax.stream.decision.Answer.Verdict;
import io.hapax.stream.decision.Asked;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.Result;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A witness outside the program: it sees all committed records and compares them with the promise.
 *
 * <p>More than 300 lines: its promises are about the same memory of each key.
 */
final class Witness {
    private final RetentionSchedule policy;
    private final long moneyMinor;

    /** Commands, without those that are answered and accepted nothing: nobody asks for them again. */
    private final Map<LogPosition, SentCommand> sent;

    private final Set<LogPosition> answered;
    private final Acceptances acceptances;

    /** The answer of each original, as the first of settlement and replays gave it. */
    private final Map<LogPosition, Settled> results;

    private final Map<PaymentKey, Posted> ledger;
    private final Set<PaymentKey> moved;

    /** Keys of which somebody was told that nothing is ever done under them. */
    private final Set<PaymentKey> cancelled;

    private final Map<AnswerKind, Integer> counts = new EnumMap<>(AnswerKind.class);

    /** A payment that the ledger has dealt with. */
    record Posted(PaymentContent content, Result result) {}

    /** All that the witness has to remember to judge what comes. */
    record Content(
            Map<LogPosition, SentCommand> sent,
            Set<LogPosition> answered,
            Map<PaymentKey, List<Acceptance>> acceptances,
            Map<LogPosition, Settled> results,
            Map<PaymentKey, Posted> ledger,
            Set<PaymentKey> moved,
            Set<PaymentKey> cancelled) {
        static final Content EMPTY = new Content(Map.of(), Set.of(), Map.of(), Map.of(), Map.of(), Set.of(), Set.of());
    }

    /** @param moneyMinor sum of all balances, for ever */
    Witness(RetentionSchedule policy, long moneyMinor, Content content) {
        this.policy = policy;
        this.moneyMinor = moneyMinor;
        this.sent = new HashMap<>(content.sent());
        this.answered = new HashSet<>(content.answered());
        this.acceptances = new Acceptances(content.acceptances());
        this.results = new HashMap<>(content.results());
        this.ledger = new HashMap<>(content.ledger());
        this.moved = new HashSet<>(content.moved());
        this.cancelled = new HashSet<>(content.cancelled());
    }

    Content content() {
        return new Content(
                Map.copyOf(sent),
                Set.copyOf(answered),
                acceptances.content(),
                Map.copyOf(results),
                Map.copyOf(ledger),
                Set.copyOf(moved),
                Set.copyOf(cancelled));
    }

    Map<AnswerKind, Integer> counts() {
        return counts;
    }

    void sent(LogPosition origin, SentCommand command) {
        sent.put(origin, command);
    }

    void posted(Pending pending) {
        PaymentKey key = pending.key();
        LogPosition command = pending.first().origin();
        Acceptance known = acceptances.find(key, command);
        if (known != null) {
            postedAgain(key, known);
            return;
        }
        for (Acceptance earlier : acceptances.of(key)) {
            demand(
                    earlier.end() == End.REFUSED || !tellsItsAge(command, earlier),
                    "no key is accepted twice when its commands tell when they were first sent",
                    key + " by " + earlier.command() + " and " + command);
        }
        accepted(pending, false);
    }

    /** The ledger may be told again what it was told before; what it was only asked about, if it does not know it. */
    private void postedAgain(PaymentKey key, Acceptance known) {
        demand(
                known.posted() || !ledger.containsKey(key),
                "nothing is posted that was looked up and is in the ledger",
                key + " by " + known.command());
        acceptances.replace(key, known.withPost());
    }

    /** Sees an inquiry. The first inquiry for a command must come before any post for it. */
    void inquired(Pending pending) {
        if (acceptances.find(pending.key(), pending.first().origin()) == null) {
            demand(!pending.first().isPosted(), "only accepted commands are asked about", pending.toString());
            accepted(pending, true);
        }
    }

    private void accepted(Pending pending, boolean recalled) {
        LogPosition command = pending.first().origin();
        Instant now = pending.first().seenAt();
        for (Acceptance earlier : acceptances.of(pending.key())) {
            demand(
                    !earlier.isRemembered(now),
                    "no key is accepted twice while it is remembered",
                    pending.key() + " by " + earlier.command() + " and " + command);
        }
        acceptances.add(pending.key(), new Acceptance(command, now, recalled));
    }

    /** @param expiresAt with a settlement: until when it says that a retry gets the stored answer */
    void answered(Answer answer, Instant expiresAt) {
        demand(answered.add(answer.command()), "every command is answered once", answer + " is one more");
        SentCommand command = sent.get(answer.command());
        demand(command != null, "only commands are answered", answer.toString());
        counts.merge(kindOf(answer), 1, Integer::sum);
        switch (answer.verdict()) {
            case Verdict.Invalid invalid -> {}
            case Verdict.Conflict conflict -> end(answer, conflict);
            case Verdict.InFlight inFlight ->
                demandSamePayment(answer, command, inFlight.pending().first().origin());
            case Verdict.Replayed(var settled) -> replayed(answer, command, settled);
            case Verdict.Expired expired -> expired(answer);
            case Verdict.SettledNow(var settled) -> settled(answer, settled, expiresAt);
            case Verdict.SettledUnrecorded unrecorded -> demand(false, "no record is lost", answer.toString());
        }
        if (tellsCancelled(answer.verdict())) {
            demand(
                    !moved.contains(answer.key()),
                    "no key under which money moved is called cancelled",
                    answer.toString());
            cancelled.add(answer.key());
        }
        if (acceptances.find(answer.key(), answer.command()) == null) {
            sent.remove(answer.command());
        }
    }

    private static boolean tellsCancelled(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Replayed(var settled) -> settled.result().isCancelled();
            case Verdict.SettledNow(var settled) -> settled.result().isCancelled();
            default -> false;
        };
    }

    void recorded(RecordedPayment payment) {
        PaymentKey key =
                new PaymentKey(payment.request().clientId(), payment.request().idempotencyKey());
        demand(
                ledger.put(key, new Posted(payment.request().content(), SimulatedLedger.result(payment))) == null,
                "the ledger deals with a key once, for ever",
                key.toString());
        if (payment.settlement() instanceof PaymentResult.Completed) {
            demand(moved.add(key), "money moves at most once per key, for ever", key.toString());
            demand(!cancelled.contains(key), "no money moves under a key that was called cancelled", key.toString());
        }
    }

    /** Demands that the stream time is not ahead. It is called for partitions whose brokers' clocks are right. */
    void clock(int partition, long streamTimeMs, long trueMs) {
        demand(
                streamTimeMs <= trueMs,
                "a broker's clock that is ahead moves the clocks of its own partitions alone",
                "partition " + partition + " is ahead by " + (streamTimeMs - trueMs) + " ms");
    }

    void balances(Collection<Account> accounts) {
        long sum = accounts.stream().mapToLong(Account::balanceMinor).sum();
        demand(sum == moneyMinor, "money is conserved", sum + " instead of " + moneyMinor);
    }

    /** Checks the end of a run, after all parts have finished their work. */
    void end() {
        for (Map.Entry<LogPosition, SentCommand> command : sent.entrySet()) {
            demand(
                    answered.contains(command.getKey()),
                    "every command is answered, every accepted one settled",
                    command.toString());
        }
    }

    private void end(Answer answer, Verdict.Conflict conflict) {
        if (conflict.known() == null) {
            acceptances.replace(answer.key(), acceptance(answer).ended(End.REFUSED, Instant.MIN));
            return;
        }
        LogPosition original = conflict.known().first().origin();
        demand(
                !isCancel(sentAt(original)) && !isCancel(sentAt(answer.command())),
                "a cancel is in no conflict",
                answer.toString());
        demand(
                !samePayload(sentAt(original), sentAt(answer.command())),
                "only another payload is a conflict",
                answer.toString());
    }

    private void replayed(Answer answer, @Nullable SentCommand command, Settled settled) {
        demandSamePayment(answer, command, settled.first().origin());
        demandSameResult(answer, settled);
        demand(
                answer.asked().isCancel()
                        || !settled.first().isCancel()
                        || settled.result().isCancelled(),
                "a cancel that came too late answers nothing but cancels",
                answer.toString());
    }

    private void expired(Answer answer) {
        demand(!answer.asked().isCancel(), "a cancel is never too late", answer.toString());
        for (Acceptance acceptance : acceptances.of(answer.key())) {
            demand(!acceptance.isRemembered(answer.decidedAt()), "no remembered key expires", answer.toString());
        }
    }

    private void settled(Answer answer, Settled settled, Instant expiresAt) {
        boolean isTooLate = settled.first().isCancel() && !settled.result().isCancelled();
        acceptances.replace(answer.key(), acceptance(answer).ended(isTooLate ? End.REFUSED : End.SETTLED, expiresAt));
        demandSameResult(answer, settled);
        Posted posted = ledger.get(answer.key());
        demand(
                posted != null && isToldOf(posted, settled, sentAt(answer.command())),
                "a settlement says what the ledger did",
                answer + " instead of " + posted);
    }

    /** What was cancelled is so whatever the command says. A cancel is told what was done before it. */
    private static boolean isToldOf(Posted posted, Settled settled, SentCommand command) {
        if (isCancel(command)) {
            return posted.result instanceof Result.Completed
                    ? settled.result() instanceof Result.DoneBefore
                    : settled.result().equals(posted.result);
        }
        return settled.result().equals(posted.result)
                && (posted.result.isCancelled() || isFor(command, posted.content));
    }

    private static boolean isCancel(SentCommand command) {
        return command.wish().isCancel();
    }

    /** Demands one result for a payment. A replay may come before its settlement, where a store kept lost writes. */
    private void demandSameResult(Answer answer, Settled settled) {
        Settled first = results.putIfAbsent(settled.first().origin(), settled);
        demand(
                first == null || first.equals(settled),
                "a replay is the answer of the original",
                answer + " instead of " + first);
    }

    private Acceptance acceptance(Answer answer) {
        Acceptance accepted = acceptances.find(answer.key(), answer.command());
        if (accepted == null) {
            throw new BrokenPromiseException("only accepted commands are settled", answer.toString());
        }
        return accepted;
    }

    private void demandSamePayment(Answer answer, @Nullable SentCommand command, LogPosition original) {
        demand(
                command != null
                        && (isCancel(command) || isCancel(sentAt(original)) || samePayload(sentAt(original), command)),
                "another payload is a conflict",
                answer.toString());
    }

    private SentCommand sentAt(LogPosition origin) {
        SentCommand command = sent.get(origin);
        if (command == null) {
            throw new BrokenPromiseException("records are of commands", origin.toString());
        }
        return command;
    }

    /** True if the command says that it was first sent before the earlier one was accepted, within the skew. */
    private boolean tellsItsAge(LogPosition command, Acceptance earlier) {
        Instant sentAt = sentAt(command).saysFirstSentAt();
        return sentAt != null && !sentAt.isAfter(earlier.seenAt().plus(policy.allowedSkew()));
    }

    private static boolean samePayload(SentCommand a, SentCommand b) {
        return a.wish().equals(b.wish());
    }

    private static boolean isFor(SentCommand command, PaymentContent content) {
        Wish wish = command.wish();
        return wish.debtor().equals(content.debtorAccount())
                && (wish.kind() == Asked.Kind.CAPTURE || wish.creditor().equals(content.creditorAccount()))
                && wish.amountMinor() == content.amountMinor()
                && (wish.kind() == Asked.Kind.PAYMENT) == (content.step() == null);
    }

    private AnswerKind kindOf(Answer answer) {
        return switch (answer.verdict()) {
            case Verdict.Invalid v -> AnswerKind.INVALID;
            case Verdict.Conflict v -> AnswerKind.CONFLICT;
            case Verdict.InFlight v -> AnswerKind.IN_FLIGHT;
            case Verdict.Replayed v ->
                tellsCancelled(v) && !answer.asked().isCancel() ? AnswerKind.STOPPED_BY_A_CANCEL : AnswerKind.REPLAYED;
            case Verdict.Expired v -> AnswerKind.EXPIRED;
            case Verdict.SettledNow v
            when answer.asked().isCancel() -> tellsCancelled(v) ? AnswerKind.CANCELLED : AnswerKind.CANCELLED_TOO_LATE;
            case Verdict.SettledNow v when tellsCancelled(v) -> AnswerKind.STOPPED_BY_A_CANCEL;
            case Verdict.SettledNow v -> {
                Acceptance accepted = acceptance(answer);
                yield !accepted.recalled()
                        ? AnswerKind.SETTLED
                        : accepted.posted() ? AnswerKind.RECALLED_UNSEEN : AnswerKind.RECALLED;
            }
            case Verdict.SettledUnrecorded v -> AnswerKind.SETTLED;
        };
    }

    private static void demand(boolean holds, String promise, String what) {
        if (!holds) {
            throw new BrokenPromiseException(promise, what);
        }
    }
}
