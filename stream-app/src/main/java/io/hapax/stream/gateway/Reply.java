package io.hapax.stream.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One answer of the gateway, before it becomes HTTP.
 *
 * @param kind its name in metrics
 * @param headers beside those that every answer has
 * @param body members of the JSON body in their order
 */
record Reply(int status, String kind, Map<String, String> headers, String contentType, Map<String, Object> body) {
    static final String JSON = "application/json";
    static final String PROBLEM_JSON = "application/problem+json";
    static final String FIRST_SEEN = "Idempotency-First-Seen";
    static final String EXPIRES_AT = "Idempotency-Expires-At";
    static final String REPLAYED = "Idempotent-Replayed";

    /** A second: longer than almost every settlement takes. */
    static final Duration SOON = Duration.ofSeconds(1);

    private static final ObjectMapper MAPPER = new ObjectMapper();

    static Reply payment(int status, String kind, Map<String, Object> body) {
        return new Reply(status, kind, Map.of(), JSON, body);
    }

    static Reply problem(Problem problem) {
        return problem(problem, Map.of());
    }

    /** @param more members of this kind of problem */
    static Reply problem(Problem problem, Map<String, ?> more) {
        boolean later = problem.retry() == Problem.Retry.LATER;
        Map<String, Object> retry = new LinkedHashMap<>();
        retry.put("sameKey", problem.retry().sameKey());
        if (later) {
            retry.put("afterSeconds", SOON.toSeconds());
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", problem.type());
        body.put("title", problem.title());
        body.put("status", problem.status());
        body.putAll(more);
        body.put("retry", retry);
        Reply reply = new Reply(problem.status(), problem.slug(), Map.of(), PROBLEM_JSON, body);
        return later ? reply.with("Retry-After", String.valueOf(SOON.toSeconds())) : reply;
    }

    Reply with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Reply(status, kind, more, contentType, body);
    }

    /** With the times of the payment, as far as they are known. */
    Reply known(@Nullable Instant firstSeenAt, @Nullable Instant expiresAt) {
        Reply reply = firstSeenAt == null ? this : with(FIRST_SEEN, show(firstSeenAt));
        return expiresAt == null ? reply : reply.with(EXPIRES_AT, show(expiresAt));
    }

    Reply replayed(boolean replayed) {
        return with(REPLAYED, String.valueOf(replayed));
    }

    /** One line, so that a terminal shows what follows on the next. */
    byte[] bytes() {
        try {
            return (MAPPER.writeValueAsString(body) + "\n").getBytes(UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts, numbers and lists are always JSON", e);
        }
    }

    static String show(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
