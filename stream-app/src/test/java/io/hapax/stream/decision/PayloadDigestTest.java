package io.hapax.stream.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests of a stored payload digest, and of the fields in which another payload differs. */
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

    /** Stored for ever: another digest of the same payment would make every retry a conflict. */
    @Test
    void shouldMakeTheDigestsThatAreStored() {
        PayloadDigest digest = PayloadDigest.of(new Payment("alice", "bob", 1250, "EUR", "rent"));
        assertEquals("7ac737e0d564b976ca17e3f6af0636c0", HexFormat.of().formatHex(digest.fingerprint()));
        assertEquals("221360c6a052d688da54fa64c592a1", HexFormat.of().formatHex(digest.fieldDigests()));
        assertEquals(0x7ac737e0d564b976L, digest.head());
        // No reference at all.
        assertEquals(
                "221360c6a052e17a7654fa641c9d44",
                HexFormat.of().formatHex(PayloadDigest.of(PAYMENT).fieldDigests()));
    }

    @Test
    void shouldKeepThePaymentItselfWhereItIsKnown() {
        assertEquals(PAYMENT, PayloadDigest.of(PAYMENT).payload());
        PayloadDigest stored = PayloadDigest.ofStored(new byte[16], new byte[15]);
        assertNull(stored.payload());
    }

    @Test
    void shouldFindOnePaymentAmongManyByItsDigest() {
        Set<PayloadDigest> known = new HashSet<>();
        for (int amount = 1; amount <= 1_000; amount++) {
            known.add(PayloadDigest.of(new Payment("alice", "bob", amount, "EUR", null)));
        }
        assertEquals(1_000, known.size());
        assertTrue(known.contains(PayloadDigest.of(PAYMENT)));
        assertEquals(
                1_000, known.stream().map(PayloadDigest::hashCode).distinct().count(), "a hash that tells apart");
    }

    @Test
    void shouldNameEachFieldThatDiffersAndNoOther() {
        PayloadDigest known = PayloadDigest.of(new Payment("alice", "bob", 10, "EUR", "rent"));
        assertEquals(List.of(), known.differences(PayloadDigest.of(new Payment("alice", "bob", 10, "EUR", "rent"))));
        assertEquals(List.of(PayloadField.DEBTOR_ACCOUNT), differences(known, "alicf", "bob", 10, "EUR", "rent"));
        assertEquals(List.of(PayloadField.CREDITOR_ACCOUNT), differences(known, "alice", "boc", 10, "EUR", "rent"));
        assertEquals(List.of(PayloadField.AMOUNT_MINOR), differences(known, "alice", "bob", 11, "EUR", "rent"));
        assertEquals(List.of(PayloadField.CURRENCY), differences(known, "alice", "bob", 10, "EUS", "rent"));
        assertEquals(List.of(PayloadField.REFERENCE), differences(known, "alice", "bob", 10, "EUR", "+ent"));
    }

    private static List<PayloadField> differences(
            PayloadDigest known, String debtor, String creditor, long amount, String currency, String reference) {
        return known.differences(PayloadDigest.of(new Payment(debtor, creditor, amount, currency, reference)));
    }
}
