package io.hapax.tools.audit;

import static io.hapax.tools.audit.CancelledKeyRecords.KEY;
import static io.hapax.tools.audit.CancelledKeyRecords.NOON;
import static io.hapax.tools.audit.CancelledKeyRecords.POLICY;
import static io.hapax.tools.audit.CancelledKeyRecords.cancel;
import static io.hapax.tools.audit.CancelledKeyRecords.cancelledPayment;
import static io.hapax.tools.audit.CancelledKeyRecords.event;
import static io.hapax.tools.audit.CancelledKeyRecords.outcome;
import static io.hapax.tools.audit.CancelledKeyRecords.paidOutcome;
import static io.hapax.tools.audit.CancelledKeyRecords.payment;
import static io.hapax.tools.audit.CancelledKeyRecords.posting;
import static io.hapax.tools.audit.CancelledKeyRecords.refused;
import static io.hapax.tools.audit.CancelledKeyRecords.settled;
import static io.hapax.tools.audit.CancelledKeyRecords.settledPayment;
import static io.hapax.tools.audit.CancelledKeyRecords.tooLate;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.schemas.CancelFound;
import io.hapax.schemas.CancelledStep;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PaymentStatus;
import io.hapax.serde.AvroFormat;
import io.hapax.tools.audit.AuditReport.Kind;
import io.hapax.topics.Topic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Decisions on cancels, and on payments under cancelled keys, decided again as all others are. */
class CancelsAuditedTest {
    private static final InMemoryRegistry REGISTRY = InMemoryRegistry.start();
    private static final AvroFormat FORMAT = AvroFormat.onRegistry(REGISTRY.url());
    private static final Serializer<SpecificRecord> BYTES = FORMAT.serializer();

    private final List<PaymentHistories.Stored> records = new ArrayList<>();
    private final AuditReport report = new AuditReport(10);

    @AfterAll
    static void close() {
        REGISTRY.close();
    }

    @Test
    void shouldFindThatACancelAndAllAfterItWereDecidedByTheRule() {
        cancelled();
        again();
        payAfterIt(cancelledPayment());
        agree();
        assertEquals(1, report.counted("decidedAgainSettled"));
        assertEquals(2, report.counted("decidedAgainReplayed"));
    }

    /** Its lease ran out before the ledger answered. */
    @Test
    void shouldNotCountHowOftenTheLedgerWasTold() {
        cancelled();
        add(Topic.LEDGER_EVENTS, 4, NOON, event());
        add(Topic.LEDGER_EVENTS, 5, NOON, event());
        agree();
    }

    @Test
    void shouldFindThatACancelWhichCameTooLateWasTold() {
        paid();
        add(Topic.PAYMENT_COMMANDS, 11, NOON.plusSeconds(1), cancel());
        add(
                Topic.PAYMENT_DECISIONS,
                6,
                NOON.plusSeconds(1),
                tooLate(CancelledStep.PAYMENT).build());
        agree();
    }

    @Test
    void shouldNameACancelThatIsToldOfAnotherStep() {
        paid();
        add(Topic.PAYMENT_COMMANDS, 11, NOON.plusSeconds(1), cancel());
        add(
                Topic.PAYMENT_DECISIONS,
                6,
                NOON.plusSeconds(1),
                tooLate(CancelledStep.VOID).build());
        expect(Kind.DECISION_DIFFERS, "they differ in [step]");
    }

    @Test
    void shouldNameACancelThatIsAnsweredAndOfWhichTheLedgerWasNotTold() {
        add(Topic.PAYMENT_COMMANDS, 10, NOON, cancel());
        add(Topic.PAYMENT_DECISIONS, 5, NOON, settled().build());
        AuditReport.Summary summary = audit();
        assertEquals(Map.of(Kind.EVENT_MISSING, 1L, Kind.DECISION_UNFOUNDED, 1L), summary.kinds(), summary.toString());
    }

    @Test
    void shouldNameACancelThatTheLedgerWasToldOfThoughNobodyAskedForIt() {
        add(Topic.LEDGER_EVENTS, 3, NOON, event());
        expect(Kind.EVENT_UNFOUNDED, "the ledger was told to post command 0@10 1 times");
    }

    @ParameterizedTest
    @EnumSource(
            value = CancelFound.class,
            names = {"COMPLETED", "FAILED"})
    void shouldNameAnAnswerThatTheLedgerDidNotGive(CancelFound found) {
        add(Topic.PAYMENT_COMMANDS, 10, NOON, cancel());
        add(Topic.LEDGER_EVENTS, 3, NOON, event());
        add(Topic.LEDGER_OUTCOMES, 4, NOON, outcome());
        add(Topic.PAYMENT_DECISIONS, 5, NOON, settled().setFound(found).build());
        expect(Kind.DECISION_DIFFERS, "they differ in [found]");
    }

    @Test
    void shouldNameAPaymentThatWasMadeUnderACancelledKey() {
        cancelled();
        payAfterIt(PaymentDecision.newBuilder(cancelledPayment())
                .setStatus(PaymentStatus.COMPLETED)
                .setFailureReason(null)
                .build());
        expect(Kind.DECISION_DIFFERS, "they differ in [status, failureReason");
    }

    /** The key was pending, as a cancel. */
    @Test
    void shouldNameAPaymentThatWasSentToTheLedgerInPlaceOfTheCancel() {
        cancelled();
        add(Topic.PAYMENT_COMMANDS, 12, NOON, payment());
        add(Topic.LEDGER_EVENTS, 5, NOON, posting(12));
        AuditReport.Summary summary = audit();
        assertTrue(summary.kinds().containsKey(Kind.EVENT_UNFOUNDED), summary.toString());
    }

    /** Whether the operator had switched cancels on is in no log: the decision says that he had not. */
    @Test
    void shouldTakeTheDecisionsWordThatCancelsWereOff() {
        add(Topic.PAYMENT_COMMANDS, 10, NOON, cancel());
        add(Topic.PAYMENT_DECISIONS, 5, NOON, refused());
        agree();
        assertEquals(1, report.counted("guardsOff"));
    }

    @Test
    void shouldNameARefusalOfWhatTheLedgerWasToldOf() {
        add(Topic.PAYMENT_COMMANDS, 10, NOON, cancel());
        add(Topic.LEDGER_EVENTS, 3, NOON, event());
        add(Topic.LEDGER_OUTCOMES, 4, NOON, outcome());
        add(Topic.PAYMENT_DECISIONS, 5, NOON, refused());
        expect(Kind.DECISION_DIFFERS, "the rule answers SETTLED");
    }

    private void cancelled() {
        add(Topic.PAYMENT_COMMANDS, 10, NOON, cancel());
        add(Topic.LEDGER_EVENTS, 3, NOON, event());
        add(Topic.LEDGER_OUTCOMES, 4, NOON, outcome());
        add(Topic.PAYMENT_DECISIONS, 5, NOON, settled().build());
    }

    private void again() {
        Instant at = NOON.plusSeconds(1);
        add(Topic.PAYMENT_COMMANDS, 11, at, cancel());
        add(
                Topic.PAYMENT_DECISIONS,
                6,
                at,
                settled()
                        .setDecidedAt(at)
                        .setCommandOffset(11)
                        .setOriginalPartition(0)
                        .setOriginalOffset(10L)
                        .build());
    }

    private void payAfterIt(PaymentDecision decision) {
        add(Topic.PAYMENT_COMMANDS, 12, NOON.plusSeconds(2), payment());
        add(Topic.PAYMENT_DECISIONS, 7, NOON.plusSeconds(2), decision);
    }

    private void paid() {
        add(Topic.PAYMENT_COMMANDS, 10, NOON, payment());
        add(Topic.LEDGER_EVENTS, 3, NOON, posting(10));
        add(Topic.LEDGER_OUTCOMES, 4, NOON, paidOutcome());
        add(Topic.PAYMENT_DECISIONS, 5, NOON, settledPayment());
    }

    private void agree() {
        assertEquals(List.of(), audit().differences());
    }

    private void expect(Kind kind, String words) {
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

    private void add(Topic topic, long offset, Instant time, SpecificRecord value) {
        records.add(new PaymentHistories.Stored(
                topic, 0, offset, time.toEpochMilli(), BYTES.serialize(topic.topicName(), value)));
    }
}
