package io.hapax.stream.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.hapax.insight.UsageFact;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.Verdict;
import io.hapax.stream.alerting.UsageFacts;
import io.hapax.stream.decision.PayloadDigest;
import io.hapax.stream.decision.Payment;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decisions of programs before and after the fingerprint became a text. */
class PayloadFingerprintTest {
    private final UsageFacts facts = new UsageFacts(1);

    @Test
    void shouldKnowAPaymentAgainWhoseDecisionAnOlderProgramWrote() {
        Random random = new Random(5);
        for (int i = 0; i < 1_000; i++) {
            PayloadDigest digest =
                    PayloadDigest.of(new Payment("alice", "bob", 1 + random.nextInt(1_000_000), "EUR", "no. " + i));
            assertEquals(
                    payload(decision(digest.head(), null)), payload(decision(null, PayloadFingerprint.of(digest))));
        }
    }

    @Test
    void shouldTellTheWholeFingerprintInTwentyTwoCharacters() {
        assertEquals(
                "esc34NVkuXbKF-P2rwY2wA",
                PayloadFingerprint.of(PayloadDigest.of(new Payment("alice", "bob", 1250, "EUR", "rent"))));
    }

    @Test
    void shouldTellNothingOfAPayloadWhereNoPaymentWasAccepted() {
        assertEquals(OptionalLong.empty(), PayloadFingerprint.head(decision(null, null)));
        assertEquals(0, payload(decision(null, null)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "AAAA", "AAAAAAAAAA", "not base64!", "=====", "äöü", "AAAAAAAAAAAAAAAAAAAAAA=="})
    void shouldStopAtNoTextThatIsNoFingerprint(String foreign) {
        PaymentDecision decision = decision(null, foreign);
        assertNull(decision.getPayloadDigest());
        assertEquals(0, payload(decision), foreign);
    }

    private long payload(PaymentDecision decision) {
        UsageFact fact = facts.fact(decision, 0);
        return fact.payload();
    }

    private static PaymentDecision decision(@Nullable Long digest, @Nullable String fingerprint) {
        return PaymentDecision.newBuilder()
                .setClientId("acme")
                .setIdempotencyKey("order-1")
                .setVerdict(Verdict.EXPIRED)
                .setDecidedAt(Instant.EPOCH)
                .setCommandPartition(0)
                .setCommandOffset(0)
                .setPayloadDigest(digest)
                .setPayloadFingerprint(fingerprint)
                .build();
    }
}
