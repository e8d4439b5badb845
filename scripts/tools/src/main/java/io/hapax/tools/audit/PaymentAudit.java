package io.hapax.tools.audit;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.LedgerOutcomeStatus;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.Verdict;
import io.hapax.stream.decision.Answer;
import io.hapax.stream.decision.CheckedCommand;
import io.hapax.stream.decision.Command;
import io.hapax.stream.decision.CommandCheck;
import io.hapax.stream.decision.Consequence;
import io.hapax.stream.decision.Decision;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.IdempotencyRecord.TakenKey;
import io.hapax.stream.decision.Now;
import io.hapax.stream.decision.Origin;
import io.hapax.stream.decision.OutcomeSource;
import io.hapax.stream.decision.PaymentRules;
import io.hapax.stream.decision.PaymentTask;
import io.hapax.stream.decision.Placement;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.records.BucketRows;
import io.hapax.stream.wire.Commands;
import io.hapax.stream.wire.Decisions;
import io.hapax.stream.wire.Outcomes;
import io.hapax.stream.wire.PayloadFingerprint;
import io.hapax.tools.audit.AuditReport.Kind;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides the commands of one payment again, by the same rule, and compares with what was decided. A decision depends on
 * its payment's records alone, and on the task's clock, which is on record: in the event for an accepted command, in
 * the decision for any other.
 *
 * <p>In which order the task read commands and outcomes is not on record, except in the order of its answers. So that order
 * is taken, and held against what is possible.
 */
final class PaymentAudit {
    /** Leases follow the apps' clocks, which are not on record: here none runs out, and inquiries are not decided again. */
    private static final Instant NO_CLOCK = Instant.EPOCH;

    private final RetentionSchedule policy;
    private final int partitions;
    private final PolicyHistory policies;
    private final BucketRows rows;
    private final CommandCheck check;
    private final PaymentTask task = new PaymentTask(PaymentRules.RIGHT);
    private final PaymentRecords records;
    private final AuditReport report;

    private @Nullable IdempotencyRecord stored;
    private final Map<Origin, PaymentDecision> answers = new HashMap<>();
    private final Map<Origin, Integer> posts = new HashMap<>();
    private final Set<Origin> recalls = new HashSet<>();

    /** A step of the task about this payment. */
    private record Step(Instant time, int rank, long decisionOffset, Runnable work) {
        static final Comparator<Step> ORDER =
                Comparator.comparing(Step::time).thenComparingInt(Step::rank).thenComparingLong(Step::decisionOffset);
    }

    /** @param partitions of {@code payment-commands} */
    PaymentAudit(
            RetentionSchedule initial,
            PolicyHistory policies,
            int partitions,
            PaymentRecords records,
            AuditReport report) {
        PaymentKey key = records.key();
        this.policies = policies;
        this.policy = key == null ? initial : policies.of(key, Partitions.of(key, partitions));
        this.rows = new BucketRows(initial.retention());
        this.partitions = partitions;
        this.check = new CommandCheck(policy.allowedSkew());
        this.records = records;
        this.report = report;
    }

    void run() {
        List<Step> steps = new ArrayList<>();
        records.commands().forEach((origin, command) -> steps.add(step(origin, command)));
        steps.addAll(outcomes());
        steps.sort(Step.ORDER);
        steps.forEach(step -> step.work().run());
        compareAnswers();
        comparePosts();
        compareRecalls();
        records.repeated()
                .forEach(again -> report.differs(
                        Kind.DECISION_TWICE,
                        Topic.PAYMENT_DECISIONS.topicName(),
                        again.partition(),
                        again.offset(),
                        "command " + again.value().getCommandPartition() + "@"
                                + again.value().getCommandOffset() + " has an answer already"));
    }

    private Step step(Origin origin, PaymentRecords.Found<PaymentCommand> command) {
        PaymentRecords.Found<LedgerEvent> accepted = records.acceptance(origin);
        PaymentRecords.Found<PaymentDecision> decision = records.decision(origin);
        Instant appended = appended(origin, command);
        Instant time = accepted != null
                ? accepted.value().getAcceptedAt()
                : decision != null ? decision.value().getDecidedAt() : appended;
        if (time.isBefore(appended)) {
            report.differs(
                    Kind.TIME_IMPOSSIBLE,
                    Topic.PAYMENT_COMMANDS.topicName(),
                    origin.partition(),
                    origin.offset(),
                    "decided at " + time + ", before it was appended at " + appended);
        }
        // At one and the same time: what was refused as unknown, the one that was accepted, then as the answers show.
        int rank = accepted != null ? 1 : decision != null && decision.value().getVerdict() == Verdict.EXPIRED ? 0 : 2;
        long place = decision == null || accepted != null ? Long.MAX_VALUE : decision.offset();
        return new Step(time, rank, place, () -> decide(origin, command, time));
    }

    /** As the command's own task sees it. */
    private Instant appended(Origin origin, PaymentRecords.Found<PaymentCommand> command) {
        long appendedMs = command.time().toEpochMilli();
        for (PaymentRecords.Found<PaymentCommand> copy : records.copies(origin)) {
            appendedMs = Placement.timeOfReroute(appendedMs, copy.time().toEpochMilli());
        }
        return Instant.ofEpochMilli(appendedMs);
    }

    private void decide(Origin origin, PaymentRecords.Found<PaymentCommand> found, Instant time) {
        switch (check.check(Commands.received(found.value(), origin), time)) {
            case CheckedCommand.Valid(Command command) -> {
                if (isPlaced(origin, found, command)) {
                    Command taken = asTaken(command);
                    tellWhenTimeDecided(taken, appended(origin, found), time);
                    note(task.command(records.paymentId(), taken, stored(time), policy, new Now(time, NO_CLOCK)));
                }
            }
            case CheckedCommand.Invalid(var violations) -> {
                PaymentKey key = new PaymentKey(
                        found.value().getClientId(), found.value().getIdempotencyKey());
                answer(new Answer(key, null, origin, time, new Answer.Verdict.Invalid(violations)));
            }
        }
    }

    /** A rule for new payments may be younger than an acceptance. */
    private Command asTaken(Command command) {
        return records.acceptance(command.origin()) == null
                ? command
                : new Command(command.key(), command.payment(), command.firstSentAt(), command.origin());
    }

    /** False if the command never came to the task of its key, where it would have been decided. */
    private boolean isPlaced(Origin origin, PaymentRecords.Found<PaymentCommand> found, Command command) {
        List<PaymentRecords.Found<PaymentCommand>> copies = records.copies(origin);
        boolean isElsewhere = Partitions.of(command.key(), partitions) != origin.partition();
        if (copies.size() > (isElsewhere ? 1 : 0)
                || copies.stream().anyMatch(copy -> !copy.value().equals(found.value()))) {
            PaymentRecords.Found<PaymentCommand> copy = copies.getLast();
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

    /** In the order of their partition, at the time of the settlement that shows when each was read. */
    private List<Step> outcomes() {
        List<Step> steps = new ArrayList<>();
        Instant reached = Instant.MIN;
        Set<Origin> settled = new HashSet<>();
        for (PaymentRecords.Found<LedgerOutcome> outcome : records.outcomes()) {
            Origin command = new Origin(
                    outcome.value().getCommandPartition(), outcome.value().getCommandOffset());
            PaymentRecords.Found<PaymentDecision> settlement =
                    outcome.value().getStatus() != LedgerOutcomeStatus.NOT_FOUND && settled.add(command)
                            ? records.decision(command)
                            : null;
            boolean foundNothing = outcome.value().getStatus() == LedgerOutcomeStatus.NOT_FOUND;
            Instant time = foundNothing
                    ? askedAt(command, outcome)
                    : settlement == null
                            ? settledAt(command, outcome)
                            : settlement.value().getDecidedAt();
            reached = time.isAfter(reached) ? time : reached;
            Instant at = reached;
            if (settlement == null && !records.isDue(outcome)) {
                continue;
            }
            // What was found nothing of is posted before it is settled.
            steps.add(new Step(
                    at,
                    foundNothing ? 1 : 2,
                    settlement == null ? Long.MAX_VALUE : settlement.offset(),
                    () -> settle(outcome, at)));
        }
        return steps;
    }

    /** At the earliest: an inquiry has the time of the command, whose acceptance may be later by the task's clock. */
    private Instant askedAt(Origin command, PaymentRecords.Found<LedgerOutcome> outcome) {
        PaymentRecords.Found<LedgerEvent> acceptance = records.acceptance(command);
        return acceptance != null && acceptance.value().getAcceptedAt().isAfter(outcome.time())
                ? acceptance.value().getAcceptedAt()
                : outcome.time();
    }

    /** Without a settlement, a retry that was answered by it still tells when it was. */
    private Instant settledAt(Origin command, PaymentRecords.Found<LedgerOutcome> outcome) {
        PaymentRecords.Found<LedgerEvent> acceptance = records.acceptance(command);
        return records.decisions().values().stream()
                .map(PaymentRecords.Found::value)
                .filter(answer -> answer.getExpiresAt() != null
                        && acceptance != null
                        && acceptance.value().getAcceptedAt().equals(answer.getFirstSeenAt()))
                .map(answer -> settledAt(Objects.requireNonNull(answer.getExpiresAt()), answer.getDecidedAt()))
                .findFirst()
                .orElse(outcome.time());
    }

    /** Under retentions that changed, there may be two times with the same end; an answer follows its settlement. */
    private Instant settledAt(Instant expiresAt, Instant answeredAt) {
        return policy.changes().reversed().stream()
                .map(change -> expiresAt.minus(change.retention()))
                .filter(settled -> policy.expiresAt(settled).equals(expiresAt) && !settled.isAfter(answeredAt))
                .findFirst()
                .orElseGet(() -> expiresAt.minus(policy.retention()));
    }

    private void settle(PaymentRecords.Found<LedgerOutcome> outcome, Instant at) {
        LedgerOutcome wire = outcome.value();
        note(task.outcome(
                records.paymentId(),
                new PaymentKey(wire.getClientId(), wire.getIdempotencyKey()),
                Outcomes.outcome(wire),
                new OutcomeSource(outcome.offset(), outcome.time()),
                stored(at),
                policy,
                new Now(at, NO_CLOCK)));
    }

    private void compareAnswers() {
        answers.forEach((origin, expected) -> {
            PaymentRecords.Found<PaymentDecision> actual = records.decision(origin);
            if (actual == null) {
                report.differs(
                        Kind.DECISION_MISSING,
                        Topic.PAYMENT_COMMANDS.topicName(),
                        origin.partition(),
                        origin.offset(),
                        "the rule answers " + words(expected) + ", and no decision does");
            } else if (asTold(expected, actual.value()).equals(actual.value())) {
                report.count(
                        "decidedAgain" + AuditReport.camel(String.valueOf(expected.getVerdict())),
                        "decided again: " + expected.getVerdict());
                tellWhenOrderDecided(origin, actual);
            } else {
                report.differs(
                        Kind.DECISION_DIFFERS,
                        Topic.PAYMENT_DECISIONS.topicName(),
                        actual.partition(),
                        actual.offset(),
                        "command " + origin.partition() + "@" + origin.offset() + ": the rule answers "
                                + words(expected)
                                + ", the decision is " + words(actual.value()) + ", they differ in "
                                + differing(expected, actual.value()));
            }
        });
        records.decisions().forEach((origin, actual) -> {
            if (!answers.containsKey(origin)) {
                report.differs(
                        Kind.DECISION_UNFOUNDED,
                        Topic.PAYMENT_DECISIONS.topicName(),
                        actual.partition(),
                        actual.offset(),
                        records.commands().containsKey(origin)
                                ? "the rule does not answer command " + origin.partition() + "@" + origin.offset()
                                : "there is no command " + origin.partition() + "@" + origin.offset());
            }
        });
    }

    /** Whether a retry met the pending payment or the settled one is a matter of when the outcome was read. */
    private void tellWhenOrderDecided(Origin origin, PaymentRecords.Found<PaymentDecision> actual) {
        PaymentRecords.Found<PaymentCommand> command = records.commands().get(origin);
        switch (actual.value().getVerdict()) {
            case IN_FLIGHT, REPLAYED ->
                report.count("metAsTheOutcomeCame", "met pending or settled as the outcome came");
            case SETTLED -> {
                boolean overtook = command != null
                        && records.commands().entrySet().stream()
                                .anyMatch(other -> other.getValue().time().isBefore(command.time())
                                        && Objects.equals(
                                                seenAt(other.getKey()),
                                                actual.value().getFirstSeenAt()));
                if (overtook) {
                    report.interleaved(
                            "EARLIER_COMMAND_OVERTAKEN",
                            Topic.PAYMENT_COMMANDS.topicName(),
                            origin.partition(),
                            origin.offset(),
                            "accepted, though another command of its key had been appended before, on another partition");
                }
            }
            default -> {
                // Decided by its own payload and time.
            }
        }
    }

    private @Nullable Instant seenAt(Origin origin) {
        PaymentRecords.Found<PaymentDecision> decision = records.decision(origin);
        return decision == null ? null : decision.value().getFirstSeenAt();
    }

    private void comparePosts() {
        Map<Origin, Integer> told = new HashMap<>();
        Map<Origin, PaymentRecords.Found<LedgerEvent>> first =
                new TreeMap<>(Comparator.comparingInt(Origin::partition).thenComparingLong(Origin::offset));
        for (PaymentRecords.Found<LedgerEvent> event : records.events()) {
            if (event.value().getKind() == LedgerEventKind.POST) {
                Origin origin = PaymentRecords.origin(event.value());
                told.merge(origin, 1, Integer::sum);
                first.putIfAbsent(origin, event);
            }
        }
        posts.forEach((origin, count) -> {
            if (told.getOrDefault(origin, 0) < count) {
                missing(
                        origin,
                        "the rule tells the ledger to post " + count + " times, the app did "
                                + told.getOrDefault(origin, 0) + " times");
            }
        });
        first.forEach((origin, event) -> {
            int expected = posts.getOrDefault(origin, 0);
            if (Objects.requireNonNull(told.get(origin)) > expected) {
                unfounded(
                        event,
                        "the ledger was told to post command " + origin.partition() + "@" + origin.offset() + " "
                                + told.get(origin) + " times, the rule does " + expected + " times");
            }
        });
    }

    private void missing(Origin command, String reason) {
        report.differs(
                Kind.EVENT_MISSING, Topic.PAYMENT_COMMANDS.topicName(), command.partition(), command.offset(), reason);
    }

    private void unfounded(PaymentRecords.Found<LedgerEvent> event, String reason) {
        report.differs(
                Kind.EVENT_UNFOUNDED, Topic.LEDGER_EVENTS.topicName(), event.partition(), event.offset(), reason);
    }

    /** An old key is looked up before it is posted, and no other is. */
    private void compareRecalls() {
        Map<Origin, PaymentRecords.Found<LedgerEvent>> asked = new HashMap<>();
        records.events().stream()
                .filter(event -> event.value().getKind() == LedgerEventKind.INQUIRE
                        && event.value().getAttempt() == 0)
                .forEach(event -> asked.putIfAbsent(PaymentRecords.origin(event.value()), event));
        recalls.forEach(origin -> {
            report.count("lookedUpFirst", "looked up in the ledger before anything was posted");
            if (!asked.containsKey(origin)) {
                missing(origin, "the rule asks the ledger before it posts, the app did not");
            }
        });
        asked.forEach((origin, event) -> {
            if (!recalls.contains(origin)) {
                unfounded(
                        event,
                        "the ledger was asked about command " + origin.partition() + "@" + origin.offset()
                                + " before anything was posted, the rule does not");
            }
        });
    }

    /**
     * The policy that a decision tells is right if the task followed it at that time: within one moment, one decision may have been
     * made before the task took it up, and one after.
     */
    private PaymentDecision asTold(PaymentDecision expected, PaymentDecision actual) {
        PaymentDecision.Builder told = PaymentDecision.newBuilder(inTheFieldsOf(actual, expected));
        PaymentKey key = new PaymentKey(actual.getClientId(), actual.getIdempotencyKey());
        if (actual.getVerdict() == Verdict.INVALID
                || policies.canTell(actual.getPolicy(), key, Partitions.of(key, partitions), actual.getDecidedAt())) {
            told.setPolicy(actual.getPolicy());
        }
        return told.build();
    }

    /** A decision as a program would have written it that knew no more fields than the one that wrote the actual decision. */
    static PaymentDecision inTheFieldsOf(PaymentDecision actual, PaymentDecision expected) {
        if (actual.getPayloadFingerprint() != null) {
            return expected;
        }
        PaymentDecision.Builder before = PaymentDecision.newBuilder(expected)
                .setPayloadFingerprint(null)
                .setOriginalPartition(null)
                .setOriginalOffset(null);
        if (expected.getVerdict() != Verdict.SETTLED) {
            before.setLedgerKnewSince(null);
        }
        if (actual.getPayloadDigest() == null) {
            return before.setLedgerKnewSince(null).build();
        }
        OptionalLong head = PayloadFingerprint.head(expected);
        return before.setPayloadDigest(head.isPresent() ? head.getAsLong() : null)
                .build();
    }

    private static String words(PaymentDecision decision) {
        return decision.getVerdict()
                + (decision.getStatus() == null ? "" : " " + decision.getStatus())
                + (decision.getFailureReason() == null ? "" : " " + decision.getFailureReason());
    }

    private static List<String> differing(PaymentDecision expected, PaymentDecision actual) {
        return expected.getSchema().getFields().stream()
                .filter(field -> !Objects.equals(expected.get(field.pos()), actual.get(field.pos())))
                .map(field -> field.name())
                .toList();
    }

    /** What the task still finds in its store at that time. */
    private @Nullable IdempotencyRecord stored(Instant now) {
        return switch (stored) {
            case Settled settled when isForgotten(settled.settledAt(), now) -> null;
            case TakenKey refused when isForgotten(refused.refusedAt(), now) -> null;
            case null, default -> stored;
        };
    }

    /** Neither in the bucket of now nor in the one before. */
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
        answers.put(answer.command(), Decisions.decision(answer, policy));
    }
}
