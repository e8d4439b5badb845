package io.hapax.stream.decision;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A digest of a payload. It recognises the payload when it comes again, and names the fields in which another one
 * differs.
 *
 * <p>Of payments the fingerprint decides, and the digests per field are short and only name fields. The payload itself
 * is kept as well, for whoever asks what was paid. Of what programs before version 5 of the schemas stored there are
 * only digests. Of reservations, captures and voidings the payload itself decides. Cancels are all alike.
 *
 * <p>For one thread at a time.
 */
public final class PayloadDigest {
    /** Bytes of the fingerprint: 128 bits of a SHA-256, which nobody can make collide. */
    public static final int FINGERPRINT_BYTES = 16;

    private static final int FIELD_BYTES = 3;

    /** Bytes of all field digests. */
    public static final int FIELD_DIGESTS_BYTES = FIELD_BYTES * PayloadField.OF_PAYMENT.size();

    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(PayloadDigest::sha256);

    private final @Nullable Payload payload;
    private @Nullable Parts parts;

    @SuppressWarnings("ArrayRecordComponent") // Never compared as a record.
    private record Parts(byte[] fingerprint, byte[] fieldDigests) {}

    private PayloadDigest(@Nullable Payload payload, @Nullable Parts parts) {
        this.payload = payload;
        this.parts = parts;
    }

    /**
     * The digest of a payload. It is made when it is first asked for, which for most commands is never, or once
     * settled.
     */
    public static PayloadDigest of(Payload payload) {
        return new PayloadDigest(payload, null);
    }

    /** The payload itself; null where only its digests were stored. */
    public @Nullable Payload payload() {
        return payload;
    }

    /** What the payload asks for. Only of payments are digests stored alone. */
    public Asked asked() {
        return payload == null ? Asked.PAYMENT : payload.asked();
    }

    private Parts parts() {
        Parts made = parts;
        if (made == null) {
            made = digest(requireNonNull(payload));
            parts = made;
        }
        return made;
    }

    private static Parts digest(Payload payload) {
        return switch (payload) {
            case Payment payment -> digest(payment);
            case Reservation reservation -> digest(StepFields.of(reservation));
            case Capture capture -> digest(StepFields.of(capture));
            case Voiding voiding -> digest(StepFields.of(voiding));
            case Cancellation cancel -> new Parts(fingerprint("cancel".getBytes(UTF_8)), new byte[0]);
        };
    }

    /** Without digests of fields: their values are stored. */
    private static Parts digest(StepFields fields) {
        return new Parts(fingerprint(fields.bytes()), new byte[0]);
    }

    private static Parts digest(Payment payment) {
        byte[][] fields = {
            payment.debtorAccount().getBytes(UTF_8),
            payment.creditorAccount().getBytes(UTF_8),
            ByteBuffer.allocate(Long.BYTES).putLong(payment.amountMinor()).array(),
            payment.currency().getBytes(UTF_8),
            optional(payment.reference()),
        };
        ByteBuffer digests = ByteBuffer.allocate(FIELD_DIGESTS_BYTES);
        int length = 0;
        for (byte[] field : fields) {
            length += Integer.BYTES + field.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] field : fields) {
            // The length keeps "ab" + "c" apart from "a" + "bc".
            all.putInt(field.length).put(field);
            putDigest(field, digests);
        }
        return new Parts(fingerprint(all.array()), digests.array());
    }

    private static byte[] fingerprint(byte[] payload) {
        return Arrays.copyOf(SHA_256.get().digest(payload), FINGERPRINT_BYTES);
    }

    /** The digest as it was stored. */
    public static PayloadDigest ofStored(byte[] fingerprint, byte[] fieldDigests) {
        return new PayloadDigest(null, new Parts(fingerprint.clone(), fieldDigests.clone()));
    }

    public byte[] fingerprint() {
        return parts().fingerprint.clone();
    }

    /** The first 8 bytes of the fingerprint: enough to find the same payment under another key. */
    public long head() {
        return ByteBuffer.wrap(parts().fingerprint).getLong();
    }

    /** The digests of a payment's fields, in the order of {@link PayloadField#OF_PAYMENT}. */
    public byte[] fieldDigests() {
        return parts().fieldDigests.clone();
    }

    /** The fields in which the other payload differs; all of them in the rare case that only the fingerprint tells. */
    public List<PayloadField> differences(PayloadDigest other) {
        Asked.Kind kind = asked().kind();
        if (kind != other.asked().kind()) {
            return List.of(PayloadField.STEP);
        }
        if (kind == Asked.Kind.PAYMENT) {
            return differencesOfPayments(other);
        }
        // A cancel says nothing that could differ.
        return payload instanceof Payload.OfDebtor mine && other.payload instanceof Payload.OfDebtor others
                ? StepFields.of(mine).differences(StepFields.of(others))
                : List.of();
    }

    private List<PayloadField> differencesOfPayments(PayloadDigest other) {
        if (equals(other)) {
            return List.of();
        }
        List<PayloadField> differing = IntStream.range(0, PayloadField.OF_PAYMENT.size())
                .filter(place -> !sameField(other, place * FIELD_BYTES))
                .mapToObj(PayloadField.OF_PAYMENT::get)
                .toList();
        return differing.isEmpty() ? PayloadField.OF_PAYMENT : differing;
    }

    private boolean sameField(PayloadDigest other, int from) {
        byte[] ours = parts().fieldDigests;
        byte[] others = other.parts().fieldDigests;
        return Arrays.equals(ours, from, from + FIELD_BYTES, others, from, from + FIELD_BYTES);
    }

    private static byte[] optional(@Nullable String text) {
        // Absent and empty are different payloads.
        return text == null ? new byte[0] : ("+" + text).getBytes(UTF_8);
    }

    /** FNV-1a, folded to 24 bits: cheap, and good enough to name a field. */
    private static void putDigest(byte[] field, ByteBuffer target) {
        int hash = 0x811C9DC5;
        for (byte b : field) {
            hash = (hash ^ (b & 0xFF)) * 0x01000193;
        }
        hash ^= hash >>> 24;
        target.put((byte) (hash >>> 16)).put((byte) (hash >>> 8)).put((byte) hash);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PayloadDigest that && Arrays.equals(parts().fingerprint, that.parts().fingerprint);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(parts().fingerprint);
    }
}
