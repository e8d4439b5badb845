package io.hapax.tools.audit;

import io.hapax.stream.decision.Answer;
import io.hapax.stream.decision.CheckedCommand;
import io.hapax.stream.decision.Command;
import io.hapax.stream.decision.CommandCheck;
import io.hapax.stream.decision.Consequence;
import io.hapax.stream.decision.Decision;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.IdempotencyRecord.TakenKey;
import io.hapax.stream.decision.KeyForm;
import io.hapax.stream.decision.Now;
import io.hapax.stream.decision.OutcomeSource;
import io.hapax.stream.decision.PaymentRules;
import io.hapax.stream.decision.PaymentTask;
import io.hapax.stream.decision.ReceivedCommand;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.SwitchedOn;
import io.hapax.stream.decision.Violation;
import io.hapax.stream.records.BucketRows;
import io.hapax.stream.wire.CancelDecisions;
import io.hapax.stream.wire.Decisions;
import io.hapax.stream.wire.ReservationDecisions;
import io.hapax.tools.audit.AuditReport.Kind;
import io.hapax.tools.audit.ReadingOrder.Step;
import io.hapax.tools.log.AnyDecision;
import io.hapax.tools.log.AnyOutcome;
import io.hapax.topics.LogPosition;
import io.hapax.topics.Partitions;
import io.hapax.topics.Topic;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The commands of one payment, decided again by the same rule, in the order in which the task read them. */
final class DecidedAgain {
    /**
     * The app's clock in the audit: no lease expires by it. Leases follow the apps' clocks, which are not stored. So
     * inquiries are not decided again.
     */
    private static final Instant NO_CLOCK = Instant.EPOCH;

    private static final List<String> TWO_STEPS_OFF = List.of(Violation.TWO_STEPS_OFF.name());
    private static final List<String> GUARDS_OFF = List.of(Violation.GUARDS_OFF.name());

    private final RetentionSchedule policy;
    private final int partitions;
    private final BucketRows rows;
    private final CommandCheck check;
    private final CommandCheck checkWithoutSwitches;
    private final PaymentTask task = new PaymentTask(PaymentRules.RIGHT);
    private final PaymentRecords records;
    private final AuditReport report;

    private @Nullable IdempotencyRecord stored;
    private final Map<LogPosition, AnyDecision> answers = new HashMap<>();
    private final Map<LogPosition, Integer> posts = new HashMap<>();
    private final Set<LogPosition> recalls = new HashSet<>();

    /**
     * @param rows how the task's store keeps what has ended
     * @param partitions of {@code payment-commands}
     */
    DecidedAgain(
            RetentionSchedule policy, BucketRows rows, int partitions, PaymentRecords records, AuditReport report) {
        this.policy = policy;
        this.rows = rows;
        this.partitions = partitions;
        this.check = new CommandCheck(policy.allowedSkew(), SwitchedOn.ALL);
        this.checkWithoutSwitches = new CommandCheck(policy.allowedSkew());
        this.records = records;
        this.report = report;
    }

    /** The answers, by the command that each answers. */
    Map<LogPosition, AnyDecision> answers() {
        return answers;
    }

    /** The number of posts to the ledger, by command. */
    Map<LogPosition, Integer> posts() {
        return posts;
    }

    /** Commands about whose payment the ledger is asked before anything is posted. */
    Set<LogPosition> recalls() {
        return recalls;
    }

    void read(Step step) {
        switch (step) {
            case Step.OfCommand command -> decide(command);
            case Step.OfOutcome(var at, var outcome) -> settle(outcome, at);
        }
    }

    private void decide(Step.OfCommand step) {
        LogPosition origin = step.origin();
        PaymentRecords.Found<ReceivedCommand> found = step.command();
        Instant time = step.time();
        switch (check(origin).check(found.value(), time)) {
            case CheckedCommand.Valid(Command command) -> {
                if (isPlaced(origin, found, command)) {
                    Command taken = asTaken(asAsked(origin, command));
                    tellWhenTimeDecided(taken, step.appended(), time);
                    note(task.command(records.paymentId(), taken, stored(time), policy, new Now(time, NO_CLOCK)));
                }
            }
            case CheckedCommand.Invalid(var violations) -> {
                ReceivedCommand received = found.value();
                answer(new Answer(
                        received.key(), received.asked(), null, origin, time, new Answer.Verdict.Invalid(violations)));
            }
        }
    }

    /** What was switched on is in no log. Only the decision shows that it was not. */
    private CommandCheck check(LogPosition origin) {
        PaymentRecords.Found<AnyDecision> decision = records.decision(origin);
        List<String> violations =
                decision == null ? List.of() : decision.value().violations();
        if (violations.equals(TWO_STEPS_OFF)) {
            report.count("twoStepsOff", "refused since payments in two steps were switched off");
            return checkWithoutSwitches;
        }
        if (violations.equals(GUARDS_OFF)) {
            report.count("guardsOff", "refused since cancels were switched off");
            return checkWithoutSwitches;
        }
        return check;
    }

    /** Which form a policy asked of keys is in no log. Only the decision shows that it asked for one. */
    private Command asAsked(LogPosition origin, Command command) {
        PaymentRecords.Found<AnyDecision> decision = records.decision(origin);
        if (decision == null || decision.value().violations().size() != 1) {
            return command;
        }
        String violation = decision.value().violations().getFirst();
        for (KeyForm form : KeyForm.values()) {
            Violation broken = form.brokenBy(command.key().idempotencyKey());
            if (broken != null && broken.name().equals(violation)) {
                report.count("keyForms", "refused for the form of the key");
                return form.asks(command);
            }
        }
        return command;
    }

    /** A rule for new payments may be younger than an acceptance. */
    private Command asTaken(Command command) {
        return records.acceptance(command.origin()) == null
                ? command
                : new Command(command.key(), command.payload(), command.firstSentAt(), command.origin());
    }

    /** False if the command never came to the task of its key, where it would have been decided. */
    private boolean isPlaced(LogPosition origin, PaymentRecords.Found<ReceivedCommand> found, Command command) {
        List<PaymentRecords.Found<ReceivedCommand>> copies = records.copies(origin);
        boolean isElsewhere = Partitions.of(command.key(), partitions) != origin.partition();
        if (copies.size() > (isElsewhere ? 1 : 0)
                || copies.stream().anyMatch(copy -> !copy.value().equals(found.value()))) {
            PaymentRecords.Found<ReceivedCommand> copy = copies.getLast();
            report.differs(
                    Kind.REROUTE_UNFOUNDED,
                    Topic.PAYMENT_COMMANDS_REROUTED.topicName(),
                    copy.partition(),
                    copy.offset(),
                    "command " + origin.partition() + "@" + origin.offset()
                            + " was sent on more than once, changed, or without need");
        }
        if (isElsewhere && copies.isEmpty()) {
            report.differs(
                    Kind.REROUTE_MISSING,
                    Topic.PAYMENT_COMMANDS.topicName(),
                    origin.partition(),
                    origin.offset(),
                    "it lies on another partition than its key, and was not sent on");
            return records.decision(origin) != null || records.acceptance(origin) != null;
        }
        return true;
    }

    /** The task's clock was ahead of the command, by what it had read of other topics; seldom that matters. */
    private void tellWhenTimeDecided(Command command, Instant appended, Instant time) {
        if (time.isAfter(appended)) {
            Decision then = decide(command, time);
            Decision alone = decide(command, appended);
            if (!then.getClass().equals(alone.getClass())) {
                report.interleaved(
                        "CLOCK_AHEAD",
                        Topic.PAYMENT_COMMANDS.topicName(),
                        command.origin().partition(),
                        command.origin().offset(),
                        then.getClass().getSimpleName() + " at " + time + ", would be "
                                + alone.getClass().getSimpleName() + " when appended at " + appended);
            }
        }
    }

    private Decision decide(Command command, Instant time) {
        return PaymentRules.RIGHT.decide(command, stored(time), policy, new Now(time, NO_CLOCK));
    }

    private void settle(PaymentRecords.Found<AnyOutcome> outcome, Instant at) {
        AnyOutcome told = outcome.value();
        note(task.outcome(
                records.paymentId(),
                told.key(),
                told.outcome(),
                new OutcomeSource(outcome.offset(), outcome.time(), told.asked()),
                stored(at),
                policy,
                new Now(at, NO_CLOCK)));
    }

    /** The idempotency record that the task still finds in its store at that time; null if there is none. */
    private @Nullable IdempotencyRecord stored(Instant now) {
        return switch (stored) {
            case Settled settled when isForgotten(settled.settledAt(), now) -> null;
            case TakenKey refused when isForgotten(refused.refusedAt(), now) -> null;
            case null, default -> stored;
        };
    }

    /** True if the record is neither in the bucket of now nor in the one before. */
    private boolean isForgotten(Instant ended, Instant now) {
        return rows.isDue(rows.bucketOf(ended, policy.changeAt(ended)), now.toEpochMilli());
    }

    private void note(List<Consequence> consequences) {
        for (Consequence consequence : consequences) {
            switch (consequence) {
                case Consequence.Remember(var paymentId, var state) -> stored = state;
                case Consequence.Post(var paymentId, var pending, var reason) ->
                    posts.merge(pending.first().origin(), 1, Integer::sum);
                case Consequence.Inquire inquire -> looksUp(inquire);
                case Answer answer -> answer(answer);
                case Consequence.Nothing nothing -> {}
            }
        }
    }

    private void looksUp(Consequence.Inquire inquire) {
        if (inquire.reason() != Consequence.InquiryReason.RECALLED) {
            throw new IllegalStateException(inquire.reason() + " without a clock: each command is decided once");
        }
        recalls.add(inquire.pending().first().origin());
    }

    private void answer(Answer answer) {
        answers.put(
                answer.command(),
                AnyDecision.of(
                        switch (answer.asked().kind()) {
                            case PAYMENT -> Decisions.decision(answer, policy);
                            case RESERVE, CAPTURE, VOID -> ReservationDecisions.decision(answer, policy);
                            case CANCEL -> CancelDecisions.decision(answer, policy);
                        }));
    }
}
