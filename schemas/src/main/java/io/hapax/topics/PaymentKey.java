package io.hapax.topics;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * The identity of a payment: the client, and the client's own name for the payment.
 *
 * <p>Two clients may use the same idempotency key; the client id keeps them apart. Everything that must agree about a
 * payment derives from this pair and nothing else: its Kafka key, its partition and its payment id.
 *
 * @param clientId who asks; contains no slash in a valid command
 * @param idempotencyKey the client's name for the payment
 */
public record PaymentKey(String clientId, String idempotencyKey) {
    private static final char SEPARATOR = '/';

    /** Part of the digest, so that an id of ours never equals somebody else's digest of the same text. */
    private static final byte[] PAYMENT_ID_DOMAIN = "hapax/payment-id/1:".getBytes(UTF_8);

    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(PaymentKey::sha256);

    /** The key of every topic that is keyed by payment: {@code clientId/idempotencyKey}. */
    public String topicKey() {
        return clientId + SEPARATOR + idempotencyKey;
    }

    /**
     * The id of the payment in the ledger, unique for ever: 122 bits of a SHA-256 of {@link #topicKey()} as a UUID of
     * version 8 (RFC 9562).
     */
    public UUID paymentId() {
        MessageDigest digest = SHA_256.get();
        digest.update(PAYMENT_ID_DOMAIN);
        ByteBuffer bytes = ByteBuffer.wrap(digest.digest(topicKey().getBytes(UTF_8)));
        long high = (bytes.getLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x8000L;
        long low = (bytes.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
