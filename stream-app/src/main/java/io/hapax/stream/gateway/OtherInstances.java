package io.hapax.stream.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.state.HostInfo;

/**
 * A client of the other instances. It asks them as the client itself would: with the client's own credentials, which
 * the other instance checks like any other's. So there is no secret between instances, and nothing that a client
 * could do with the marker.
 */
final class OtherInstances {
    /** Marks a request that was passed on once and must not be again. */
    private static final String FORWARDED = "Hapax-Forwarded";

    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(1);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(3);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT_WITHIN).build();
    private final String scheme;

    /** @param scheme {@code http} or {@code https}, the same for all instances */
    OtherInstances(String scheme) {
        this.scheme = scheme;
    }

    static boolean isForwarded(HttpCall call) {
        return !call.headers(FORWARDED).isEmpty();
    }

    /** @param path of the look-up, with its key encoded */
    Reply ask(HostInfo owner, HttpCall call, String path) throws InterruptedException {
        URI uri = URI.create(base(scheme, owner) + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(ANSWER_WITHIN)
                .header("Authorization", call.header("Authorization"))
                .header(FORWARDED, "1")
                .build();
        try {
            return reply(http.send(request, HttpResponse.BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            return Reply.problem(Problem.LOOK_UP_UNAVAILABLE);
        }
    }

    /** The base URL of the instance. An IPv6 address needs brackets again (RFC 3986). */
    static String base(String scheme, HostInfo owner) {
        String host = owner.host().contains(":") ? "[" + owner.host() + "]" : owner.host();
        return scheme + "://" + host + ":" + owner.port();
    }

    /** The reply of the other instance, passed on as it came. */
    private static Reply reply(HttpResponse<byte[]> response) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : new String[] {Reply.FIRST_SEEN, Reply.EXPIRES_AT, "Retry-After", "WWW-Authenticate"}) {
            Optional<String> value = response.headers().firstValue(name);
            value.ifPresent(text -> headers.put(name, text));
        }
        try {
            Map<String, Object> body =
                    JSON.readValue(response.body(), new TypeReference<LinkedHashMap<String, Object>>() {});
            return new Reply(
                    response.statusCode(),
                    "forwarded",
                    headers,
                    response.headers().firstValue("Content-Type").orElse(Reply.JSON),
                    body);
        } catch (JsonProcessingException e) {
            return Reply.problem(Problem.LOOK_UP_UNAVAILABLE);
        }
    }
}
