package io.hapax.stream.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.hapax.schemas.CancelCommand;
import io.hapax.schemas.CancelDecision;
import io.hapax.schemas.CancelEvent;
import io.hapax.schemas.CancelFound;
import io.hapax.schemas.CancelOutcome;
import io.hapax.schemas.CancelRequest;
import io.hapax.schemas.CancelVerdict;
import io.hapax.schemas.CancelledStep;
import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerOutcomeStatus;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PaymentStatus;
import io.hapax.schemas.Verdict;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cancels on their way through the topology, and payments that meet them. */
class CancelJourneyTest {
    private static final PaymentKey KEY = new PaymentKey("acme", "order-1");

    private final Journey journey = new Journey(Journey.POLICY, Journey.POLICY.retention(), 1, true);

    @AfterEach
    void close() {
        journey.close();
    }

    @Test
    void shouldTellTheLedgerOfACancelAndAnswerWithWhatStandsUnderTheKey() {
        cancel();
        CancelEvent event = onlyEvent();
        assertEquals(
                new CancelEvent(CancelRequest.CANCEL, KEY.paymentId(), "acme", "order-1", Journey.NOON, 0, 0L), event);
        assertEquals(List.of(), decisions());
        ledgerFinds(event, CancelFound.CANCELLED, null, null, event.getAcceptedAt());
        CancelDecision answer = onlyDecision();
        assertEquals(CancelVerdict.ANSWERED, answer.getCancelVerdict());
        assertEquals(CancelFound.CANCELLED, answer.getFound());
        assertEquals(KEY.paymentId(), answer.getPaymentId());
        assertEquals(Journey.NOON.plus(Journey.POLICY.retention()), answer.getExpiresAt());
        assertNull(answer.getOriginalOffset());
        assertNull(answer.getLedgerKnewSince());
        assertEquals(1, journey.metric("hapax.cancel.answers"));

        journey.after(Duration.ofMinutes(1));
        cancel();
        CancelDecision again = onlyDecision();
        assertEquals(CancelFound.CANCELLED, again.getFound());
        assertEquals(answer.getCommandOffset(), again.getOriginalOffset());
        assertEquals(List.of(), events());
    }

    @Test
    void shouldAnswerAPaymentUnderACancelledKeyAsFailedAndPostNothing() {
        cancel();
        CancelEvent event = onlyEvent();
        journey.send(journey.command("order-1").build());
        PaymentDecision meanwhile = onlyPaymentDecision();
        assertEquals(Verdict.IN_FLIGHT, meanwhile.getVerdict());
        assertEquals(event.getCommandOffset(), meanwhile.getOriginalOffset());
        assertNull(meanwhile.getFirstSeenAt(), "no payment was accepted");
        assertNull(meanwhile.getPayloadFingerprint(), "all cancels would look like one payment");
        ledgerFinds(event, CancelFound.CANCELLED, null, null, event.getAcceptedAt());
        onlyDecision();
        journey.send(journey.command("order-1").build());
        PaymentDecision refused = onlyPaymentDecision();
        assertEquals(Verdict.REPLAYED, refused.getVerdict());
        assertEquals(PaymentStatus.FAILED, refused.getStatus());
        assertEquals("CANCELLED", refused.getFailureReason());
        assertNull(refused.getPayloadFingerprint());
        assertEquals(List.of(), events());
    }

    @Test
    void shouldAnswerACancelByAPaymentThatWasAcceptedBeforeIt() {
        journey.send(journey.command("order-1").build());
        LedgerEvent post = journey.sent(Topic.LEDGER_EVENTS, LedgerEvent.class).getFirst();
        cancel();
        CancelDecision meanwhile = onlyDecision();
        assertEquals(CancelVerdict.IN_FLIGHT, meanwhile.getCancelVerdict());
        assertEquals(post.getCommandOffset(), meanwhile.getOriginalOffset());
        assertNull(meanwhile.getFound());
        assertEquals(List.of(), events(), "a cancel of what is under way goes nowhere");
        journey.ledgerAnswers(post, LedgerOutcomeStatus.COMPLETED, null);
        onlyPaymentDecision();
        cancel();
        CancelDecision tooLate = onlyDecision();
        assertEquals(CancelFound.COMPLETED, tooLate.getFound());
        assertEquals(CancelledStep.PAYMENT, tooLate.getStep());
        assertEquals(Journey.NOON, tooLate.getFirstSeenAt());
        assertEquals(List.of(), events());
    }

    @Test
    void shouldAskTheLedgerAboutAKeyThatWasForgottenHoweverLongAgo() {
        journey.send(journey.command("order-1").build());
        LedgerEvent post = journey.sent(Topic.LEDGER_EVENTS, LedgerEvent.class).getFirst();
        journey.ledgerAnswers(post, LedgerOutcomeStatus.COMPLETED, null);
        onlyPaymentDecision();
        journey.after(Duration.ofDays(400));
        cancel();
        CancelEvent event = onlyEvent();
        ledgerFinds(event, CancelFound.COMPLETED, CancelledStep.PAYMENT, null, Journey.NOON);
        CancelDecision answer = onlyDecision();
        assertEquals(CancelFound.COMPLETED, answer.getFound());
        assertEquals(Journey.NOON, answer.getLedgerKnewSince());
        // What was paid is not known here: the same payment again is answered by the ledger.
        journey.send(journey.command("order-1").build());
        assertEquals(1, journey.sent(Topic.LEDGER_EVENTS, LedgerEvent.class).size());
    }

    @Test
    void shouldTellTheLedgerAgainWhenNoOutcomeComes() {
        cancel();
        CancelEvent first = onlyEvent();
        journey.after(Duration.ofMinutes(1));
        assertEquals(first, onlyEvent(), "order and question are the same event");
        ledgerFinds(first, CancelFound.CANCELLED, null, null, first.getAcceptedAt());
        assertEquals(CancelFound.CANCELLED, onlyDecision().getFound());
        ledgerFinds(first, CancelFound.CANCELLED, null, null, first.getAcceptedAt());
        assertEquals(List.of(), decisions(), "a repeated outcome answers nobody");
        journey.after(Duration.ofMinutes(1));
        assertEquals(List.of(), events());
    }

    @Test
    void shouldRefuseCancelsWhileGuardsAreOff() {
        try (Journey off = new Journey()) {
            send(off, "order-1");
            CancelDecision refused =
                    off.sent(Topic.PAYMENT_DECISIONS, CancelDecision.class).getFirst();
            assertEquals(CancelVerdict.INVALID, refused.getCancelVerdict());
            assertEquals(List.of("GUARDS_OFF"), refused.getViolations());
            assertNull(refused.getPaymentId());
            assertEquals(List.of(), off.sentBytes(Topic.LEDGER_EVENTS));
            off.send(off.command("order-1").build());
            assertEquals(1, off.sent(Topic.LEDGER_EVENTS, LedgerEvent.class).size(), "nothing is remembered");
        }
    }

    @Test
    void shouldCutTheKeyOfACancelThatIsTooLong() {
        send(journey, "k".repeat(10_000));
        CancelDecision refused = onlyDecision();
        assertEquals(List.of("IDEMPOTENCY_KEY_MALFORMED"), refused.getViolations());
        assertEquals(255, refused.getIdempotencyKey().length());
    }

    private static void send(Journey to, String key) {
        to.sendBytes(to.bytesOf(Topic.PAYMENT_COMMANDS, new CancelCommand(CancelRequest.CANCEL, "acme", key)));
    }

    private void cancel() {
        send(journey, "order-1");
    }

    private void ledgerFinds(
            CancelEvent event, CancelFound found, CancelledStep step, String reason, Instant recordedAcceptedAt) {
        SpecificRecord outcome = CancelOutcome.newBuilder()
                .setFound(found)
                .setPaymentId(event.getPaymentId())
                .setClientId(event.getClientId())
                .setIdempotencyKey(event.getIdempotencyKey())
                .setStep(step)
                .setFailureReason(reason)
                .setRecordedAcceptedAt(recordedAcceptedAt)
                .setCommandPartition(event.getCommandPartition())
                .setCommandOffset(event.getCommandOffset())
                .build();
        journey.publishBytes(journey.bytesOf(Topic.LEDGER_OUTCOMES, outcome), event.getAcceptedAt());
    }

    private List<CancelEvent> events() {
        return journey.sent(Topic.LEDGER_EVENTS, CancelEvent.class);
    }

    private CancelEvent onlyEvent() {
        List<CancelEvent> events = events();
        assertEquals(1, events.size());
        return events.getFirst();
    }

    private List<CancelDecision> decisions() {
        return journey.sent(Topic.PAYMENT_DECISIONS, CancelDecision.class);
    }

    private CancelDecision onlyDecision() {
        List<CancelDecision> decisions = decisions();
        assertEquals(1, decisions.size());
        return decisions.getFirst();
    }

    private PaymentDecision onlyPaymentDecision() {
        List<PaymentDecision> decisions = journey.sent(Topic.PAYMENT_DECISIONS, PaymentDecision.class);
        assertEquals(1, decisions.size());
        return decisions.getFirst();
    }
}
