package io.hapax.tools.console;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The salted hash of a password: PBKDF2 with HMAC-SHA-512.
 *
 * @param salt in Base64
 * @param iterations how costly a guess is
 * @param hash in Base64
 */
record PasswordHash(String salt, int iterations, String hash) {
    /** What OWASP's cheat sheet on password storage asks for with this function. */
    static final int ITERATIONS = 210_000;

    private static final int SALT_BYTES = 16;
    private static final int HASH_BITS = 512;

    /** A hash that no password has been found for. It makes a wrong name as slow as a wrong password. */
    static final PasswordHash OF_NOBODY = new PasswordHash(
            Base64.getEncoder().encodeToString(new byte[SALT_BYTES]),
            ITERATIONS,
            Base64.getEncoder().encodeToString(new byte[HASH_BITS / Byte.SIZE]));

    static PasswordHash of(char[] password, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        Base64.Encoder base64 = Base64.getEncoder();
        return new PasswordHash(
                base64.encodeToString(salt), ITERATIONS, base64.encodeToString(hash(password, salt, ITERATIONS)));
    }

    boolean matches(char[] password) {
        Base64.Decoder base64 = Base64.getDecoder();
        return MessageDigest.isEqual(base64.decode(hash), hash(password, base64.decode(salt), iterations));
    }

    private static byte[] hash(char[] password, byte[] salt, int iterations) {
        PBEKeySpec spec = new PBEKeySpec(password, salt, iterations, HASH_BITS);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK of ours has PBKDF2WithHmacSHA512", e);
        } finally {
            spec.clearPassword();
        }
    }
}
