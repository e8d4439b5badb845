package io.hapax.tools.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.hapax.tools.cli.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is sent back.
 *
 * @param cookie the session's cookie to be set; empty takes it away; null leaves it
 */
@SuppressWarnings("ArrayRecordComponent") // Sent, never compared.
record Answer(
        int status, String type, byte[] body, @Nullable String cookie) {
    static Answer json(int status, Object value) {
        try {
            return new Answer(status, "application/json", Json.line(value).getBytes(UTF_8), null);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer that can't be written as JSON", e);
        }
    }

    static Answer refused(int status, String why) {
        return json(status, Map.of("error", why));
    }

    Answer withCookie(String value) {
        return new Answer(status, type, body, value);
    }
}
