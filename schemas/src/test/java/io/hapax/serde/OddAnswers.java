package io.hapax.serde;

import java.util.stream.Stream;

/** Answers of something that is no registry, or is not well. */
final class OddAnswers {
    private OddAnswers() {}

    record Answer(int status, String body) {}

    static Stream<Answer> faults() {
        String schema = ScriptedRegistry.body("\"string\"");
        return Stream.of(
                new Answer(404, "<html>404 page not found</html>"),
                new Answer(404, ""),
                new Answer(404, "{\"error_code\":404,\"message\":\"HTTP 404 Not Found\"}"),
                new Answer(404, "{\"error_code\":40401}"),
                new Answer(200, "<html>welcome</html>"),
                new Answer(200, ""),
                new Answer(200, "null"),
                new Answer(200, "[]"),
                new Answer(200, "{}"),
                new Answer(200, "{\"id\":7}"),
                new Answer(200, "{\"schema\":7}"),
                new Answer(200, "{\"schema\":null}"),
                new Answer(200, "{\"schema\":\"\\\"string\\\"\",\"references\":[{\"subject\":\"a\"}]}"),
                new Answer(200, schema.substring(0, schema.length() - 3)),
                new Answer(200, "[".repeat(100_000)),
                new Answer(200, "x".repeat(3_000_000)),
                new Answer(301, ""),
                new Answer(401, "{\"error_code\":40101}"),
                new Answer(403, "{\"error_code\":40301}"),
                new Answer(429, "{\"error_code\":42901}"),
                new Answer(500, "{\"error_code\":50001}"),
                new Answer(502, "<html>bad gateway</html>"),
                new Answer(503, ""));
    }
}
