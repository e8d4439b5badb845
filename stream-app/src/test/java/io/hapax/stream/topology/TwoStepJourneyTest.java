package io.hapax.stream.topology;

import static io.hapax.stream.topology.Steps.HOLD;
import static io.hapax.stream.topology.Steps.command;
import static io.hapax.stream.topology.Steps.expected;
import static io.hapax.stream.topology.Steps.outcome;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.LedgerOutcomeStatus;
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
import io.hapax.stream.decision.PolicyScope;
import io.hapax.topics.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reservations, captures and voidings on their way through the topology: each step alike, as payments are. */
class TwoStepJourneyTest {
    private Journey journey = journey(1, true);

    private static Journey journey(int commandPartitions, boolean twoSteps) {
        return new Journey(Journey.POLICY, Journey.POLICY.retention(), commandPartitions, twoSteps);
    }

    @AfterEach
    void close() {
        journey.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellTheLedgerOfAStepAndAnswerWithWhatBecameOfIt(ReservationStep step) {
        send(step, "order-1", 1000);
        ReservationEvent post = onlyEvent();
        assertEquals(expected(step, ReservationEventKind.POST, 1), post);
        ledgerAnswers(post, ReservationOutcomeStatus.COMPLETED, null);
        ReservationDecision settled = onlyDecision();
        assertEquals(ReservationVerdict.SETTLED, settled.getAnswer());
        assertEquals(ReservationStatus.COMPLETED, settled.getStatus());
        assertEquals(List.of("ACFC", "ACCC", "CANC").get(step.ordinal()), settled.getIsoStatus());
        assertNull(settled.getIsoReason());
        assertEquals(step, settled.getStep());
        assertEquals(post.getReservationKey(), settled.getReservationKey());
        assertEquals(post.getPaymentId(), settled.getPaymentId());
        assertEquals(step == ReservationStep.RESERVE ? Journey.NOON.plus(HOLD) : null, settled.getHeldUntil());
        assertEquals(Journey.NOON.plus(Journey.POLICY.retention()), settled.getExpiresAt());
        assertEquals(1, journey.metric("hapax.answers"), "all answers");
        assertEquals(1, journey.metric("hapax.step.answers"), "those to steps");
    }

    @ParameterizedTest
    @EnumSource
    void shouldAnswerARetryLikeTheFirst(ReservationStep step) {
        send(step, "order-1", 1000);
        ReservationEvent post = onlyEvent();
        journey.after(Duration.ofSeconds(1));
        send(step, "order-1", 1000);
        assertEquals(ReservationVerdict.IN_FLIGHT, onlyDecision().getAnswer());
        ledgerAnswers(post, ReservationOutcomeStatus.FAILED, "RESERVATION_EXPIRED");
        ReservationDecision settled = onlyDecision();
        assertNull(settled.getHeldUntil());
        journey.after(Duration.ofMinutes(30));
        send(step, "order-1", 1000);
        ReservationDecision replayed = onlyDecision();
        assertEquals(ReservationVerdict.REPLAYED, replayed.getAnswer());
        assertEquals(step, replayed.getStep());
        assertEquals("RESERVATION_EXPIRED", replayed.getFailureReason());
        assertEquals("RJCT EOL1", replayed.getIsoStatus() + " " + replayed.getIsoReason());
        assertEquals(settled.getExpiresAt(), replayed.getExpiresAt());
        assertEquals(settled.getPayloadFingerprint(), replayed.getPayloadFingerprint());
        assertEquals(settled.getCommandOffset(), replayed.getOriginalOffset());
        assertEquals(List.of(), journey.sent(Topic.LEDGER_EVENTS, ReservationEvent.class));
    }

    @Test
    void shouldTellARetryHowLongTheMoneyIsHeldFromTheFirstAcceptanceOn() {
        send(ReservationStep.RESERVE, "order-1", 1000);
        ledgerAnswers(onlyEvent(), ReservationOutcomeStatus.COMPLETED, null);
        assertEquals(Journey.NOON.plus(HOLD), onlyDecision().getHeldUntil());
        journey.after(Duration.ofMinutes(30));
        send(ReservationStep.RESERVE, "order-1", 1000);
        assertEquals(Journey.NOON.plus(HOLD), onlyDecision().getHeldUntil());
    }

    /** The ledger knew the key that was forgotten here. */
    @ParameterizedTest
    @EnumSource
    void shouldLookUpAStepThatMayBeForgotten(ReservationStep step) {
        journey.publish(PolicyScope.ALL, Journey.POLICY.retention(), Duration.ofDays(1));
        // A policy counts from the next command on.
        journey.complete(journey.command("another").build());
        SpecificRecord old = command(step, "order-1", 1000, journey.now());
        journey.after(Duration.ofHours(3));
        sendAgain(old);
        ReservationEvent inquiry = onlyEvent();
        assertEquals(ReservationEventKind.INQUIRE, inquiry.getAsked());
        assertEquals(0, inquiry.getAttempt());
        ReservationOutcome known = outcome(inquiry, ReservationOutcomeStatus.COMPLETED, null);
        tell(ReservationOutcome.newBuilder(known).setAcceptedAt(Journey.NOON).build(), inquiry.getAcceptedAt());
        ReservationDecision settled = onlyDecision();
        assertEquals(ReservationVerdict.SETTLED, settled.getAnswer());
        assertEquals(Journey.NOON, settled.getLedgerKnewSince());
        assertEquals(step == ReservationStep.RESERVE ? Journey.NOON.plus(HOLD) : null, settled.getHeldUntil());
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseAStepThatMayBeForgotten(ReservationStep step) {
        SpecificRecord old = command(step, "order-1", 1000, journey.now());
        journey.after(Duration.ofHours(3));
        sendAgain(old);
        assertEquals(ReservationVerdict.EXPIRED, onlyDecision().getAnswer());
        assertEquals(List.of(), journey.sent(Topic.LEDGER_EVENTS, ReservationEvent.class));
    }

    @ParameterizedTest
    @EnumSource
    void shouldAskTheLedgerAndPostAgainWhenItHasSeenNothing(ReservationStep step) {
        send(step, "order-1", 1000);
        onlyEvent();
        journey.after(Duration.ofMinutes(1));
        ReservationEvent inquiry = onlyEvent();
        assertEquals(expected(step, ReservationEventKind.INQUIRE, 1), inquiry);
        ledgerAnswers(inquiry, ReservationOutcomeStatus.NOT_FOUND, null);
        assertEquals(expected(step, ReservationEventKind.POST, 2), onlyEvent());
    }

    @ParameterizedTest
    @EnumSource
    void shouldAnswerConflictWhenTheLedgerKnowsTheKeyFromBefore(ReservationStep step) {
        send(step, "order-1", 1000);
        ReservationOutcome taken = outcome(onlyEvent(), ReservationOutcomeStatus.CONFLICT, null);
        tell(
                ReservationOutcome.newBuilder(taken)
                        .setDifferingFields(List.of("step"))
                        .build(),
                Journey.NOON);
        ReservationDecision conflict = onlyDecision();
        assertEquals(ReservationVerdict.CONFLICT, conflict.getAnswer());
        assertEquals(List.of("step"), conflict.getDifferingFields());
        assertEquals(step, conflict.getStep());
        assertEquals(step == ReservationStep.RESERVE ? null : "hold-1", conflict.getReservationKey());
    }

    /** Each gets the decision of its own kind, whatever is known. */
    @ParameterizedTest
    @EnumSource
    void shouldAnswerConflictWhenAPaymentComesUnderTheKeyOfAStepAndTheOtherWayRound(ReservationStep step) {
        send(step, "order-1", 1000);
        ledgerAnswers(onlyEvent(), ReservationOutcomeStatus.COMPLETED, null);
        onlyDecision();
        journey.send(journey.command("order-1").build());
        PaymentDecision conflict =
                journey.sent(Topic.PAYMENT_DECISIONS, PaymentDecision.class).getFirst();
        assertEquals(Verdict.CONFLICT, conflict.getVerdict());
        assertEquals(List.of("step"), conflict.getDifferingFields());

        journey.send(journey.command("order-2").build());
        journey.sent(Topic.LEDGER_EVENTS, LedgerEvent.class);
        send(step, "order-2", 1000);
        ReservationDecision other = onlyDecision();
        assertEquals(ReservationVerdict.CONFLICT, other.getAnswer());
        assertEquals(List.of("step"), other.getDifferingFields());
    }

    /** Such an outcome would say that money moved, which is only held. */
    @ParameterizedTest
    @EnumSource
    void shouldSettleNoStepByTheOutcomeOfAPayment(ReservationStep step) {
        send(step, "order-1", 1000);
        ReservationEvent post = onlyEvent();
        LedgerOutcome ofAPayment = LedgerOutcome.newBuilder()
                .setPaymentId(post.getPaymentId())
                .setClientId(post.getClientId())
                .setIdempotencyKey(post.getIdempotencyKey())
                .setStatus(LedgerOutcomeStatus.COMPLETED)
                .setAttempt(1)
                .setAcceptedAt(post.getAcceptedAt())
                .setCommandPartition(post.getCommandPartition())
                .setCommandOffset(post.getCommandOffset())
                .build();
        tell(ofAPayment, Journey.NOON);
        assertEquals(List.of(), journey.sent(Topic.PAYMENT_DECISIONS, ReservationDecision.class));
        ledgerAnswers(post, ReservationOutcomeStatus.COMPLETED, null);
        assertEquals(ReservationVerdict.SETTLED, onlyDecision().getAnswer());
    }

    /** Its record is lost: the answer is given all the same, as one of its kind. */
    @ParameterizedTest
    @EnumSource
    void shouldAnswerAStepWhoseRecordIsLost(ReservationStep step) {
        ReservationEvent lost = expected(step, ReservationEventKind.POST, 1);
        ledgerAnswers(lost, ReservationOutcomeStatus.COMPLETED, null);
        ReservationDecision settled = onlyDecision();
        assertEquals(ReservationVerdict.SETTLED, settled.getAnswer());
        assertEquals(step, settled.getStep());
        assertNull(settled.getReservationKey());
        assertNull(settled.getHeldUntil());
    }

    @ParameterizedTest
    @EnumSource
    void shouldSendOnUnchangedWhatLiesOnAnotherPartition(ReservationStep step) {
        journey.close();
        journey = journey(2, true);
        int sentOn = 0;
        for (int i = 0; i < 8; i++) {
            byte[] bytes = journey.bytesOf(Topic.PAYMENT_COMMANDS, command(step, "order-" + i, 1000, journey.now()));
            journey.sendBytes(bytes);
            List<byte[]> elsewhere = journey.sentBytes(Topic.PAYMENT_COMMANDS_REROUTED);
            sentOn += elsewhere.size();
            if (!elsewhere.isEmpty()) {
                assertArrayEquals(bytes, elsewhere.getFirst());
            }
        }
        assertEquals(
                8 - sentOn,
                journey.sent(Topic.LEDGER_EVENTS, ReservationEvent.class).size());
        assertTrue(sentOn > 0 && sentOn < 8, sentOn + " of 8 sent on");
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseEachStepUntilTheOperatorSwitchesThemOn(ReservationStep step) {
        journey.close();
        journey = journey(1, false);
        send(step, "order-1", 1000);
        ReservationDecision invalid = onlyDecision();
        assertEquals(ReservationVerdict.INVALID, invalid.getAnswer());
        assertEquals(List.of("TWO_STEPS_OFF"), invalid.getViolations());
        assertEquals(step, invalid.getStep());
        assertEquals(List.of(), journey.sent(Topic.LEDGER_EVENTS, ReservationEvent.class));
        assertEquals(List.of(), journey.deadLetters());
    }

    @Test
    void shouldAnswerAStepThatBreaksRulesWithAllOfThem() {
        String endless = "k".repeat(10_000);
        VoidCommand voiding = (VoidCommand) command(ReservationStep.VOID, endless, 0, journey.now());
        sendAgain(VoidCommand.newBuilder(voiding).setReservationKey(endless).build());
        ReservationDecision invalid = onlyDecision();
        assertEquals(List.of("IDEMPOTENCY_KEY_MALFORMED", "RESERVATION_KEY_MALFORMED"), invalid.getViolations());
        assertEquals(255, invalid.getIdempotencyKey().length());
        assertEquals(255, invalid.getReservationKey().length());
        ReservationCommand reserve = (ReservationCommand) command(ReservationStep.RESERVE, "order-1", 0, journey.now());
        sendAgain(ReservationCommand.newBuilder(reserve).setHoldMs(59_999).build());
        assertEquals(
                List.of("AMOUNT_NOT_POSITIVE", "HOLD_TOO_SHORT"), onlyDecision().getViolations());
    }

    private void send(ReservationStep step, String key, long amountMinor) {
        sendAgain(command(step, key, amountMinor, journey.now()));
    }

    private void sendAgain(SpecificRecord command) {
        journey.sendBytes(journey.bytesOf(Topic.PAYMENT_COMMANDS, command));
    }

    private ReservationEvent onlyEvent() {
        List<ReservationEvent> events = journey.sent(Topic.LEDGER_EVENTS, ReservationEvent.class);
        assertEquals(1, events.size(), events::toString);
        return events.getFirst();
    }

    private ReservationDecision onlyDecision() {
        List<ReservationDecision> decisions = journey.sent(Topic.PAYMENT_DECISIONS, ReservationDecision.class);
        assertEquals(1, decisions.size(), decisions::toString);
        return decisions.getFirst();
    }

    private void ledgerAnswers(ReservationEvent event, ReservationOutcomeStatus result, String reason) {
        tell(outcome(event, result, reason), event.getAcceptedAt());
    }

    private void tell(SpecificRecord outcome, Instant eventTime) {
        journey.publishBytes(journey.bytesOf(Topic.LEDGER_OUTCOMES, outcome), eventTime);
    }
}
