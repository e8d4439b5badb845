package io.hapax.stream.decision;

import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The time inside a UUID of version 7 (RFC 9562), which tells when the key was made. */
final class UuidV7 {
    private static final int TEXT_LENGTH = 36;

    /**
     * The drafts of RFC 9562 gave UUIDv7 its milliseconds in 2022: an earlier one is another UUID, a hash or made by
     * a dead clock.
     */
    private static final long EARLIEST_MS =
            Instant.parse("2022-01-01T00:00:00Z").toEpochMilli();

    private UuidV7() {}

    /**
     * Milliseconds since the epoch are its first 48 bits; null when the text is no UUIDv7, or one from before there
     * were any.
     */
    static @Nullable Instant timeOf(String text) {
        if (!isUuid(text, "7")) {
            return null;
        }
        long high = HexFormat.fromHexDigits(text, 0, 8);
        long low = HexFormat.fromHexDigits(text, 9, 13);
        long madeAtMs = (high & 0xFFFF_FFFFL) << 16 | low;
        return madeAtMs < EARLIEST_MS ? null : Instant.ofEpochMilli(madeAtMs);
    }

    /** @param versions digits of those that may be */
    static boolean isUuid(String text, String versions) {
        if (text.length() != TEXT_LENGTH
                || versions.indexOf(text.charAt(14)) < 0
                || "89abAB".indexOf(text.charAt(19)) < 0) {
            return false;
        }
        for (int i = 0; i < TEXT_LENGTH; i++) {
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? text.charAt(i) != '-' : !HexFormat.isHexDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
