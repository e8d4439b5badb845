package io.hapax.stream.broker;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client of the gateway that does as it is told: without a final answer it asks again with the same key, when it
 * may.
 */
final class PayingClient {
    private static final Set<Integer> FINAL = Set.of(201, 402, 422);
    private static final Set<Integer> LATER = Set.of(202, 409, 503);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration AFTER_NO_ANSWER = Duration.ofMillis(200);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final List<String> urls;
    private final String apiKey;
    private final AtomicInteger unavailable = new AtomicInteger();
    private final AtomicInteger withoutAnswer = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();

    PayingClient(List<String> urls, String apiKey) {
        this.urls = urls;
        this.apiKey = apiKey;
    }

    /** The number of times that the client was told that a payment cannot be taken now. */
    int unavailable() {
        return unavailable.get();
    }

    /** The number of requests that got no answer at all. */
    int withoutAnswer() {
        return withoutAnswer.get();
    }

    int requests() {
        return requests.get();
    }

    /** Pays until there is a final answer, first at the instance of this number, then at the next each time. */
    HttpResponse<String> pay(int instance, String key, String body) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (int attempt = 0; System.nanoTime() < deadline; attempt++) {
            try {
                HttpResponse<String> answer = send(urls.get((instance + attempt) % urls.size()), key, body);
                if (FINAL.contains(answer.statusCode())) {
                    return answer;
                }
                later(answer);
            } catch (IOException e) {
                withoutAnswer.incrementAndGet();
                Thread.sleep(AFTER_NO_ANSWER);
            }
        }
        throw new AssertionError("no final answer for " + key + " within " + PATIENCE);
    }

    HttpResponse<String> send(String url, String key, String body) throws IOException, InterruptedException {
        requests.incrementAndGet();
        return http.send(payment(url, key, body).build(), BodyHandlers.ofString());
    }

    /** Sends it and does not wait until it is settled. */
    HttpResponse<String> submit(String url, String key, String body) throws IOException, InterruptedException {
        return http.send(payment(url, key, body).header("Prefer", "wait=0").build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder payment(String url, String key, String body) {
        return HttpRequest.newBuilder(URI.create(url + "/v1/payments"))
                .header("Authorization", "Bearer " + apiKey)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .timeout(Duration.ofSeconds(30))
                .POST(BodyPublishers.ofString(body));
    }

    /** Empty when nobody is there to answer. */
    Optional<HttpResponse<String>> lookUp(String url, String key) {
        return answer(
                http,
                HttpRequest.newBuilder(URI.create(url + "/v1/payments/" + key))
                        .header("Authorization", "Bearer " + apiKey)
                        .timeout(Duration.ofSeconds(30))
                        .build());
    }

    /** Empty when nobody is there to answer. */
    static Optional<HttpResponse<String>> answer(HttpClient http, HttpRequest request) {
        try {
            return Optional.of(http.send(request, BodyHandlers.ofString()));
        } catch (IOException nobodyThere) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Waits as long as the answer says. Each of these answers says it. */
    private void later(HttpResponse<String> answer) throws InterruptedException {
        if (!LATER.contains(answer.statusCode())) {
            throw new AssertionError("answered " + answer.statusCode() + " " + answer.body());
        }
        if (answer.statusCode() == 503) {
            unavailable.incrementAndGet();
        }
        long seconds = answer.headers().firstValueAsLong("Retry-After").orElseThrow();
        Thread.sleep(Duration.ofSeconds(seconds));
    }
}
