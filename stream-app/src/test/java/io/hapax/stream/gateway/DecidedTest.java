package io.hapax.stream.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PaymentStatus;
import io.hapax.schemas.Verdict;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecidedTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    /** Forgotten here, known to the ledger: to its client the same as a replay. */
    @Test
    void shouldTellThatAnAnswerIsThatOfAnEarlierRequest() {
        assertEquals("false", replayed(Verdict.SETTLED, null));
        assertEquals("true", replayed(Verdict.REPLAYED, null));
        assertEquals("true", replayed(Verdict.SETTLED, NOON.minusSeconds(86_400)));
    }

    private static String replayed(Verdict verdict, Instant ledgerKnewSince) {
        PaymentKey key = new PaymentKey("acme", "order-1");
        Reply reply = Decided.reply(PaymentDecision.newBuilder()
                .setClientId(key.clientId())
                .setIdempotencyKey(key.idempotencyKey())
                .setPaymentId(key.paymentId())
                .setVerdict(verdict)
                .setStatus(PaymentStatus.COMPLETED)
                .setViolations(List.of())
                .setDifferingFields(List.of())
                .setFirstSeenAt(NOON)
                .setExpiresAt(NOON.plusSeconds(86_400))
                .setDecidedAt(NOON)
                .setCommandPartition(0)
                .setCommandOffset(7)
                .setLedgerKnewSince(ledgerKnewSince)
                .build());
        assertEquals(201, reply.status());
        return reply.headers().get("Idempotent-Replayed");
    }
}
