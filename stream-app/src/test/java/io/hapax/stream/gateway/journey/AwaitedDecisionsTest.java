package io.hapax.stream.gateway.journey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.schemas.CancelDecision;
import io.hapax.schemas.CancelFound;
import io.hapax.schemas.CancelVerdict;
import io.hapax.schemas.CancelledStep;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PaymentStatus;
import io.hapax.schemas.ReservationDecision;
import io.hapax.schemas.ReservationStatus;
import io.hapax.schemas.ReservationStep;
import io.hapax.schemas.ReservationVerdict;
import io.hapax.schemas.Verdict;
import io.hapax.serde.TrustedClasses;
import io.hapax.stream.decision.Asked;
import io.hapax.topics.LogPosition;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AwaitedDecisionsTest {
    private static final String KEY = "acme/order-1";
    private static final LogPosition MINE = new LogPosition(3, 17);
    private static final LogPosition ANOTHERS = new LogPosition(3, 16);

    static {
        TrustedClasses.trustOurs();
    }

    private final AwaitedDecisions decisions = new AwaitedDecisions();
    private final AwaitedDecision mine = decisions.await(KEY);

    @Test
    void shouldGiveEachCommandItsOwnDecision() {
        AwaitedDecision anothers = decisions.await(KEY);
        mine.taken(MINE);
        anothers.taken(ANOTHERS);
        decisions.offer(KEY, decision(Verdict.CONFLICT, MINE));
        assertEquals(decision(Verdict.CONFLICT, MINE), mine.decision().getNow(null));
        assertFalse(anothers.decision().isDone());
    }

    @Test
    void shouldFindADecisionThatWasReadBeforeItWasKnownWhereTheCommandLies() {
        decisions.offer(KEY, decision(Verdict.SETTLED, ANOTHERS));
        decisions.offer(KEY, decision(Verdict.REPLAYED, MINE));
        assertFalse(mine.decision().isDone());
        mine.taken(MINE);
        assertEquals(decision(Verdict.REPLAYED, MINE), mine.decision().getNow(null));
    }

    @Test
    void shouldTakeTheSettlementOfThePaymentThatWasInFlightAsAReplay() {
        AwaitedDecision anothers = decisions.await(KEY);
        anothers.taken(ANOTHERS);
        mine.taken(MINE);
        decisions.offer(KEY, inFlight(MINE, ANOTHERS));
        assertFalse(mine.decision().isDone());
        assertEquals(inFlight(MINE, ANOTHERS), mine.inFlight());
        decisions.offer(KEY, decision(Verdict.SETTLED, ANOTHERS));
        assertEquals(decision(Verdict.REPLAYED, ANOTHERS), mine.decision().getNow(null));
        assertEquals(decision(Verdict.SETTLED, ANOTHERS), anothers.decision().getNow(null));
    }

    @Test
    void shouldTakeWhatACancelInFlightEndsWithAsTheAnswerToAPaymentIfItIsCancelled() {
        mine.taken(MINE);
        decisions.offer(KEY, inFlight(MINE, ANOTHERS));
        decisions.offer(KEY, cancel(CancelVerdict.ANSWERED, CancelFound.CANCELLED, ANOTHERS, null));
        Decided answer = mine.decision().getNow(null);
        assertEquals(Verdict.REPLAYED, answer.verdict());
        assertEquals("CANCELLED", answer.failureReason());
    }

    /** Nobody here knows what was paid: it may have been another payment. */
    @Test
    void shouldNotTakeWhatACancelCameTooLateForAsTheAnswerToAPayment() {
        for (CancelFound found : new CancelFound[] {CancelFound.COMPLETED, CancelFound.FAILED}) {
            AwaitedDecision payment = decisions.await(KEY);
            payment.taken(MINE);
            payment.offer(inFlight(MINE, ANOTHERS));
            payment.offer(cancel(CancelVerdict.ANSWERED, found, ANOTHERS, null));
            assertEquals(inFlight(MINE, ANOTHERS), payment.decision().getNow(null));
        }
    }

    @Test
    void shouldTakeWhatBecameOfAPaymentInFlightAsTheAnswerToACancel() {
        mine.taken(MINE);
        decisions.offer(KEY, cancel(CancelVerdict.IN_FLIGHT, null, MINE, ANOTHERS));
        decisions.offer(KEY, decision(Verdict.SETTLED, ANOTHERS));
        Decided answer = mine.decision().getNow(null);
        assertEquals(Verdict.REPLAYED, answer.verdict());
        assertEquals(Asked.Kind.PAYMENT, answer.done());
    }

    @Test
    void shouldNotTakeARefusalOfThePaymentInFlightAsTheAnswerToACancel() {
        Decided inFlight = cancel(CancelVerdict.IN_FLIGHT, null, MINE, ANOTHERS);
        mine.taken(MINE);
        decisions.offer(KEY, inFlight);
        decisions.offer(KEY, decision(Verdict.CONFLICT, ANOTHERS));
        assertEquals(inFlight, mine.decision().getNow(null));
    }

    private static Decided cancel(
            CancelVerdict verdict, @Nullable CancelFound found, LogPosition at, @Nullable LogPosition original) {
        return Decided.of(CancelDecision.newBuilder()
                .setCancelVerdict(verdict)
                .setClientId("acme")
                .setIdempotencyKey("order-1")
                .setFound(found)
                .setFailureReason(found == CancelFound.FAILED ? "ACCOUNT_CLOSED" : null)
                .setStep(found == CancelFound.COMPLETED ? CancelledStep.PAYMENT : null)
                .setDecidedAt(Instant.EPOCH)
                .setCommandPartition(at.partition())
                .setCommandOffset(at.offset())
                .setOriginalPartition(original == null ? null : original.partition())
                .setOriginalOffset(original == null ? null : original.offset())
                .build());
    }

    /**
     * The key was paid with another content and forgotten here: the ledger refuses the original, and the true payment
     * comes again.
     */
    @Test
    void shouldAnswerConflictWhenTheLedgerRefusesThePaymentThatWasInFlight() {
        mine.taken(MINE);
        decisions.offer(KEY, inFlight(MINE, ANOTHERS));
        decisions.offer(KEY, decision(Verdict.CONFLICT, ANOTHERS));
        decisions.offer(KEY, decision(Verdict.SETTLED, new LogPosition(3, 18)));
        assertEquals(decision(Verdict.CONFLICT, ANOTHERS), mine.decision().getNow(null));
    }

    @Test
    void shouldNotTakeTheSettlementOfAnotherPaymentUnderItsKey() {
        mine.taken(MINE);
        decisions.offer(KEY, inFlight(MINE, ANOTHERS));
        decisions.offer(KEY, decision(Verdict.SETTLED, new LogPosition(3, 18)));
        decisions.offer(KEY, decision(Verdict.SETTLED, new LogPosition(2, 16)));
        decisions.offer(KEY, decision(Verdict.CONFLICT, new LogPosition(3, 19)));
        assertFalse(mine.decision().isDone());
    }

    /** Both are of the same step: under the key of another kind the second would be a conflict. */
    @Test
    void shouldTakeTheSettlementOfTheReservationThatWasInFlightAsAReplay() {
        mine.taken(MINE);
        decisions.offer(KEY, ofStep(ReservationVerdict.IN_FLIGHT, MINE, ANOTHERS));
        assertFalse(mine.decision().isDone());
        decisions.offer(KEY, ofStep(ReservationVerdict.SETTLED, ANOTHERS, null));
        Decided answer = mine.decision().getNow(null);
        assertEquals(Verdict.REPLAYED, answer.verdict());
        assertTrue(answer.isCompleted());
        assertEquals(Instant.EPOCH.plusSeconds(60), answer.heldUntil());
    }

    /** Of an instance of an earlier version, which names no original. */
    @Test
    void shouldTakeNoSettlementWhenItIsNotKnownWhichPaymentIsInFlight() {
        mine.taken(MINE);
        decisions.offer(KEY, decision(Verdict.IN_FLIGHT, MINE));
        decisions.offer(KEY, decision(Verdict.SETTLED, ANOTHERS));
        assertFalse(mine.decision().isDone());
        assertEquals(decision(Verdict.IN_FLIGHT, MINE), mine.inFlight());
    }

    @Test
    void shouldNotTakeAnothersSettlementForItsOwn() {
        mine.taken(MINE);
        decisions.offer(KEY, decision(Verdict.SETTLED, ANOTHERS));
        assertFalse(mine.decision().isDone());
        assertNull(mine.inFlight());
    }

    @Test
    void shouldForgetAKeyWhenNobodyWaitsForItAnyMore() {
        AwaitedDecision anothers = decisions.await(KEY);
        decisions.leave(KEY, mine);
        assertTrue(decisions.isAwaited(KEY));
        decisions.leave(KEY, anothers);
        assertFalse(decisions.isAwaited(KEY));
        assertEquals(0, decisions.size());
    }

    @Test
    void shouldKeepSoManyEarlyDecisionsAndNoMore() {
        for (int offset = 0; offset < 10_000; offset++) {
            decisions.offer(KEY, decision(Verdict.IN_FLIGHT, new LogPosition(0, offset)));
        }
        mine.taken(new LogPosition(0, 9_999));
        assertEquals(9_999, mine.inFlight().command().offset());
    }

    static Decided inFlight(LogPosition command, LogPosition original) {
        return Decided.of(PaymentDecision.newBuilder(wire(Verdict.IN_FLIGHT, command))
                .setOriginalPartition(original.partition())
                .setOriginalOffset(original.offset())
                .build());
    }

    private static Decided ofStep(ReservationVerdict verdict, LogPosition command, @Nullable LogPosition original) {
        boolean settled = verdict == ReservationVerdict.SETTLED;
        return Decided.of(ReservationDecision.newBuilder()
                .setClientId("acme")
                .setIdempotencyKey("order-1")
                .setStep(ReservationStep.RESERVE)
                .setAnswer(verdict)
                .setStatus(settled ? ReservationStatus.COMPLETED : null)
                .setHeldUntil(settled ? Instant.EPOCH.plusSeconds(60) : null)
                .setDecidedAt(Instant.EPOCH)
                .setCommandPartition(command.partition())
                .setCommandOffset(command.offset())
                .setOriginalPartition(original == null ? null : original.partition())
                .setOriginalOffset(original == null ? null : original.offset())
                .build());
    }

    static Decided decision(Verdict verdict, LogPosition command) {
        return Decided.of(wire(verdict, command));
    }

    private static PaymentDecision wire(Verdict verdict, LogPosition command) {
        boolean settled = verdict == Verdict.SETTLED || verdict == Verdict.REPLAYED;
        return PaymentDecision.newBuilder()
                .setClientId("acme")
                .setIdempotencyKey("order-1")
                .setVerdict(verdict)
                .setStatus(settled ? PaymentStatus.COMPLETED : null)
                .setDecidedAt(Instant.EPOCH)
                .setCommandPartition(command.partition())
                .setCommandOffset(command.offset())
                .build();
    }
}
