package io.hapax.tools.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.Verdict;
import io.hapax.serde.TrustedClasses;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The audit compares each decision in the fields that the program knew that wrote it. */
class DecisionsOfOlderProgramsTest {
    /** Its first 8 bytes are 1, ..., 8. */
    private static final String FINGERPRINT = "AQIDBAUGBwgJCgsMDQ4PEA";

    private static final long HEAD = 0x0102030405060708L;

    static {
        TrustedClasses.trustOurs();
    }

    private final PaymentDecision expected = PaymentDecision.newBuilder()
            .setClientId("acme")
            .setIdempotencyKey("order-1")
            .setPaymentId(new UUID(1, 2))
            .setVerdict(Verdict.SETTLED)
            .setDecidedAt(Instant.EPOCH)
            .setLedgerKnewSince(Instant.EPOCH)
            .setCommandPartition(0)
            .setCommandOffset(7)
            .setPayloadFingerprint(FINGERPRINT)
            .build();

    @Test
    void shouldHoldTheWholeFingerprintAgainstTheRule() {
        PaymentDecision actual = PaymentDecision.newBuilder(expected)
                .setPayloadFingerprint(FINGERPRINT.replace('P', 'Q'))
                .build();
        assertNotEquals(actual, PaymentComparison.inTheFieldsOf(actual, expected));
        assertEquals(expected, PaymentComparison.inTheFieldsOf(expected, expected));
    }

    @Test
    void shouldHoldTheCodesOfIsoAgainstTheRuleWhereTheProgramWroteThem() {
        PaymentDecision coded = PaymentDecision.newBuilder(expected)
                .setIsoStatus("RJCT")
                .setIsoReason("AM04")
                .build();
        assertEquals(expected, PaymentComparison.inTheFieldsOf(expected, coded));
        PaymentDecision wrong =
                PaymentDecision.newBuilder(coded).setIsoReason("AC04").build();
        assertNotEquals(wrong, PaymentComparison.inTheFieldsOf(wrong, coded));
    }

    @Test
    void shouldHoldTheNumberAgainstTheRuleThatProgramsBeforeVersionFiveWrote() {
        PaymentDecision actual = withoutFingerprint().setPayloadDigest(HEAD).build();
        assertEquals(actual, PaymentComparison.inTheFieldsOf(actual, expected));
        PaymentDecision wrong =
                PaymentDecision.newBuilder(actual).setPayloadDigest(HEAD + 1).build();
        assertNotEquals(wrong, PaymentComparison.inTheFieldsOf(wrong, expected));
    }

    @Test
    void shouldAskNothingOfAProgramThatKnewNeither() {
        PaymentDecision actual = withoutFingerprint().setLedgerKnewSince(null).build();
        assertEquals(actual, PaymentComparison.inTheFieldsOf(actual, expected));
    }

    private PaymentDecision.Builder withoutFingerprint() {
        return PaymentDecision.newBuilder(expected).setPayloadFingerprint(null);
    }
}
