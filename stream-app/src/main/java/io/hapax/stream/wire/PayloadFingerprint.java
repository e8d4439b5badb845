package io.hapax.stream.wire;

import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.ReservationDecision;
import io.hapax.stream.decision.PayloadDigest;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The fingerprint of a payload as decisions tell it: a text, since a random number of 64 bits is more than clients in
 * JavaScript can hold. Programs before version 5 of the schemas told its first 8 bytes as a number; both are read.
 */
public final class PayloadFingerprint {
    private PayloadFingerprint() {}

    static String of(PayloadDigest digest) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.fingerprint());
    }

    /** The first 8 bytes, which decisions of all versions have that tell a fingerprint: equal for equal payloads. */
    public static OptionalLong head(PaymentDecision decision) {
        Long before = decision.getPayloadDigest();
        if (before != null) {
            return OptionalLong.of(before);
        }
        return head(decision.getPayloadFingerprint());
    }

    /** The same of a decision about a step of a reservation. */
    public static OptionalLong head(ReservationDecision decision) {
        return head(decision.getPayloadFingerprint());
    }

    /** A text that is no fingerprint tells none: what others write on the topic stops no reader. */
    private static OptionalLong head(@Nullable String fingerprint) {
        if (fingerprint == null) {
            return OptionalLong.empty();
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(fingerprint);
            return bytes.length < Long.BYTES
                    ? OptionalLong.empty()
                    : OptionalLong.of(ByteBuffer.wrap(bytes).getLong());
        } catch (IllegalArgumentException e) {
            return OptionalLong.empty();
        }
    }
}
