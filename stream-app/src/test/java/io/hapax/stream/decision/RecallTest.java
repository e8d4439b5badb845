package io.hapax.stream.decision;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests of one old key that is looked up in the ledger. The table of decisions is in DecisionTableTest. */
class RecallTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final RetentionSchedule POLICY = new RetentionSchedule(
                    Duration.ofHours(1), Duration.ofMinutes(1), LEASE)
            .withTerms(
                    new RetentionSchedule.Terms(Duration.ofMinutes(10), Duration.ofDays(2)),
                    PolicyScope.Kind.CLIENT,
                    NOON.minus(Duration.ofDays(3)));
    private static final PaymentKey KEY = new PaymentKey("acme", "order-1");
    private static final UUID ID = KEY.paymentId();
    private static final Payment PAYMENT = new Payment("alice", "bob", 10, "EUR", null);
    private static final LogPosition OLD = new LogPosition(0, 7);
    private static final Result COMPLETED = new Result.Completed();

    private final PaymentTask task = new PaymentTask(PaymentRules.RIGHT);
    private final List<String> seen = new ArrayList<>();
    private @Nullable IdempotencyRecord stored;
    private Now now = new Now(NOON, NOON);
    private long outcomes;

    @Test
    void shouldAskAndAnswerWithWhatTheLedgerKnows() {
        send(OLD);
        ledger(new Outcome.Resolved(OLD, COMPLETED));
        assertEquals(List.of("INQUIRE 0 RECALLED", "SettledNow"), seen);
        send(new LogPosition(0, 8));
        assertEquals("Replayed", seen.getLast());
    }

    @Test
    void shouldPostOnceTheLedgerHasNeverSeenIt() {
        send(OLD);
        ledger(new Outcome.NotFound(OLD, 0));
        ledger(new Outcome.NotFound(OLD, 0));
        ledger(new Outcome.Resolved(OLD, COMPLETED));
        assertEquals(
                List.of("INQUIRE 0 RECALLED", "POST 1 NEVER_SEEN", "nothing OUTCOME_REPEATED", "SettledNow"), seen);
    }

    /** The broker's clock may stand still while nobody pays; the ledger is asked all the same. */
    @Test
    void shouldCountALeaseByTheClockOfTheProcess() {
        Instant process = NOON.plus(Duration.ofHours(3));
        now = new Now(NOON, process);
        send(OLD);
        IdempotencyRecord.Pending pending = (IdempotencyRecord.Pending) requireNonNull(stored);
        assertFalse(pending.leaseRanOut(process.plus(LEASE).minusMillis(1)));
        assertTrue(pending.leaseRanOut(process.plus(LEASE)));
    }

    @Test
    void shouldAnswerConflictWhenTheLedgerKnowsItWithAnotherPayload() {
        send(OLD);
        ledger(new Outcome.KeyTaken(OLD, List.of("amountMinor")));
        assertEquals(List.of("INQUIRE 0 RECALLED", "Conflict"), seen);
        send(new LogPosition(0, 8));
        assertEquals("INQUIRE 0 RECALLED", seen.getLast(), "the stranger's payload is not held against the owner");
    }

    @Test
    void shouldAskAgainAndNotPostWhenTheCommandIsReadAgain() {
        send(OLD);
        send(OLD);
        assertEquals(List.of("INQUIRE 0 RECALLED", "INQUIRE 0 READ_AGAIN"), seen);
        ledger(new Outcome.NotFound(OLD, 0));
        send(OLD);
        assertEquals(List.of("POST 1 NEVER_SEEN", "POST 1 READ_AGAIN"), seen.subList(2, 4));
    }

    @Test
    void shouldAskAgainWhenTheLeaseRunsOutAndPostOnceThoughBothInquiriesFindNothing() {
        send(OLD);
        now = new Now(NOON, NOON.plus(LEASE));
        happens(task.sweep(ID, (IdempotencyRecord.Pending) requireNonNull(stored), POLICY, now));
        ledger(new Outcome.NotFound(OLD, 0));
        ledger(new Outcome.NotFound(OLD, 0));
        assertEquals(
                List.of(
                        "INQUIRE 0 RECALLED",
                        "INQUIRE 0 LEASE_RAN_OUT",
                        "POST 1 NEVER_SEEN",
                        "nothing OUTCOME_REPEATED"),
                seen);
    }

    @Test
    void shouldTellARetryThatItIsInFlightWhileItIsLookedUp() {
        send(OLD);
        send(new LogPosition(0, 8));
        assertEquals(List.of("INQUIRE 0 RECALLED", "InFlight"), seen);
    }

    /** An outcome of an earlier recall that found nothing says nothing about this recall. */
    @Test
    void shouldNotPostByTheOutcomeOfAnEarlierRecall() {
        send(OLD);
        ledger(new Outcome.Resolved(OLD, COMPLETED));
        now = new Now(NOON.plus(Duration.ofMinutes(10)), NOON);
        LogPosition later = new LogPosition(0, 8);
        send(later);
        ledger(new Outcome.NotFound(OLD, 0));
        ledger(new Outcome.Resolved(later, COMPLETED));
        assertEquals(
                List.of(
                        "INQUIRE 0 RECALLED",
                        "SettledNow",
                        "INQUIRE 0 RECALLED",
                        "nothing OUTCOME_REPEATED",
                        "SettledNow"),
                seen);
    }

    private void send(LogPosition origin) {
        Command command = new Command(KEY, PAYMENT, NOON.minus(Duration.ofHours(5)), origin);
        happens(task.command(ID, command, stored, POLICY, now));
    }

    private void ledger(Outcome outcome) {
        happens(task.outcome(ID, KEY, outcome, new OutcomeSource(outcomes++, NOON), stored, POLICY, now));
    }

    private void happens(List<Consequence> consequences) {
        for (Consequence consequence : consequences) {
            switch (consequence) {
                case Consequence.Remember(var id, var state) -> stored = state;
                case Consequence.Post(var id, var pending, var reason) ->
                    seen.add("POST " + pending.first().attempt() + " " + reason);
                case Consequence.Inquire(var id, var pending, var reason) ->
                    seen.add("INQUIRE " + pending.first().attempt() + " " + reason);
                case Answer answer -> seen.add(answer.verdict().getClass().getSimpleName());
                case Consequence.Nothing(var reason) -> seen.add("nothing " + reason);
            }
        }
    }
}
