package io.hapax.storm.load;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hapax.storm.history.Answer;
import io.hapax.storm.history.ClientEvent.Kind;
import io.hapax.storm.history.ClientEvent.Route;
import io.hapax.storm.history.Payload;
import io.hapax.storm.load.Memory.Operation;
import io.hapax.storm.world.Instance;
import io.hapax.storm.world.StormWorld;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Clients of the gateways of all instances. */
final class HttpClients implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);

    /** Beyond the longest wait of a gateway. */
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(45);

    private static final List<String> BROKEN_BODIES = List.of("{", "{\"amountMinor\":1.5}", "[]", "nonsense");

    private final Memory memory;
    private final List<Instance> gateways;
    private final Map<String, String> apiKeys;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_WITHIN)
            .build();

    HttpClients(StormWorld world, Memory memory) {
        this.memory = memory;
        this.gateways = world.streamApps();
        this.apiKeys = world.apiKeys();
    }

    /** Asks, and returns when it is answered or will not be. */
    void ask(Step step, Random random) {
        Instance gateway = gateways.get(random.nextInt(gateways.size()));
        String body = body(step, random);
        HttpRequest request = request(gateway, step, body, random.nextInt(4));
        Operation operation = memory.invoke(step, Route.HTTP, gateway.name(), body);
        try {
            operation.answered(answer(http.send(request, BodyHandlers.ofString())));
        } catch (IOException e) {
            operation.unknown(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            operation.unknown(e);
        }
    }

    private HttpRequest request(Instance gateway, Step step, String body, int wait) {
        String payments = gateway.gatewayUrl() + "/v1/payments";
        boolean looksUp = step.kind() == Kind.LOOK_UP;
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(looksUp ? payments + "/" + step.key() : payments))
                .header("Authorization", "Bearer " + requireNonNull(apiKeys.get(step.client())))
                .timeout(ANSWER_WITHIN);
        if (looksUp) {
            return request.GET().build();
        }
        if (wait > 1) {
            request.header("Prefer", wait == 2 ? "wait=0" : "wait=3");
        }
        return request.header("Content-Type", "application/json")
                .header("Idempotency-Key", step.key())
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private static String body(Step step, Random random) {
        Payload payload = step.payload();
        if (payload == null) {
            return step.kind() == Kind.LOOK_UP ? "" : BROKEN_BODIES.get(random.nextInt(BROKEN_BODIES.size()));
        }
        ObjectNode body = MAPPER.createObjectNode()
                .put("debtorAccount", payload.debtorAccount())
                .put("creditorAccount", payload.creditorAccount())
                .put("amountMinor", payload.amountMinor())
                .put("currency", payload.currency());
        if (payload.reference() != null) {
            body.put("reference", payload.reference());
        }
        if (step.sentAtMs() != null) {
            body.put("sentAt", Instant.ofEpochMilli(step.sentAtMs()).toString());
        }
        return body.toString();
    }

    private static Answer answer(HttpResponse<String> response) {
        Map<String, String> headers = new TreeMap<>();
        for (String name : Answer.KEPT_HEADERS) {
            response.headers().firstValue(name).ifPresent(value -> headers.put(name, value));
        }
        return Answer.http(response.statusCode(), headers, response.body());
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
