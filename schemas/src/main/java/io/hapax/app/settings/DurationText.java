package io.hapax.app.settings;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A duration as people write it, the same for every setting and every option: {@code 24h}, {@code 90s}, {@code 100ms},
 * {@code 1h30m}, {@code 45d}. ISO 8601, such as {@code PT24H}, is understood as well, and never printed.
 */
public final class DurationText {
    private static final Pattern UNITS =
            Pattern.compile("(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?(?:(\\d{1,9})s)?(?:(\\d{1,15})ms)?");

    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private DurationText() {}

    /**
     * The duration that the text stands for.
     *
     * @throws IllegalArgumentException if it is no duration, or one below zero; the message says what is expected
     */
    public static Duration parse(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        Duration parsed = lower.startsWith("p") ? iso(text, lower) : units(text, lower);
        if (parsed.isNegative()) {
            throw new IllegalArgumentException("\"" + text + "\" is below zero");
        }
        return parsed;
    }

    /** In the largest unit that needs no fraction, such as {@code 90m}; what is below a millisecond is left out. */
    public static String of(Duration duration) {
        long ms = duration.toMillis();
        if (ms < 0) {
            return "-" + of(duration.negated());
        }
        // A day is better known as 24 h.
        if (ms % DAY == 0 && ms > DAY) return ms / DAY + "d";
        if (ms % HOUR == 0 && ms > 0) return ms / HOUR + "h";
        if (ms % MINUTE == 0 && ms > 0) return ms / MINUTE + "m";
        return ms % SECOND == 0 ? ms / SECOND + "s" : ms + "ms";
    }

    private static Duration iso(String text, String lower) {
        try {
            return Duration.parse(lower);
        } catch (DateTimeParseException e) {
            throw no(text);
        }
    }

    private static Duration units(String text, String lower) {
        Matcher matcher = UNITS.matcher(lower);
        if (lower.isEmpty() || !matcher.matches()) {
            throw no(text);
        }
        return Duration.ofDays(number(matcher.group(1)))
                .plusHours(number(matcher.group(2)))
                .plusMinutes(number(matcher.group(3)))
                .plusSeconds(number(matcher.group(4)))
                .plusMillis(number(matcher.group(5)));
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    private static IllegalArgumentException no(String text) {
        boolean lacksUnit = text.strip().matches("\\d+");
        return new IllegalArgumentException("\"" + text + "\" " + (lacksUnit ? "has no unit" : "is no duration")
                + ": write it as 24h, 90s, 100ms, 1h30m or 45d");
    }
}
