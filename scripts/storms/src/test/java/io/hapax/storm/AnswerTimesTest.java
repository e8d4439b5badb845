package io.hapax.storm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.storm.history.Answer;
import io.hapax.storm.history.ClientEvent;
import io.hapax.storm.history.ClientEvent.Request;
import io.hapax.storm.history.ClientEvent.Route;
import io.hapax.storm.history.LineWriter;
import io.hapax.storm.history.RunFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Times of answers that are known, in a folder that was written for it. */
class AnswerTimesTest {
    private static final long MS = 1_000_000;

    @TempDir
    private Path folder;

    @Test
    void shouldTellHowLongAnswersTookAndWhyNoneCame() {
        RunFolder run = new RunFolder(folder);
        try (LineWriter<ClientEvent> events = run.clientEvents("load")) {
            for (int op = 1; op <= 200; op++) {
                events.append(event(op, op * 1_000 * MS, ClientEvent.Type.INVOKE, Route.HTTP, null));
                events.append(event(op, (op * 1_000 + op) * MS, ClientEvent.Type.ANSWER, Route.HTTP, null));
            }
            // An acknowledgement of the broker is no answer over HTTP.
            events.append(event(900, 0, ClientEvent.Type.INVOKE, Route.TOPIC, null));
            events.append(event(900, 90_000 * MS, ClientEvent.Type.ANSWER, Route.TOPIC, null));
            events.append(event(901, 0, ClientEvent.Type.INVOKE, Route.HTTP, null));
            events.append(event(901, 90_000 * MS, ClientEvent.Type.UNKNOWN, Route.HTTP, "java.net.ConnectException"));
            events.append(event(902, 0, ClientEvent.Type.INVOKE, Route.HTTP, null));
            events.append(event(902, 90_000 * MS, ClientEvent.Type.UNKNOWN, Route.HTTP, "reset"));
        }
        assertEquals(
                List.of(
                        "Answers over HTTP came within 100 ms (median), 198 ms (99 in 100), 200 ms (all 200).",
                        "  no answer over HTTP, connection refused: 1",
                        "  no answer over HTTP, reset: 1"),
                AnswerTimes.of(run));
    }

    @Test
    void shouldSayNothingOfARunWithoutRequests() {
        RunFolder run = new RunFolder(folder);
        run.clientEvents("load").close();
        assertEquals(List.of(), AnswerTimes.of(run));
    }

    private static ClientEvent event(long op, long atNs, ClientEvent.Type type, Route path, @Nullable String error) {
        return new ClientEvent(
                atNs,
                0,
                "acme",
                "k",
                op,
                type,
                path,
                "stream-app-1",
                type == ClientEvent.Type.INVOKE ? Request.lookUp() : null,
                type == ClientEvent.Type.ANSWER ? Answer.http(200, Map.of(), "") : null,
                error);
    }
}
