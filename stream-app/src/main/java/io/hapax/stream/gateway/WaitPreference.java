package io.hapax.stream.gateway;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The time that a request waits for its settlement, after {@code Prefer: wait=N} of RFC 7240.
 *
 * @param preferred whether the client has said so, which the answer then confirms
 */
record WaitPreference(Duration atMost, boolean preferred) {
    /** A number, quoted or not; parameters of the preference mean nothing to us. */
    private static final Pattern WAIT =
            Pattern.compile("wait\\s*=\\s*(?:0*(\\d+)|\"0*(\\d+)\")\\s*(?:;.*)?", Pattern.CASE_INSENSITIVE);

    /** Digits of seconds that are surely more than the longest wait, which is minutes. */
    private static final int MOST_DIGITS = 9;

    /** A preference that is none of ours or malformed is ignored, as the RFC wants it; of several the first counts. */
    static WaitPreference of(List<String> prefer, Duration byDefault, Duration longest) {
        for (String preference : ListHeader.elements(prefer)) {
            Matcher wait = WAIT.matcher(preference);
            if (wait.matches()) {
                return new WaitPreference(asked(wait.group(1) == null ? wait.group(2) : wait.group(1), longest), true);
            }
        }
        return new WaitPreference(byDefault, false);
    }

    private static Duration asked(String seconds, Duration longest) {
        Duration asked = seconds.length() > MOST_DIGITS ? longest : Duration.ofSeconds(Long.parseLong(seconds));
        return asked.compareTo(longest) < 0 ? asked : longest;
    }

    Reply confirm(Reply reply) {
        return preferred ? reply.with("Preference-Applied", "wait=" + atMost.toSeconds()) : reply;
    }
}
