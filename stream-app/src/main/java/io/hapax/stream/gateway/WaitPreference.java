package io.hapax.stream.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a request waits for its settlement, after {@code Prefer: wait=N} of RFC 7240.
 *
 * @param preferred whether the client has said so, which the answer then confirms
 */
record WaitPreference(Duration atMost, boolean preferred) {
    private static final Pattern WAIT = Pattern.compile("(?:^|,)\\s*wait\\s*=\\s*(\\d{1,6})\\s*(?:$|[,;])");

    /** A preference that is none of ours or malformed is ignored, as the RFC wants it. */
    static WaitPreference of(List<String> prefer, Duration byDefault, Duration longest) {
        for (String value : prefer) {
            Matcher matcher = WAIT.matcher(value.toLowerCase(Locale.ROOT));
            if (matcher.find()) {
                Duration asked = Duration.ofSeconds(Long.parseLong(matcher.group(1)));
                return new WaitPreference(asked.compareTo(longest) < 0 ? asked : longest, true);
            }
        }
        return new WaitPreference(byDefault, false);
    }

    Reply confirm(Reply reply) {
        return preferred ? reply.with("Preference-Applied", "wait=" + atMost.toSeconds()) : reply;
    }
}
