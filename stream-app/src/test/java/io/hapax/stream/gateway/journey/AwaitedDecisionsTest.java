package io.hapax.stream.gateway.journey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PaymentStatus;
import io.hapax.schemas.Verdict;
import io.hapax.stream.decision.Origin;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AwaitedDecisionsTest {
    private static final String KEY = "acme/order-1";
    private static final Origin MINE = new Origin(3, 17);
    private static final Origin ANOTHERS = new Origin(3, 16);

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
        decisions.offer(KEY, decision(Verdict.IN_FLIGHT, MINE));
        assertFalse(mine.decision().isDone());
        assertEquals(decision(Verdict.IN_FLIGHT, MINE), mine.inFlight());
        decisions.offer(KEY, decision(Verdict.SETTLED, ANOTHERS));
        assertEquals(decision(Verdict.REPLAYED, ANOTHERS), mine.decision().getNow(null));
        assertEquals(decision(Verdict.SETTLED, ANOTHERS), anothers.decision().getNow(null));
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
            decisions.offer(KEY, decision(Verdict.IN_FLIGHT, new Origin(0, offset)));
        }
        mine.taken(new Origin(0, 9_999));
        assertEquals(9_999, mine.inFlight().getCommandOffset());
    }

    private static PaymentDecision decision(Verdict verdict, Origin command) {
        boolean settled = verdict == Verdict.SETTLED || verdict == Verdict.REPLAYED;
        return new PaymentDecision(
                "acme",
                "order-1",
                null,
                verdict,
                settled ? PaymentStatus.COMPLETED : null,
                null,
                null,
                List.of(),
                List.of(),
                null,
                null,
                Instant.EPOCH,
                command.partition(),
                command.offset(),
                null,
                null,
                null,
                null);
    }
}
