package io.hapax.tools.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.Verdict;
import io.hapax.tools.explain.Moment.Stage;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final UUID PAYMENT = new UUID(0, 1);

    @Test
    void shouldCallACommandThatIsInvalidNoRetry() {
        assertEquals(Stage.COMMAND, Timeline.stage(0, 7, List.of(), List.of(decision(7, Verdict.INVALID))));
        assertEquals(Stage.COMMAND, Timeline.stage(0, 7, List.of(), List.of(decision(7, Verdict.EXPIRED))));
        assertEquals(Stage.COMMAND, Timeline.stage(0, 7, List.of(), List.of()), "not answered yet");
    }

    @Test
    void shouldCallTheCommandThatWasAcceptedACommandAndOnlyLaterOnesRetries() {
        List<LedgerEvent> events = List.of(event(8));
        List<PaymentDecision> decisions = List.of(
                decision(7, Verdict.INVALID),
                decision(8, Verdict.SETTLED),
                decision(9, Verdict.IN_FLIGHT),
                decision(10, Verdict.REPLAYED),
                decision(11, Verdict.CONFLICT));
        assertEquals(Stage.COMMAND, Timeline.stage(0, 7, events, decisions));
        assertEquals(Stage.COMMAND, Timeline.stage(0, 8, events, decisions));
        for (long offset = 9; offset <= 12; offset++) {
            assertEquals(Stage.RETRY, Timeline.stage(0, offset, events, decisions), "command at " + offset);
        }
        PaymentDecision elsewhere = decision(1, 7, Verdict.INVALID);
        assertEquals(Stage.COMMAND, Timeline.stage(1, 7, events, List.of(decision(7, Verdict.IN_FLIGHT), elsewhere)));
    }

    private static PaymentDecision decision(long offset, Verdict verdict) {
        return decision(0, offset, verdict);
    }

    private static PaymentDecision decision(int partition, long offset, Verdict verdict) {
        return PaymentDecision.newBuilder()
                .setClientId("acme")
                .setIdempotencyKey("k")
                .setVerdict(verdict)
                .setPaymentId(PAYMENT)
                .setDecidedAt(Instant.EPOCH)
                .setCommandPartition(partition)
                .setCommandOffset(offset)
                .build();
    }

    private static LedgerEvent event(long offset) {
        return LedgerEvent.newBuilder()
                .setKind(LedgerEventKind.POST)
                .setPaymentId(PAYMENT)
                .setClientId("acme")
                .setIdempotencyKey("k")
                .setDebtorAccount("alice")
                .setCreditorAccount("bob")
                .setAmountMinor(1)
                .setCurrency("EUR")
                .setReference(null)
                .setAttempt(1)
                .setAcceptedAt(Instant.EPOCH)
                .setCommandPartition(0)
                .setCommandOffset(offset)
                .build();
    }
}
