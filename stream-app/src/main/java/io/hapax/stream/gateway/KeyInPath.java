package io.hapax.stream.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/**
 * An idempotency key as the last part of a path: percent-encoded, since it may contain any visible character.
 *
 * <p>Dots alone are no name in a path, however they are encoded: most clients take them for the folder itself or the
 * one above before they send anything.
 */
final class KeyInPath {
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    private static final int LAST_ASCII = 0x7F;

    private KeyInPath() {}

    static String encode(String key) {
        StringBuilder path = new StringBuilder(key.length());
        boolean dots = isDots(key);
        for (byte b : key.getBytes(US_ASCII)) {
            char c = (char) b;
            if (!dots && UNRESERVED.indexOf(c) >= 0) {
                path.append(c);
            } else {
                path.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return path.toString();
    }

    /** True for a key that would mean a folder in a path: one dot or two. */
    static boolean isDots(String key) {
        return key.equals(".") || key.equals("..");
    }

    /** The key, or a text that is none where the encoding is broken or something else than ASCII stands in the path. */
    static String decode(String path) {
        ByteArrayOutputStream key = new ByteArrayOutputStream(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c > LAST_ASCII) {
                return "";
            }
            if (c != '%') {
                key.write(c);
            } else if (i + 2 < path.length()
                    && HexFormat.isHexDigit(path.charAt(i + 1))
                    && HexFormat.isHexDigit(path.charAt(i + 2))) {
                key.write(HexFormat.fromHexDigits(path, i + 1, i + 3));
                i += 2;
            } else {
                return "";
            }
        }
        return key.toString(US_ASCII);
    }
}
