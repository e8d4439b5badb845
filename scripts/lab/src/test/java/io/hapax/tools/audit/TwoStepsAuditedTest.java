package io.hapax.tools.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.schemas.CaptureCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.ReservationCommand;
import io.hapax.schemas.ReservationDecision;
import io.hapax.schemas.ReservationEvent;
import io.hapax.schemas.ReservationEventKind;
import io.hapax.schemas.ReservationOutcome;
import io.hapax.schemas.ReservationOutcomeStatus;
import io.hapax.schemas.ReservationStatus;
import io.hapax.schemas.ReservationStep;
import io.hapax.schemas.ReservationVerdict;
import io.hapax.schemas.Verdict;
import io.hapax.schemas.VoidCommand;
import io.hapax.serde.AvroFormat;
import io.hapax.stream.decision.Asked;
import io.hapax.stream.decision.CheckedCommand;
import io.hapax.stream.decision.CommandCheck;
import io.hapax.stream.decision.IsoStatus;
import io.hapax.stream.decision.PayloadDigest;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.SwitchedOn;
import io.hapax.stream.wire.Commands;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Decisions on reservations, captures and voidings, decided again as those on payments are. */
class TwoStepsAuditedTest {
    private static final InMemoryRegistry REGISTRY = InMemoryRegistry.start();
    private static final AvroFormat FORMAT = AvroFormat.onRegistry(REGISTRY.url());
    private static final Serializer<SpecificRecord> BYTES = FORMAT.serializer();
    private static final PaymentKey KEY = new PaymentKey("shop", "k-1");
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration HOLD = Duration.ofHours(1);
    private static final RetentionSchedule POLICY =
            new RetentionSchedule(Duration.ofHours(24), Duration.ofMinutes(5), Duration.ofSeconds(30));

    private final List<PaymentHistories.Stored> records = new ArrayList<>();
    private final AuditReport report = new AuditReport(10);

    @AfterAll
    static void close() {
        REGISTRY.close();
    }

    @BeforeEach
    void forget() {
        records.clear();
    }

    @ParameterizedTest
    @EnumSource
    void shouldFindThatAStepAndItsRetryWereDecidedByTheRule(ReservationStep step) {
        accepted(step);
        add(Topic.PAYMENT_DECISIONS, 5, NOON, settled(step).build());
        add(Topic.PAYMENT_COMMANDS, 11, NOON.plusSeconds(1), command(step));
        add(
                Topic.PAYMENT_DECISIONS,
                6,
                NOON.plusSeconds(1),
                settled(step)
                        .setAnswer(ReservationVerdict.REPLAYED)
                        .setDecidedAt(NOON.plusSeconds(1))
                        .setCommandOffset(11)
                        .setOriginalPartition(0)
                        .setOriginalOffset(10L)
                        .build());
        AuditReport.Summary summary = audit();
        assertEquals(List.of(), summary.differences());
        assertEquals(1, report.counted("decidedAgainSettled"));
        assertEquals(1, report.counted("decidedAgainReplayed"));
    }

    @Test
    void shouldNameADecisionThatPromisesToHoldTheMoneyForLonger() {
        accepted(ReservationStep.RESERVE);
        Instant longer = NOON.plus(HOLD).plusMillis(1);
        add(
                Topic.PAYMENT_DECISIONS,
                5,
                NOON,
                settled(ReservationStep.RESERVE).setHeldUntil(longer).build());
        expect(AuditReport.Kind.DECISION_DIFFERS, "they differ in [heldUntil]");
    }

    @Test
    void shouldNameADecisionThatTellsOfAPaymentWhereMoneyIsOnlyHeld() {
        accepted(ReservationStep.RESERVE);
        add(
                Topic.PAYMENT_DECISIONS,
                5,
                NOON,
                PaymentDecision.newBuilder()
                        .setClientId(KEY.clientId())
                        .setIdempotencyKey(KEY.idempotencyKey())
                        .setPaymentId(KEY.paymentId())
                        .setVerdict(Verdict.SETTLED)
                        .setDecidedAt(NOON)
                        .setCommandPartition(0)
                        .setCommandOffset(10)
                        .build());
        expect(AuditReport.Kind.DECISION_DIFFERS, "they differ in [the type of record]");
    }

    @ParameterizedTest
    @EnumSource
    void shouldNameAStepThatTheLedgerWasToldOfThoughNobodyAskedForIt(ReservationStep step) {
        add(Topic.LEDGER_EVENTS, 3, NOON, event(step));
        expect(AuditReport.Kind.EVENT_UNFOUNDED, "the ledger was told to post command 0@10 1 times");
    }

    /** Whether the operator had switched two steps on is in no log: the decision says that he had not. */
    @ParameterizedTest
    @EnumSource
    void shouldTakeTheDecisionsWordThatTwoStepsWereOff(ReservationStep step) {
        add(Topic.PAYMENT_COMMANDS, 10, NOON, command(step));
        add(Topic.PAYMENT_DECISIONS, 5, NOON, refused(step, "TWO_STEPS_OFF"));
        assertEquals(List.of(), audit().differences());
        assertEquals(1, report.counted("twoStepsOff"));
    }

    /** Nor is the form that a policy asked of keys. */
    @ParameterizedTest
    @EnumSource
    void shouldTakeTheDecisionsWordThatTheKeyNeedsAnotherForm(ReservationStep step) {
        add(Topic.PAYMENT_COMMANDS, 10, NOON, command(step));
        add(Topic.PAYMENT_DECISIONS, 5, NOON, refused(step, "KEY_NOT_UUID"));
        assertEquals(List.of(), audit().differences());
        assertEquals(1, report.counted("keyForms"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TWO_STEPS_OFF", "KEY_NOT_UUID"})
    void shouldNameARefusalOfWhatTheLedgerWasToldOf(String violation) {
        accepted(ReservationStep.CAPTURE);
        add(Topic.PAYMENT_DECISIONS, 5, NOON, refused(ReservationStep.CAPTURE, violation));
        expect(AuditReport.Kind.DECISION_DIFFERS, "the rule answers SETTLED");
    }

    private void expect(AuditReport.Kind kind, String words) {
        AuditReport.Summary summary = audit();
        assertEquals(Map.of(kind, 1L), summary.kinds(), summary.differences().toString());
        assertTrue(
                summary.differences().getFirst().reason().contains(words),
                summary.differences().toString());
    }

    private AuditReport.Summary audit() {
        AuditLimits limits = new AuditLimits(
                1, EnumSet.noneOf(Topic.class), Map.of(0, 0L), Map.of(0, 99L), Map.of(0, 99L), Map.of(0, 99L));
        PaymentRecords payment = new PaymentRecords(
                new PaymentHistories.History(KEY.paymentId(), records), PaymentRecords.Readers.of(FORMAT), limits);
        new PaymentAudit(POLICY, new PolicyHistory(POLICY), 1, payment, report).run();
        return report.summary(List.of());
    }

    private void accepted(ReservationStep step) {
        add(Topic.PAYMENT_COMMANDS, 10, NOON, command(step));
        add(Topic.LEDGER_EVENTS, 3, NOON, event(step));
        add(
                Topic.LEDGER_OUTCOMES,
                4,
                NOON,
                ReservationOutcome.newBuilder()
                        .setPaymentId(KEY.paymentId())
                        .setClientId(KEY.clientId())
                        .setIdempotencyKey(KEY.idempotencyKey())
                        .setStep(step)
                        .setResult(ReservationOutcomeStatus.COMPLETED)
                        .setAttempt(1)
                        .setAcceptedAt(NOON)
                        .setCommandPartition(0)
                        .setCommandOffset(10)
                        .build());
    }

    private void add(Topic topic, long offset, Instant time, SpecificRecord value) {
        records.add(new PaymentHistories.Stored(
                topic, 0, offset, time.toEpochMilli(), BYTES.serialize(topic.topicName(), value)));
    }

    private static SpecificRecord command(ReservationStep step) {
        return switch (step) {
            case RESERVE ->
                ReservationCommand.newBuilder()
                        .setClientId(KEY.clientId())
                        .setIdempotencyKey(KEY.idempotencyKey())
                        .setDebtorAccount("alice")
                        .setCreditorAccount("bob")
                        .setHoldMinor(70)
                        .setCurrency("EUR")
                        .setHoldMs(HOLD.toMillis())
                        .setMultiple(false)
                        .build();
            case CAPTURE ->
                CaptureCommand.newBuilder()
                        .setClientId(KEY.clientId())
                        .setIdempotencyKey(KEY.idempotencyKey())
                        .setReservationKey("hold")
                        .setDebtorAccount("alice")
                        .setAmountMinor(70)
                        .setCurrency("EUR")
                        .setMoreWillFollow(false)
                        .build();
            case VOID ->
                VoidCommand.newBuilder()
                        .setClientId(KEY.clientId())
                        .setIdempotencyKey(KEY.idempotencyKey())
                        .setReservationKey("hold")
                        .setDebtorAccount("alice")
                        .build();
        };
    }

    private static ReservationEvent event(ReservationStep step) {
        return ReservationEvent.newBuilder()
                .setAsked(ReservationEventKind.POST)
                .setStep(step)
                .setPaymentId(KEY.paymentId())
                .setClientId(KEY.clientId())
                .setIdempotencyKey(KEY.idempotencyKey())
                .setDebtorAccount("alice")
                .setAttempt(1)
                .setAcceptedAt(NOON)
                .setCommandPartition(0)
                .setCommandOffset(10)
                .build();
    }

    private static ReservationDecision.Builder settled(ReservationStep step) {
        return decision(step)
                .setPaymentId(KEY.paymentId())
                .setAnswer(ReservationVerdict.SETTLED)
                .setStatus(ReservationStatus.COMPLETED)
                .setIsoStatus(IsoStatus.done(Asked.Kind.valueOf(step.name())).name())
                .setFirstSeenAt(NOON)
                .setExpiresAt(NOON.plus(POLICY.retention()))
                .setHeldUntil(step == ReservationStep.RESERVE ? NOON.plus(HOLD) : null)
                .setPayloadFingerprint(fingerprint(step));
    }

    private static ReservationDecision refused(ReservationStep step, String violation) {
        return decision(step)
                .setAnswer(ReservationVerdict.INVALID)
                .setViolations(List.of(violation))
                .build();
    }

    private static ReservationDecision.Builder decision(ReservationStep step) {
        return ReservationDecision.newBuilder()
                .setClientId(KEY.clientId())
                .setIdempotencyKey(KEY.idempotencyKey())
                .setStep(step)
                .setReservationKey(step == ReservationStep.RESERVE ? null : "hold")
                .setDecidedAt(NOON)
                .setCommandPartition(0)
                .setCommandOffset(10);
    }

    private static String fingerprint(ReservationStep step) {
        CheckedCommand checked = new CommandCheck(POLICY.allowedSkew(), SwitchedOn.ALL)
                .check(Commands.received(command(step), new LogPosition(0, 10)), NOON);
        byte[] digest = PayloadDigest.of(
                        ((CheckedCommand.Valid) checked).command().payload())
                .fingerprint();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    }
}
