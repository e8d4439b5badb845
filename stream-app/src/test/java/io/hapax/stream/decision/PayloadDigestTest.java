package io.hapax.stream.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests of a stored payload digest, and of the fields in which another payload differs. */
class PayloadDigestTest {
    private static final Duration HOLD = Duration.ofDays(7);
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
        assertEquals(PayloadField.OF_PAYMENT, known.differences(collision));
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

    @Test
    void shouldNameEachFieldOfAStepThatDiffersAndNoOther() {
        Reservation held = new Reservation("alice", "bob", 10, "EUR", "rent", HOLD, true);
        assertDiffers(null, held, new Reservation("alice", "bob", 10, "EUR", "rent", HOLD, true));
        assertDiffers(
                PayloadField.DEBTOR_ACCOUNT, held, new Reservation("alicf", "bob", 10, "EUR", "rent", HOLD, true));
        assertDiffers(
                PayloadField.CREDITOR_ACCOUNT, held, new Reservation("alice", "boc", 10, "EUR", "rent", HOLD, true));
        assertDiffers(PayloadField.AMOUNT_MINOR, held, new Reservation("alice", "bob", 11, "EUR", "rent", HOLD, true));
        assertDiffers(PayloadField.CURRENCY, held, new Reservation("alice", "bob", 10, "USD", "rent", HOLD, true));
        assertDiffers(PayloadField.REFERENCE, held, new Reservation("alice", "bob", 10, "EUR", null, HOLD, true));
        assertDiffers(PayloadField.REFERENCE, held, new Reservation("alice", "bob", 10, "EUR", "", HOLD, true));
        assertDiffers(
                PayloadField.HOLD_MS,
                held,
                new Reservation("alice", "bob", 10, "EUR", "rent", HOLD.plusMillis(1), true));
        assertDiffers(PayloadField.MULTIPLE, held, new Reservation("alice", "bob", 10, "EUR", "rent", HOLD, false));

        Capture capture = new Capture("hold-1", "alice", 10, "EUR", false, null);
        assertDiffers(null, capture, new Capture("hold-1", "alice", 10, "EUR", false, null));
        assertDiffers(PayloadField.RESERVATION_KEY, capture, new Capture("hold-2", "alice", 10, "EUR", false, null));
        assertDiffers(PayloadField.DEBTOR_ACCOUNT, capture, new Capture("hold-1", "carol", 10, "EUR", false, null));
        assertDiffers(PayloadField.AMOUNT_MINOR, capture, new Capture("hold-1", "alice", 9, "EUR", false, null));
        assertDiffers(PayloadField.CURRENCY, capture, new Capture("hold-1", "alice", 10, "USD", false, null));
        assertDiffers(PayloadField.MORE_WILL_FOLLOW, capture, new Capture("hold-1", "alice", 10, "EUR", true, null));
        assertDiffers(PayloadField.REFERENCE, capture, new Capture("hold-1", "alice", 10, "EUR", false, ""));

        Voiding voiding = new Voiding("hold-1", "alice");
        assertDiffers(null, voiding, new Voiding("hold-1", "alice"));
        assertDiffers(PayloadField.RESERVATION_KEY, voiding, new Voiding("hold-2", "alice"));
        assertDiffers(PayloadField.DEBTOR_ACCOUNT, voiding, new Voiding("hold-1", "carol"));
    }

    /** Neither by their fields nor by their fingerprints: decisions tell the latter. */
    @Test
    void shouldTakeNoPayloadForOneOfAnotherKind() {
        List<Payload> alike = List.of(
                new Payment("alice", "bob", 10, "EUR", null),
                new Reservation("alice", "bob", 10, "EUR", null, HOLD, false),
                new Capture("bob", "alice", 10, "EUR", false, null),
                new Voiding("bob", "alice"));
        for (Payload one : alike) {
            for (Payload other : alike) {
                if (one.asked().kind() != other.asked().kind()) {
                    assertDiffers(PayloadField.STEP, one, other);
                }
            }
        }
        // Of a payment from before version 5 only digests are known.
        PayloadDigest old = PayloadDigest.ofStored(
                PayloadDigest.of(alike.get(1)).fingerprint(),
                PayloadDigest.of(alike.get(0)).fieldDigests());
        assertEquals(List.of(PayloadField.STEP), old.differences(PayloadDigest.of(alike.get(1))));
        assertEquals(List.of(PayloadField.STEP), PayloadDigest.of(alike.get(1)).differences(old));
    }

    /** As other programs compare them, too. */
    @Test
    void shouldKeepTheFingerprintsOfSteps() {
        assertEquals(
                "ce288bd9c29e1771cfadb4eb0e49d929",
                fingerprint(new Reservation("alice", "bob", 1250, "EUR", "rent", HOLD, true)));
        assertEquals(
                "f6f9e65b6fa57bbfddb667d574c1fdc7",
                fingerprint(new Capture("hold-1", "alice", 1000, "EUR", true, "March")));
        assertEquals("435897cca88bd934bdfa796fd3783d46", fingerprint(new Voiding("hold-1", "alice")));
    }

    private static String fingerprint(Payload payload) {
        return HexFormat.of().formatHex(PayloadDigest.of(payload).fingerprint());
    }

    private static void assertDiffers(@Nullable PayloadField field, Payload one, Payload other) {
        List<PayloadField> expected = field == null ? List.of() : List.of(field);
        assertEquals(expected, PayloadDigest.of(one).differences(PayloadDigest.of(other)));
        assertEquals(expected, PayloadDigest.of(other).differences(PayloadDigest.of(one)));
        assertEquals(field == null, PayloadDigest.of(one).equals(PayloadDigest.of(other)));
    }

    private static List<PayloadField> differences(
            PayloadDigest known, String debtor, String creditor, long amount, String currency, String reference) {
        return known.differences(PayloadDigest.of(new Payment(debtor, creditor, amount, currency, reference)));
    }
}
