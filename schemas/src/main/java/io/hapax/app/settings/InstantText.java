package io.hapax.app.settings;

import java.time.DateTimeException;
import java.time.Instant;

/** A time as people and clients write it: ISO 8601 with its offset, such as {@code 2026-01-31T00:00:00Z}. */
public final class InstantText {
    private static final int HOUR_AT = "2026-01-31T".length();

    private InstantText() {}

    /**
     * The instant that the text stands for. {@code 24:00:00} is refused. Java takes it for the midnight that follows,
     * RFC 3339 has no such hour, and its writer may mean the midnight before.
     *
     * @throws DateTimeException if it is no time
     */
    public static Instant parse(String text) {
        if (text.startsWith("24", HOUR_AT)) {
            throw new DateTimeException("the hour 24 is none");
        }
        return Instant.parse(text);
    }
}
