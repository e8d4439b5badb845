package io.hapax.stream.decision;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Tests that the bytes in which a payment came are carried along, and say nothing that the payment does not say. */
class EncodedPaymentTest {
    private static final byte[] MESSAGE = "..alice pays bob..".getBytes(UTF_8);

    @Test
    void shouldFindThePaymentInsideTheMessageThatItCameIn() {
        for (int length : new int[] {1, 14}) {
            EncodedPayment encoded = new EncodedPayment(MESSAGE, 2, length);
            assertTrue(encoded.isKnown());
            assertEquals(
                    "alice pays bob".substring(0, length),
                    new String(encoded.bytes(), encoded.from(), encoded.length(), UTF_8));
        }
    }

    @Test
    void shouldNotKnowHowAPaymentWasEncodedUnlessItIsTold() {
        assertFalse(new Payment("alice", "bob", 10, "EUR", null).encoded().isKnown());
    }

    /** Else the same payment of a client with another program would be another one. */
    @Test
    void shouldTakePaymentsForTheSameHoweverTheyWereEncoded() {
        Payment plain = new Payment("alice", "bob", 10, "EUR", null);
        Payment encoded = encoded(10);
        assertEquals(plain, encoded);
        assertEquals(encoded, plain);
        assertEquals(plain.hashCode(), encoded.hashCode());
        assertNotEquals(plain, encoded(11));
        assertNotEquals(encoded.encoded(), (Object) MESSAGE);
    }

    /** What a payment says stands beside it already. */
    @Test
    void shouldPrintThePaymentAndNotItsBytes() {
        assertTrue(
                encoded(10).toString().endsWith("encoded=14 bytes]"),
                encoded(10).toString());
    }

    private static Payment encoded(long amountMinor) {
        return new Payment("alice", "bob", amountMinor, "EUR", null, new EncodedPayment(MESSAGE, 2, 14));
    }
}
