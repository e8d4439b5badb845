package io.hapax.stream.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.topics.PaymentKey;
import org.junit.jupiter.api.Test;

/** Tests that all commands of a key meet in one task, whatever partition their producers chose. */
class PlacementTest {
    private static final PaymentKey KEY = new PaymentKey("acme", "order-1");

    @Test
    void shouldDecideACommandWhereAllOfItsKeyMeet() {
        assertEquals(Placement.HERE, Placement.of(KEY, 3, false, key -> 3));
        assertEquals(Placement.HERE, Placement.of(KEY, 3, true, key -> 3));
    }

    @Test
    void shouldSendACommandOnOnceAndNeverTwice() {
        assertEquals(Placement.ELSEWHERE, Placement.of(KEY, 2, false, key -> 3));
        assertEquals(Placement.MISPLACED, Placement.of(KEY, 2, true, key -> 3));
    }

    @Test
    void shouldJudgeACommandThatWasSentOnByTheEarlierOfTwoBrokersTimes() {
        assertEquals(1_000, Placement.timeOfReroute(1_000, 2_000));
        assertEquals(1_000, Placement.timeOfReroute(2_000, 1_000));
    }
}
