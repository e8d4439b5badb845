package io.hapax.stream.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class PayloadDigestTest {
    private static final Payment PAYMENT = new Payment("alice", "bob", 10, "EUR", null);

    @Test
    void shouldKnowTheSamePayloadAgain() {
        assertEquals(PayloadDigest.of(PAYMENT), PayloadDigest.of(new Payment("alice", "bob", 10, "EUR", null)));
    }

    @Test
    void shouldTellAnEmptyReferenceFromNone() {
        PayloadDigest empty = PayloadDigest.of(new Payment("alice", "bob", 10, "EUR", ""));
        assertEquals(List.of(PayloadField.REFERENCE), PayloadDigest.of(PAYMENT).differences(empty));
    }

    @Test
    void shouldTellPayloadsApartThatReadTheSameWhenStrungTogether() {
        assertNotEquals(
                PayloadDigest.of(new Payment("ab", "c", 10, "EUR", null)),
                PayloadDigest.of(new Payment("a", "bc", 10, "EUR", null)));
    }

    @Test
    void shouldNameAllFieldsWhenOnlyTheFingerprintTellsPayloadsApart() {
        PayloadDigest known = PayloadDigest.of(PAYMENT);
        byte[] otherFingerprint = known.fingerprint();
        otherFingerprint[0]++;
        PayloadDigest collision = PayloadDigest.ofStored(otherFingerprint, known.fieldDigests());
        assertEquals(List.of(PayloadField.values()), known.differences(collision));
    }
}
