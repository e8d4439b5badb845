package io.hapax.lab.simulation;

import io.hapax.ledger.posting.Account;
import io.hapax.ledger.posting.PaymentResult;
import io.hapax.ledger.posting.RecordedPayment;
import io.hapax.stream.decision.Answer;
import io.hapax.stream.decision.Answer.Verdict;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.Result;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A witness outside the program: it sees all committed records and compares them with the promise. */
final class Witness {
    private final RetentionSchedule policy;
    private final long moneyMinor;
    private final Map<LogPosition, SentCommand> sent = new HashMap<>();
    private final Map<LogPosition, Answer> answers = new HashMap<>();
    private final Map<PaymentKey, List<Acceptance>> acceptances = new HashMap<>();
    /** The answer of each original, as the first of settlement and replays gave it. */
    private final Map<LogPosition, Settled> results = new HashMap<>();

    private final Map<PaymentKey, Result> ledger = new HashMap<>();
    private final Set<PaymentKey> moved = new HashSet<>();
    private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);

    /** Kinds of answers, for the report. */
    enum Kind {
        INVALID,
        CONFLICT,
        IN_FLIGHT,
        REPLAYED,
        EXPIRED,
        SETTLED,
        /** Settled by what the ledger was asked, nothing was posted. */
        RECALLED,
        /** Settled after the ledger was asked, since it had never seen the payment. */
        RECALLED_UNSEEN
    }

    /** A command that was accepted or recalled, and its result. */
    private static final class Acceptance {
        final LogPosition command;
        final Instant seenAt;

        /** The ledger was asked before anything was posted. */
        final boolean recalled;

        boolean posted;

        @Nullable Answer end;
        /** The time until which a retry gets the stored answer, as the settlement tells. */
        Instant expiresAt = Instant.MIN;

        Acceptance(LogPosition command, Instant seenAt, boolean recalled) {
            this.command = command;
            this.seenAt = seenAt;
            this.recalled = recalled;
            this.posted = !recalled;
        }

        /** The ledger knew the key from before, with another payload: to others it stays unknown. */
        boolean wasRefused() {
            return end != null && end.verdict() instanceof Verdict.Conflict;
        }

        /** True if every command of the key must be recognised at that time. */
        boolean isRemembered(Instant at) {
            return end == null || (end.verdict() instanceof Verdict.SettledNow && at.isBefore(expiresAt));
        }
    }

    /** @param moneyMinor sum of all balances, for ever */
    Witness(RetentionSchedule policy, long moneyMinor) {
        this.policy = policy;
        this.moneyMinor = moneyMinor;
    }

    Map<Kind, Integer> counts() {
        return counts;
    }

    void sent(LogPosition origin, SentCommand command) {
        sent.put(origin, command);
    }

    void posted(Pending pending) {
        LogPosition command = pending.first().origin();
        List<Acceptance> before = acceptances.computeIfAbsent(pending.key(), key -> new ArrayList<>());
        for (Acceptance known : before) {
            if (known.command.equals(command)) {
                postedAgain(pending.key(), known);
                return;
            }
        }
        for (Acceptance earlier : before) {
            demand(
                    earlier.wasRefused() || !tellsItsAge(command, earlier),
                    "no key is accepted twice when its commands tell when they were first sent",
                    pending.key() + " by " + earlier.command + " and " + command);
        }
        accepted(pending, before, false);
    }

    /** The ledger may be told again what it was told before; what it was only asked about, if it does not know it. */
    private void postedAgain(PaymentKey key, Acceptance known) {
        demand(
                known.posted || !ledger.containsKey(key),
                "nothing is posted that was looked up and is in the ledger",
                key + " by " + known.command);
        known.posted = true;
    }

    /** Sees an inquiry. The first inquiry for a command must come before any post for it. */
    void inquired(Pending pending) {
        List<Acceptance> before = acceptances.computeIfAbsent(pending.key(), key -> new ArrayList<>());
        LogPosition command = pending.first().origin();
        if (before.stream().noneMatch(known -> known.command.equals(command))) {
            demand(!pending.first().isPosted(), "only accepted commands are asked about", pending.toString());
            accepted(pending, before, true);
        }
    }

    private void accepted(Pending pending, List<Acceptance> before, boolean recalled) {
        LogPosition command = pending.first().origin();
        Instant now = pending.first().seenAt();
        for (Acceptance earlier : before) {
            demand(
                    !earlier.isRemembered(now),
                    "no key is accepted twice while it is remembered",
                    pending.key() + " by " + earlier.command + " and " + command);
        }
        before.add(new Acceptance(command, now, recalled));
    }

    /** @param expiresAt with a settlement: until when it says that a retry gets the stored answer */
    void answered(Answer answer, Instant expiresAt) {
        Answer before = answers.put(answer.command(), answer);
        demand(before == null, "every command is answered once", answer + " after " + before);
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
    }

    void recorded(RecordedPayment payment) {
        PaymentKey key =
                new PaymentKey(payment.request().clientId(), payment.request().idempotencyKey());
        demand(
                ledger.put(key, SimulatedLedger.result(payment)) == null,
                "the ledger deals with a key once, for ever",
                key.toString());
        if (payment.settlement() instanceof PaymentResult.Completed) {
            demand(moved.add(key), "money moves at most once per key, for ever", key.toString());
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
                    answers.containsKey(command.getKey()),
                    "every command is answered, every accepted one settled",
                    command.toString());
        }
    }

    private void end(Answer answer, Verdict.Conflict conflict) {
        if (conflict.known() == null) {
            acceptance(answer).end = answer;
            return;
        }
        LogPosition original = conflict.known().first().origin();
        demand(
                !samePayload(sentAt(original), sentAt(answer.command())),
                "only another payload is a conflict",
                answer.toString());
    }

    private void replayed(Answer answer, @Nullable SentCommand command, Settled settled) {
        demandSamePayment(answer, command, settled.first().origin());
        demandSameResult(answer, settled);
    }

    private void expired(Answer answer) {
        for (Acceptance acceptance : acceptances.getOrDefault(answer.key(), List.of())) {
            demand(!acceptance.isRemembered(answer.decidedAt()), "no remembered key expires", answer.toString());
        }
    }

    private void settled(Answer answer, Settled settled, Instant expiresAt) {
        Acceptance accepted = acceptance(answer);
        accepted.end = answer;
        accepted.expiresAt = expiresAt;
        demandSameResult(answer, settled);
        demand(
                settled.result().equals(ledger.get(answer.key())),
                "a settlement says what the ledger did",
                answer + " instead of " + ledger.get(answer.key()));
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
        return acceptances.getOrDefault(answer.key(), List.of()).stream()
                .filter(acceptance -> acceptance.command.equals(answer.command()))
                .findAny()
                .orElseThrow(() -> new BrokenPromiseException("only accepted commands are settled", answer.toString()));
    }

    private void demandSamePayment(Answer answer, @Nullable SentCommand command, LogPosition original) {
        demand(
                command != null && samePayload(sentAt(original), command),
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
        return sentAt != null && !sentAt.isAfter(earlier.seenAt.plus(policy.allowedSkew()));
    }

    private static boolean samePayload(SentCommand a, SentCommand b) {
        return a.debtor().equals(b.debtor()) && a.creditor().equals(b.creditor()) && a.amountMinor() == b.amountMinor();
    }

    private Kind kindOf(Answer answer) {
        return switch (answer.verdict()) {
            case Verdict.Invalid v -> Kind.INVALID;
            case Verdict.Conflict v -> Kind.CONFLICT;
            case Verdict.InFlight v -> Kind.IN_FLIGHT;
            case Verdict.Replayed v -> Kind.REPLAYED;
            case Verdict.Expired v -> Kind.EXPIRED;
            case Verdict.SettledNow v -> {
                Acceptance accepted = acceptance(answer);
                yield !accepted.recalled ? Kind.SETTLED : accepted.posted ? Kind.RECALLED_UNSEEN : Kind.RECALLED;
            }
            case Verdict.SettledUnrecorded v -> Kind.SETTLED;
        };
    }

    private static void demand(boolean holds, String promise, String what) {
        if (!holds) {
            throw new BrokenPromiseException(promise, what);
        }
    }
}
