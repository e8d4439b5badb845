package io.hapax.stream.gateway.credentials;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One API key of a client, without its secret.
 *
 * <p>A key is sent as {@code hapax_ID_SECRET}. The secret has 256 random bits, so its plain SHA-256 can't be guessed
 * back, and a slow hash would only slow down every request.
 *
 * @param id names the key in the file and on the command line
 * @param client whose payments it makes
 * @param sha256 of the key as it is sent, in hex
 * @param debtors accounts that it may debit
 * @param revokedAt null while the key is live
 */
public record ApiKey(
        String id,
        String client,
        String sha256,
        Set<Scope> scopes,
        Debtors debtors,
        Instant createdAt,
        @Nullable Instant revokedAt) {
    private static final String PREFIX = "hapax_";
    private static final char SEPARATOR = '_';
    private static final int ID_BYTES = 6;
    private static final int SECRET_BYTES = 32;

    /**
     * A new key and what its client sends.
     *
     * @param secret shown once and kept nowhere
     */
    public record Issued(ApiKey key, String secret) {}

    /** A key that may debit any account. */
    public static Issued issue(String client, Set<Scope> scopes, Instant now, SecureRandom random) {
        return issue(client, scopes, Debtors.ANY, now, random);
    }

    public static Issued issue(String client, Set<Scope> scopes, Debtors debtors, Instant now, SecureRandom random) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        String idText = HexFormat.of().formatHex(id);
        String sent = PREFIX
                + idText
                + SEPARATOR
                + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        String hash = HexFormat.of().formatHex(hash(sent));
        return new Issued(new ApiKey(idText, client, hash, Set.copyOf(scopes), debtors, now, null), sent);
    }

    /** The id of a key as it was sent; empty if it is none. */
    static String idOf(String sent) {
        int end = sent.indexOf(SEPARATOR, PREFIX.length());
        return sent.startsWith(PREFIX) && end > 0 ? sent.substring(PREFIX.length(), end) : "";
    }

    static byte[] hash(String sent) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(sent.getBytes(US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    public boolean isLive() {
        return revokedAt == null;
    }

    public ApiKey revoke(Instant now) {
        return new ApiKey(id, client, sha256, scopes, debtors, createdAt, now);
    }
}
