package io.hapax.tools.audit;

import io.hapax.schemas.LedgerOutcomeStatus;
import io.hapax.schemas.Verdict;
import io.hapax.stream.decision.Placement;
import io.hapax.stream.decision.ReceivedCommand;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.tools.audit.AuditReport.Kind;
import io.hapax.tools.log.AnyDecision;
import io.hapax.tools.log.AnyEvent;
import io.hapax.tools.log.AnyOutcome;
import io.hapax.topics.LogPosition;
import io.hapax.topics.Topic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The order in which the task read the commands and outcomes of one payment. This order is not stored, but the
 * order of the task's answers shows it. So the audit takes that order and checks that it is possible.
 */
final class ReadingOrder {
    private final PaymentRecords records;
    private final RetentionSchedule policy;
    private final AuditReport report;

    /** One record that the task read. */
    sealed interface Step {
        Instant time();

        /** @param appended when the command's own task could see it at the earliest */
        record OfCommand(
                Instant time, LogPosition origin, PaymentRecords.Found<ReceivedCommand> command, Instant appended)
                implements Step {}

        record OfOutcome(Instant time, PaymentRecords.Found<AnyOutcome> outcome) implements Step {}
    }

    /** A step, with its place among the steps of the same time. */
    private record Placed(int rank, long decisionOffset, Step step) {
        static final Comparator<Placed> ORDER = Comparator.comparing(
                        (Placed placed) -> placed.step().time())
                .thenComparingInt(Placed::rank)
                .thenComparingLong(Placed::decisionOffset);
    }

    ReadingOrder(PaymentRecords records, RetentionSchedule policy, AuditReport report) {
        this.records = records;
        this.policy = policy;
        this.report = report;
    }

    List<Step> steps() {
        List<Placed> steps = new ArrayList<>();
        records.commands().forEach((origin, command) -> steps.add(step(origin, command)));
        steps.addAll(outcomes());
        steps.sort(Placed.ORDER);
        return steps.stream().map(Placed::step).toList();
    }

    private Placed step(LogPosition origin, PaymentRecords.Found<ReceivedCommand> command) {
        PaymentRecords.Found<AnyEvent> accepted = records.acceptance(origin);
        PaymentRecords.Found<AnyDecision> decision = records.decision(origin);
        Instant appended = appended(origin, command);
        Instant time = accepted != null
                ? accepted.value().acceptedAt()
                : decision != null ? decision.value().decidedAt() : appended;
        if (time.isBefore(appended)) {
            report.differs(
                    Kind.TIME_IMPOSSIBLE,
                    Topic.PAYMENT_COMMANDS.topicName(),
                    origin.partition(),
                    origin.offset(),
                    "decided at " + time + ", before it was appended at " + appended);
        }
        // At one and the same time: what was refused as unknown, the one that was accepted, then as the answers show.
        int rank = accepted != null ? 1 : decision != null && decision.value().verdict() == Verdict.EXPIRED ? 0 : 2;
        long place = decision == null || accepted != null ? Long.MAX_VALUE : decision.offset();
        return new Placed(rank, place, new Step.OfCommand(time, origin, command, appended));
    }

    /** The append time that the command's own task sees, by {@link Placement#timeOfReroute}. */
    private Instant appended(LogPosition origin, PaymentRecords.Found<ReceivedCommand> command) {
        long appendedMs = command.time().toEpochMilli();
        for (PaymentRecords.Found<ReceivedCommand> copy : records.copies(origin)) {
            appendedMs = Placement.timeOfReroute(appendedMs, copy.time().toEpochMilli());
        }
        return Instant.ofEpochMilli(appendedMs);
    }

    /**
     * The outcomes in the order of their partition. Each has the time of the settlement that shows when it was
     * read.
     */
    private List<Placed> outcomes() {
        List<Placed> steps = new ArrayList<>();
        Instant reached = Instant.MIN;
        Set<LogPosition> settled = new HashSet<>();
        for (PaymentRecords.Found<AnyOutcome> outcome : records.outcomes()) {
            LogPosition command = outcome.value().outcome().command();
            PaymentRecords.Found<AnyDecision> settlement =
                    outcome.value().status() != LedgerOutcomeStatus.NOT_FOUND && settled.add(command)
                            ? records.decision(command)
                            : null;
            boolean foundNothing = outcome.value().status() == LedgerOutcomeStatus.NOT_FOUND;
            Instant time = foundNothing
                    ? askedAt(command, outcome)
                    : settlement == null
                            ? settledAt(command, outcome)
                            : settlement.value().decidedAt();
            reached = time.isAfter(reached) ? time : reached;
            Instant at = reached;
            if (settlement == null && !records.isDue(outcome)) {
                continue;
            }
            // What was found nothing of is posted before it is settled.
            steps.add(new Placed(
                    foundNothing ? 1 : 2,
                    settlement == null ? Long.MAX_VALUE : settlement.offset(),
                    new Step.OfOutcome(at, outcome)));
        }
        return steps;
    }

    /**
     * The earliest time of the question. An inquiry has the time of the command, and the task's clock may accept it
     * later.
     */
    private Instant askedAt(LogPosition command, PaymentRecords.Found<AnyOutcome> outcome) {
        PaymentRecords.Found<AnyEvent> acceptance = records.acceptance(command);
        return acceptance != null && acceptance.value().acceptedAt().isAfter(outcome.time())
                ? acceptance.value().acceptedAt()
                : outcome.time();
    }

    /** The time of the settlement. If there is none, a retry that was answered by it still shows the time. */
    private Instant settledAt(LogPosition command, PaymentRecords.Found<AnyOutcome> outcome) {
        PaymentRecords.Found<AnyEvent> acceptance = records.acceptance(command);
        return records.decisions().values().stream()
                .map(PaymentRecords.Found::value)
                .filter(answer -> answer.expiresAt() != null
                        && acceptance != null
                        && acceptance.value().acceptedAt().equals(answer.firstSeenAt()))
                .map(answer -> settledAt(Objects.requireNonNull(answer.expiresAt()), answer.decidedAt()))
                .findFirst()
                .orElse(outcome.time());
    }

    /**
     * The time of a settlement, from its end. Changed retentions may give two such times: an answer follows its
     * settlement.
     */
    private Instant settledAt(Instant expiresAt, Instant answeredAt) {
        return policy.changes().reversed().stream()
                .map(change -> expiresAt.minus(change.retention()))
                .filter(settled -> policy.expiresAt(settled).equals(expiresAt) && !settled.isAfter(answeredAt))
                .findFirst()
                .orElseGet(() -> expiresAt.minus(policy.retention()));
    }
}
