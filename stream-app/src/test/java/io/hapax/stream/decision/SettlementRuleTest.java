package io.hapax.stream.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.hapax.stream.decision.IdempotencyRecord.AcceptedCommand;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.IdempotencyRecord.TakenKey;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettlementRuleTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Payment PAYMENT = new Payment("alice", "bob", 10, "EUR", null);
    private static final LogPosition COMMAND = new LogPosition(0, 100);
    private static final Result FAILED = new Result.Failed("INSUFFICIENT_FUNDS", "alice");
    private static final AcceptedCommand FIRST = new AcceptedCommand(PayloadDigest.of(PAYMENT), NOON, COMMAND, 1);
    private static final Pending PENDING =
            new Pending(FIRST, new PaymentKey("acme", "order-1"), PAYMENT, NOON.plus(LEASE));
    private static final Now NOW = new Now(NOON.plusSeconds(5), NOON.plusSeconds(5));
    private static final long OFFSET = 42;
    private static final OutcomeSource HERE = new OutcomeSource(OFFSET, NOON);
    private static final OutcomeSource LATER = new OutcomeSource(OFFSET + 1, NOON);

    private final SettlementRule rule =
            new SettlementRule(new RetentionSchedule(Duration.ofHours(1), Duration.ofMinutes(1), LEASE));

    @Test
    void shouldSettleAPendingPayment() {
        assertEquals(
                new Settlement.Settles(new Settled(FIRST, NOW.streamTime(), OFFSET, FAILED)),
                rule.settle(new Outcome.Resolved(COMMAND, FAILED), HERE, PENDING, NOW));
    }

    /** Its key had been forgotten here, and the ledger has not. */
    @Test
    void shouldTellSinceWhenTheLedgerKnewAPaymentThatWasForgottenHere() {
        for (Duration earlier : List.of(Duration.ofDays(3), Duration.ofMillis(1))) {
            Instant acceptedAt = NOON.minus(earlier);
            Settled settled = settled(new Outcome.Resolved(COMMAND, FAILED, acceptedAt));
            assertEquals(acceptedAt, settled.ledgerKnewSince());
            assertEquals(acceptedAt, settled.acceptedAt());
        }
        for (Instant here : Arrays.asList(NOON, NOON.plusMillis(1), null)) {
            Settled settled = settled(new Outcome.Resolved(COMMAND, FAILED, here));
            assertNull(settled.ledgerKnewSince());
            assertEquals(NOON, settled.acceptedAt());
        }
    }

    private Settled settled(Outcome outcome) {
        return assertInstanceOf(Settlement.Settles.class, rule.settle(outcome, HERE, PENDING, NOW))
                .settled();
    }

    @Test
    void shouldAnswerAgainWhenTheSameOutcomeIsReadAgain() {
        Settled settled = new Settled(FIRST, NOON, OFFSET, FAILED);
        assertEquals(
                new Settlement.AnswersAgain(settled),
                rule.settle(new Outcome.Resolved(COMMAND, FAILED), HERE, settled, NOW));
    }

    @Test
    void shouldIgnoreAnOutcomeThatTheLedgerPublishedTwice() {
        Settled settled = new Settled(FIRST, NOON, OFFSET, FAILED);
        assertEquals(new Settlement.Ignored(), rule.settle(new Outcome.Resolved(COMMAND, FAILED), LATER, settled, NOW));
    }

    @Test
    void shouldNeverTurnAFailureIntoAPayment() {
        Settled settled = new Settled(FIRST, NOON, OFFSET, FAILED);
        assertEquals(
                new Settlement.Ignored(),
                rule.settle(new Outcome.Resolved(COMMAND, new Result.Completed()), LATER, settled, NOW));
    }

    @Test
    void shouldIgnoreAnOutcomeOfAnEarlierSightingOfTheKey() {
        Outcome earlier = new Outcome.Resolved(new LogPosition(0, 1), new Result.Completed());
        assertEquals(new Settlement.Ignored(), rule.settle(earlier, HERE, PENDING, NOW));
    }

    /** That money is held does not tell that it moved, and the other way round. */
    @Test
    void shouldTakeNoOutcomeThatTellsOfAnotherKind() {
        Outcome completed = new Outcome.Resolved(COMMAND, new Result.Completed());
        for (Payload payload : List.of(
                PAYMENT,
                new Reservation("alice", "bob", 10, "EUR", null, Duration.ofDays(7), false),
                new Capture("hold-1", "alice", 10, "EUR", false, null),
                new Voiding("hold-1", "alice"))) {
            AcceptedCommand first = new AcceptedCommand(PayloadDigest.of(payload), NOON, COMMAND, 1);
            Pending pending = new Pending(first, new PaymentKey("acme", "order-1"), payload, NOON.plus(LEASE));
            Settled settled = new Settled(first, NOW.streamTime(), OFFSET, new Result.Completed());
            for (Asked.Kind told : Asked.Kind.values()) {
                OutcomeSource source = new OutcomeSource(OFFSET, NOON, told);
                boolean isIts = told == payload.asked().kind();
                assertEquals(
                        isIts ? new Settlement.Settles(settled) : new Settlement.Ignored(),
                        rule.settle(completed, source, pending, NOW));
                assertEquals(
                        isIts ? new Settlement.AnswersAgain(settled) : new Settlement.Ignored(),
                        rule.settle(completed, source, settled, NOW));
            }
        }
    }

    @Test
    void shouldPostAgainWithTheNextAttemptWhenTheLedgerFoundNothing() {
        Settlement settlement = rule.settle(new Outcome.NotFound(COMMAND, 1), HERE, PENDING, NOW);
        Pending again =
                assertInstanceOf(Settlement.PostsAgain.class, settlement).pending();
        assertEquals(2, again.first().attempt());
        assertEquals(NOW.systemTime().plus(LEASE), again.leaseUntil());
    }

    @Test
    void shouldIgnoreThatNothingWasFoundOfAnAttemptThatWasRepeatedSince() {
        Pending second = PENDING.nextAttempt(NOON.plus(LEASE));
        assertEquals(new Settlement.Ignored(), rule.settle(new Outcome.NotFound(COMMAND, 1), HERE, second, NOW));
    }

    @Test
    void shouldRefuseWhenTheLedgerKnowsTheKeyWithAnotherPayload() {
        Outcome taken = new Outcome.KeyTaken(COMMAND, List.of("amountMinor"));
        TakenKey refused = new TakenKey(FIRST, NOW.streamTime(), OFFSET, List.of("amountMinor"));
        assertEquals(new Settlement.Refuses(refused), rule.settle(taken, HERE, PENDING, NOW));
        assertEquals(new Settlement.AnswersAgain(refused), rule.settle(taken, HERE, refused, NOW));
        assertEquals(new Settlement.Ignored(), rule.settle(taken, LATER, refused, NOW));
    }

    @Test
    void shouldAnswerThoughTheRecordIsLost() {
        Outcome outcome = new Outcome.Resolved(COMMAND, FAILED);
        assertEquals(new Settlement.AnswersWithoutRecord(outcome), rule.settle(outcome, HERE, null, NOW));
        assertEquals(new Settlement.Ignored(), rule.settle(new Outcome.NotFound(COMMAND, 1), HERE, null, NOW));
    }

    @Test
    void shouldNotAnswerTwiceWhenAnOutcomeIsRepeatedAfterTheRecordWasForgotten() {
        Outcome outcome = new Outcome.Resolved(COMMAND, FAILED);
        Instant lastMoment = NOON.plus(Duration.ofHours(1)).minusMillis(1);
        assertEquals(
                new Settlement.AnswersWithoutRecord(outcome),
                rule.settle(outcome, HERE, null, new Now(lastMoment, lastMoment)));
        Instant forgotten = NOON.plus(Duration.ofHours(1));
        assertEquals(new Settlement.Ignored(), rule.settle(outcome, HERE, null, new Now(forgotten, forgotten)));
    }

    @ParameterizedTest(name = "pending for {0}: asked again after {1}")
    @CsvSource({"PT30S, PT30S", "PT2M, PT30S", "PT4M, PT1M", "PT36M, PT9M", "PT40M, PT10M", "P3D, PT10M", "-PT5M, PT30S"
    })
    void shouldInquireLessOftenTheLongerAPaymentIsPending(Duration age, Duration wait) {
        Instant now = NOON.plus(age);
        Pending due = PENDING.withLeaseUntil(now);
        assertEquals(Optional.of(due.withLeaseUntil(now.plus(wait))), rule.inquire(due, new Now(NOON, now)));
    }

    @Test
    void shouldInquireOnlyAfterTheLease() {
        Instant end = PENDING.leaseUntil();
        assertEquals(Optional.empty(), rule.inquire(PENDING, new Now(NOON, end.minusMillis(1))));
        assertEquals(Optional.of(PENDING.withLeaseUntil(end.plus(LEASE))), rule.inquire(PENDING, new Now(NOON, end)));
    }
}
