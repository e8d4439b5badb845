package io.hapax.tools.cli;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as text for a person: ISO 8601, UTC, to the millisecond, all of one width. */
public final class Times {
    private static final DateTimeFormatter MILLISECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

    private Times() {}

    public static String text(Instant time) {
        return MILLISECONDS.format(time);
    }
}
