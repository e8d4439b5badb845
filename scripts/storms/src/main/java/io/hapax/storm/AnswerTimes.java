package io.hapax.storm;

import io.hapax.storm.history.ClientEvent;
import io.hapax.storm.history.ClientEvent.Route;
import io.hapax.storm.history.RunFolder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The time that clients waited for answers over HTTP in a run, and why they got none. */
final class AnswerTimes {
    private static final String REFUSED = "java.net.ConnectException";

    private final Map<Long, Long> askedNs = new HashMap<>();
    private final List<Long> waitedNs = new ArrayList<>();
    private final Map<String, Long> unanswered = new TreeMap<>();

    private AnswerTimes() {}

    /** In lines for a screen, read from the folder alone. */
    static List<String> of(RunFolder folder) {
        AnswerTimes times = new AnswerTimes();
        folder.readClientEvents(times::take);
        return times.words();
    }

    private void take(ClientEvent event) {
        if (event.path() != Route.HTTP) {
            return;
        }
        Long asked = event.type() == ClientEvent.Type.INVOKE
                ? askedNs.put(event.op(), event.atNs())
                : askedNs.remove(event.op());
        if (event.type() == ClientEvent.Type.ANSWER && asked != null) {
            waitedNs.add(event.atNs() - asked);
        } else if (event.type() == ClientEvent.Type.UNKNOWN) {
            unanswered.merge(reason(event.error()), 1L, Long::sum);
        }
    }

    /** A client whose connection is refused knows that nothing happened, and asks another instance. */
    private static String reason(@Nullable String error) {
        return error == null ? "unknown" : error.equals(REFUSED) ? "connection refused" : error;
    }

    private List<String> words() {
        List<String> words = new ArrayList<>();
        if (!waitedNs.isEmpty()) {
            waitedNs.sort(null);
            words.add("Answers over HTTP came within %,d ms (median), %,d ms (99 in 100), %,d ms (all %,d)."
                    .formatted(ms(50), ms(99), ms(100), waitedNs.size()));
        }
        unanswered.forEach((reason, times) -> words.add("  no answer over HTTP, %s: %,d".formatted(reason, times)));
        return words;
    }

    private long ms(int percent) {
        int place = Math.max(0, (int) Math.ceil(waitedNs.size() * percent / 100.0) - 1);
        return waitedNs.get(place) / 1_000_000;
    }
}
