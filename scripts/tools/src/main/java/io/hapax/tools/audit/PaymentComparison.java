package io.hapax.tools.audit;

import io.hapax.schemas.CancelDecision;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PolicyFollowed;
import io.hapax.schemas.ReservationDecision;
import io.hapax.schemas.Verdict;
import io.hapax.stream.decision.Asked;
import io.hapax.stream.decision.ReceivedCommand;
import io.hapax.stream.wire.PayloadFingerprint;
import io.hapax.tools.audit.AuditReport.Kind;
import io.hapax.tools.log.AnyDecision;
import io.hapax.tools.log.AnyEvent;
import io.hapax.topics.LogPosition;
import io.hapax.topics.Partitions;
import io.hapax.topics.Topic;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** The comparison of one payment's decisions with those that are decided again. */
final class PaymentComparison {
    private final PaymentRecords records;
    private final DecidedAgain again;
    private final PolicyHistory policies;
    private final int partitions;
    private final AuditReport report;

    /** @param partitions of {@code payment-commands} */
    PaymentComparison(
            PaymentRecords records, DecidedAgain again, PolicyHistory policies, int partitions, AuditReport report) {
        this.records = records;
        this.again = again;
        this.policies = policies;
        this.partitions = partitions;
        this.report = report;
    }

    void run() {
        compareAnswers();
        comparePosts();
        compareRecalls();
        tellOfMoreThanOneAnswer();
    }

    private void compareAnswers() {
        again.answers().forEach((origin, expected) -> {
            PaymentRecords.Found<AnyDecision> actual = records.decision(origin);
            if (actual == null) {
                report.differs(
                        Kind.DECISION_MISSING,
                        Topic.PAYMENT_COMMANDS.topicName(),
                        origin.partition(),
                        origin.offset(),
                        "the rule answers " + words(expected) + ", and no decision does");
            } else if (asTold(expected, actual.value()).equals(actual.value().wire())) {
                report.count(
                        "decidedAgain" + AuditReport.camel(String.valueOf(expected.verdict())),
                        "decided again: " + expected.verdict());
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
            if (!again.answers().containsKey(origin)) {
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

    /**
     * Counts or reports answers that depend on the order of reading. A retry meets the pending payment or the
     * settled payment: this depends on the moment at which the task read the outcome.
     */
    private void tellWhenOrderDecided(LogPosition origin, PaymentRecords.Found<AnyDecision> actual) {
        PaymentRecords.Found<ReceivedCommand> command = records.commands().get(origin);
        switch (actual.value().verdict()) {
            case IN_FLIGHT, REPLAYED ->
                report.count("metAsTheOutcomeCame", "met pending or settled as the outcome came");
            case SETTLED -> {
                boolean overtook = command != null
                        && records.commands().entrySet().stream()
                                .anyMatch(other -> other.getValue().time().isBefore(command.time())
                                        && Objects.equals(
                                                seenAt(other.getKey()),
                                                actual.value().firstSeenAt()));
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

    private @Nullable Instant seenAt(LogPosition origin) {
        PaymentRecords.Found<AnyDecision> decision = records.decision(origin);
        return decision == null ? null : decision.value().firstSeenAt();
    }

    /** The event of a cancel counts once: when it is sent again follows the apps' clocks. */
    private void comparePosts() {
        Map<LogPosition, Integer> told = new HashMap<>();
        Map<LogPosition, PaymentRecords.Found<AnyEvent>> first =
                new TreeMap<>(Comparator.comparingInt(LogPosition::partition).thenComparingLong(LogPosition::offset));
        for (PaymentRecords.Found<AnyEvent> event : records.events()) {
            if (event.value().kind() == LedgerEventKind.POST) {
                LogPosition origin = event.value().command();
                told.merge(origin, 1, event.value().asked() == Asked.Kind.CANCEL ? Math::max : Integer::sum);
                first.putIfAbsent(origin, event);
            }
        }
        again.posts().forEach((origin, count) -> {
            if (told.getOrDefault(origin, 0) < count) {
                missing(
                        origin,
                        "the rule tells the ledger to post " + count + " times, the app did "
                                + told.getOrDefault(origin, 0) + " times");
            }
        });
        first.forEach((origin, event) -> {
            int expected = again.posts().getOrDefault(origin, 0);
            if (Objects.requireNonNull(told.get(origin)) > expected) {
                unfounded(
                        event,
                        "the ledger was told to post command " + origin.partition() + "@" + origin.offset() + " "
                                + told.get(origin) + " times, the rule does " + expected + " times");
            }
        });
    }

    private void missing(LogPosition command, String reason) {
        report.differs(
                Kind.EVENT_MISSING, Topic.PAYMENT_COMMANDS.topicName(), command.partition(), command.offset(), reason);
    }

    private void unfounded(PaymentRecords.Found<AnyEvent> event, String reason) {
        report.differs(
                Kind.EVENT_UNFOUNDED, Topic.LEDGER_EVENTS.topicName(), event.partition(), event.offset(), reason);
    }

    /** An old key is looked up before it is posted, and no other is. */
    private void compareRecalls() {
        Map<LogPosition, PaymentRecords.Found<AnyEvent>> asked = new HashMap<>();
        records.events().stream()
                .filter(event -> event.value().kind() == LedgerEventKind.INQUIRE
                        && event.value().attempt() == 0)
                .forEach(event -> asked.putIfAbsent(event.value().command(), event));
        again.recalls().forEach(origin -> {
            report.count("lookedUpFirst", "looked up in the ledger before anything was posted");
            if (!asked.containsKey(origin)) {
                missing(origin, "the rule asks the ledger before it posts, the app did not");
            }
        });
        asked.forEach((origin, event) -> {
            if (!again.recalls().contains(origin)) {
                unfounded(
                        event,
                        "the ledger was asked about command " + origin.partition() + "@" + origin.offset()
                                + " before anything was posted, the rule does not");
            }
        });
    }

    /**
     * The expected decision, with the policy of the actual one if the task followed it at that time. Within one
     * moment, one decision may have been made before the task took up a policy, and one after.
     */
    private SpecificRecord asTold(AnyDecision expected, AnyDecision actual) {
        boolean canTell = actual.verdict() == Verdict.INVALID
                || policies.canTell(
                        actual.policy(), actual.key(), Partitions.of(actual.key(), partitions), actual.decidedAt());
        PolicyFollowed policy = canTell ? actual.policy() : expected.policy();
        return switch (expected.wire()) {
            case PaymentDecision payment
            when actual.wire() instanceof PaymentDecision told ->
                PaymentDecision.newBuilder(inTheFieldsOf(told, payment))
                        .setPolicy(policy)
                        .build();
            case ReservationDecision step ->
                ReservationDecision.newBuilder(step).setPolicy(policy).build();
            case CancelDecision cancel ->
                CancelDecision.newBuilder(cancel).setPolicy(policy).build();
            default -> expected.wire();
        };
    }

    /** The expected decision, with only the fields that the actual decision's program knew. */
    static PaymentDecision inTheFieldsOf(PaymentDecision actual, PaymentDecision expected) {
        PaymentDecision known = actual.getIsoStatus() == null
                ? PaymentDecision.newBuilder(expected)
                        .setIsoStatus(null)
                        .setIsoReason(null)
                        .build()
                : expected;
        // Where there is none to tell, as of a cancelled key, its absence says nothing of the program.
        if (actual.getPayloadFingerprint() != null || expected.getPayloadFingerprint() == null) {
            return known;
        }
        PaymentDecision.Builder before = PaymentDecision.newBuilder(known)
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

    private static String words(AnyDecision decision) {
        return decision.verdict()
                + (decision.status() == null ? "" : " " + decision.status())
                + (decision.failureReason() == null ? "" : " " + decision.failureReason());
    }

    private static List<String> differing(AnyDecision expected, AnyDecision actual) {
        if (!expected.wire().getSchema().equals(actual.wire().getSchema())) {
            return List.of("the type of record");
        }
        return expected.wire().getSchema().getFields().stream()
                .filter(field -> !Objects.equals(
                        expected.wire().get(field.pos()), actual.wire().get(field.pos())))
                .map(Schema.Field::name)
                .toList();
    }

    private void tellOfMoreThanOneAnswer() {
        records.repeated()
                .forEach(more -> report.differs(
                        Kind.DECISION_TWICE,
                        Topic.PAYMENT_DECISIONS.topicName(),
                        more.partition(),
                        more.offset(),
                        "command " + more.value().command().partition() + "@"
                                + more.value().command().offset() + " has an answer already"));
    }
}
