package io.hapax.tools.audit;

import io.hapax.schemas.Verdict;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.wire.Commands;
import io.hapax.tools.audit.AuditReport.Kind;
import io.hapax.tools.cli.Progress;
import io.hapax.tools.cli.Tally;
import io.hapax.tools.log.AnyDecision;
import io.hapax.tools.log.AnyEvent;
import io.hapax.tools.log.AnyOutcome;
import io.hapax.tools.log.GroupProgress;
import io.hapax.tools.log.TakenUpPolicies;
import io.hapax.tools.log.Unburied;
import io.hapax.topics.DeadLetter;
import io.hapax.topics.LogPosition;
import io.hapax.topics.OriginHeaders;
import io.hapax.topics.Partitions;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * An audit of the stream app: every command is decided again by the same rule and compared with its decision. The
 * same log must give the same decisions.
 *
 * <p>The audit first notes the offsets up to which the app has read. Then it reads the topics against the flow,
 * effects before causes. So the cause of every effect read is read too. The records are sorted by payment on disk,
 * and the payments are audited one after the other ({@link PaymentAudit}).
 */
final class Audit {
    private final Map<String, Object> kafka;
    private final RetentionSchedule policy;
    private final String streamGroup;
    private final AuditReport report;
    private final Progress progress;
    private final PaymentRecords.Readers readers;
    private final PolicyHistory policies;

    /** Places of records that have a dead letter. */
    private final Set<String> buried = new HashSet<>();

    private final Map<Clock, Instant> clocks = new HashMap<>();
    private final Map<String, String> unreadable = new LinkedHashMap<>();
    private Instant latestDecision = Instant.MIN;
    private Instant latestCommand = Instant.MIN;
    private int commandPartitions;

    /** The clock of a task in one partition of the decisions. The order of its decisions is known only there. */
    private record Clock(int task, int decisionPartition) {}

    Audit(
            Map<String, Object> kafka,
            AvroFormat format,
            RetentionSchedule policy,
            String streamGroup,
            AuditReport report,
            Progress progress) {
        this.kafka = kafka;
        this.policy = policy;
        this.streamGroup = streamGroup;
        this.report = report;
        this.progress = progress;
        this.policies = new PolicyHistory(policy);
        this.readers = PaymentRecords.Readers.of(format);
    }

    void run() throws IOException {
        try (PaymentHistories histories = new PaymentHistories();
                Admin admin = Admin.create(kafka);
                TopicTail decisions = new TopicTail(kafka, Topic.PAYMENT_DECISIONS);
                TopicTail letters = new TopicTail(kafka, Topic.DEAD_LETTERS);
                TopicTail events = new TopicTail(kafka, Topic.LEDGER_EVENTS);
                TopicTail outcomes = new TopicTail(kafka, Topic.LEDGER_OUTCOMES);
                TopicTail rerouted = new TopicTail(kafka, Topic.PAYMENT_COMMANDS_REROUTED);
                TopicTail commands = new TopicTail(kafka, Topic.PAYMENT_COMMANDS)) {
            List<TopicTail> topics = List.of(decisions, letters, events, outcomes, rerouted, commands);
            AuditLimits limits = limits(admin, topics, commands);
            commandPartitions = limits.partitions();
            progress.expect(topics);
            read(decisions, readers.decisions(), this::decided, histories);
            readPolicies();
            letters.readToEnd(this::bury);
            read(events, readers.events(), (at, wire) -> AnyEvent.of(wire).map(AnyEvent::paymentId), histories);
            read(
                    outcomes,
                    readers.outcomes(),
                    (at, wire) -> Optional.of(AnyOutcome.of(wire).paymentId()),
                    histories);
            readRerouted(rerouted, histories);
            readCommands(commands, limits, histories);

            unreadable.keySet().removeAll(buried);
            new Unburied(unreadable).unproved(report.limit()).forEach(report::unproved);
            tellOfTime();
            tellOfBacklog(limits, commands);
            progress.phase("Deciding", report.countedRecords(Topic.PAYMENT_COMMANDS.topicName()));
            histories.forEach(history -> audit(history, limits));
        }
    }

    private AuditLimits limits(Admin admin, List<TopicTail> topics, TopicTail commands) {
        Set<Topic> trimmed = EnumSet.noneOf(Topic.class);
        topics.stream().filter(this::isTrimmed).forEach(tail -> trimmed.add(tail.topic()));
        return new AuditLimits(
                commands.starts().size(),
                trimmed,
                commands.starts(),
                GroupProgress.committed(admin, streamGroup, Topic.PAYMENT_COMMANDS),
                GroupProgress.committed(admin, streamGroup, Topic.PAYMENT_COMMANDS_REROUTED),
                GroupProgress.committed(admin, streamGroup, Topic.LEDGER_OUTCOMES));
    }

    private boolean isTrimmed(TopicTail tail) {
        boolean trimmed = tail.starts().values().stream().anyMatch(start -> start > 0);
        if (trimmed) {
            report.unproved("the start of " + tail.topic().topicName() + " was deleted: the log starts at "
                    + Tally.places(tail.starts()));
        }
        return trimmed;
    }

    private void audit(PaymentHistories.History history, AuditLimits limits) {
        PaymentRecords records = new PaymentRecords(history, readers, limits);
        progress.step(records.commands().size());
        if (records.isCutOff()) {
            report.count(
                    "startDeleted",
                    "payments of which records were deleted from the start of a log, not decided again");
        } else {
            new PaymentAudit(policy, policies, limits.partitions(), records, report).run();
        }
    }

    /** @param paymentOf id of the payment that a record is about; empty if it is about none */
    private void read(
            TopicTail tail,
            WireReader<SpecificRecord> reader,
            BiFunction<ConsumerRecord<byte[], byte[]>, SpecificRecord, Optional<UUID>> paymentOf,
            PaymentHistories histories) {
        tail.readToEnd(found -> {
            progress.step();
            switch (reader.read(found.topic(), found.value())) {
                case Decoded.Value<SpecificRecord>(var value) -> {
                    report.countRecord(found.topic());
                    paymentOf.apply(found, value).ifPresent(id -> histories.add(id, tail.topic(), found));
                }
                case Decoded.Unreadable<SpecificRecord>(var reason, var detail) ->
                    unreadable.put(Unburied.place(found.topic(), found.partition(), found.offset()), reason.name());
            }
        });
    }

    /** Reads the policies, after the decisions that name them. A new app has no such topic before its first start. */
    private void readPolicies() {
        TakenUpPolicies takenUp = new TakenUpPolicies(kafka, streamGroup);
        boolean whole = takenUp.read((task, scope, changes) -> {
            report.count("policiesTakenUp", "policies that tasks took up");
            policies.add(task, PolicyScope.ofKey(scope).orElseThrow(), changes);
        });
        if (!whole) {
            report.unproved("the start of " + takenUp.changelog()
                    + " was deleted: policies that tasks followed are not all known");
        }
    }

    private void bury(ConsumerRecord<byte[], byte[]> letter) {
        progress.step();
        Unburied.placeOf(DeadLetter.read(letter)).ifPresent(buried::add);
    }

    private void readRerouted(TopicTail tail, PaymentHistories histories) {
        tail.readToEnd(found -> {
            progress.step();
            report.countRecord(found.topic());
            LogPosition origin = OriginHeaders.position(found.headers());
            if (origin != null
                    && readers.commands().read(found.topic(), found.value())
                            instanceof Decoded.Value<SpecificRecord>(var command)) {
                byte[] value = ByteBuffer.allocate(Integer.BYTES + Long.BYTES + found.value().length)
                        .putInt(origin.partition())
                        .putLong(origin.offset())
                        .put(found.value())
                        .array();
                histories.add(
                        PaymentRecords.paymentOf(
                                Commands.received(command, origin).key()),
                        tail.topic(),
                        found.partition(),
                        found.offset(),
                        found.timestamp(),
                        value);
            }
        });
    }

    private void readCommands(TopicTail tail, AuditLimits limits, PaymentHistories histories) {
        tail.readToEnd(found -> {
            progress.step();
            report.countRecord(found.topic());
            LogPosition origin = new LogPosition(found.partition(), found.offset());
            String place = Unburied.place(found.topic(), found.partition(), found.offset());
            Instant appended = Instant.ofEpochMilli(found.timestamp());
            latestCommand = appended.isAfter(latestCommand) ? appended : latestCommand;
            switch (readers.commands().read(found.topic(), found.value())) {
                case Decoded.Value<SpecificRecord> unreadableThen
                when buried.contains(place) ->
                    report.count("deadLettersReadableNow", "dead letters that can be read by now");
                case Decoded.Value<SpecificRecord>(var command) ->
                    histories.add(
                            PaymentRecords.paymentOf(
                                    Commands.received(command, origin).key()),
                            tail.topic(),
                            found);
                case Decoded.Unreadable<SpecificRecord>(var reason, var detail) -> {
                    if (buried.contains(place)) {
                        report.count("deadLetters", "dead letters");
                    } else if (limits.isRead(origin)) {
                        report.differs(
                                Kind.LETTER_MISSING,
                                found.topic(),
                                found.partition(),
                                found.offset(),
                                "it can't be read, " + reason + ", and there is no dead letter");
                    }
                }
            }
        });
    }

    /** A task's clock never goes back. A settlement may be given again with its time. */
    private void clock(ConsumerRecord<byte[], byte[]> found, AnyDecision decision) {
        Instant decidedAt = decision.decidedAt();
        latestDecision = decidedAt.isAfter(latestDecision) ? decidedAt : latestDecision;
        boolean isByTask = decision.verdict() == Verdict.IN_FLIGHT
                || decision.verdict() == Verdict.REPLAYED
                || decision.verdict() == Verdict.EXPIRED;
        if (!isByTask) {
            return;
        }
        Instant before =
                clocks.put(new Clock(Partitions.of(decision.key(), commandPartitions), found.partition()), decidedAt);
        if (before != null && decidedAt.isBefore(before)) {
            report.differs(
                    Kind.TIME_IMPOSSIBLE,
                    found.topic(),
                    found.partition(),
                    found.offset(),
                    "decided at " + decidedAt + ", after a decision of the same task at " + before);
        }
    }

    private void tellOfTime() {
        if (latestDecision.isAfter(latestCommand)) {
            report.unproved("a decision was made at " + latestDecision
                    + ", and the last command that is there was appended at " + latestCommand);
        }
    }

    private void tellOfBacklog(AuditLimits limits, TopicTail commands) {
        if (commands.lastOffsets().isEmpty()) {
            report.unproved("payment-commands holds no command: nothing was decided again");
        }
        commands.lastOffsets().forEach((partition, last) -> {
            if (!limits.commands().containsKey(partition)) {
                report.unproved("group " + streamGroup + " has read nothing of payment-commands partition " + partition
                        + ": its commands were not decided again (is it the right cluster, the right group?)");
            } else if (!limits.isRead(new LogPosition(partition, last))) {
                report.count(
                        "undecidedPartitions",
                        "partitions with commands that the app had not decided when the audit began");
            }
        });
    }

    private Optional<UUID> decided(ConsumerRecord<byte[], byte[]> found, SpecificRecord wire) {
        AnyDecision decision = AnyDecision.of(wire);
        clock(found, decision);
        return Optional.of(PaymentRecords.paymentOf(decision.key()));
    }
}
