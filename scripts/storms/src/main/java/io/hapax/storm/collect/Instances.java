package io.hapax.storm.collect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.storm.history.Answer;
import io.hapax.storm.history.ClientEvent;
import io.hapax.storm.history.LineWriter;
import io.hapax.storm.history.LookUp;
import io.hapax.storm.history.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The instances of the apps, asked over HTTP. */
final class Instances implements AutoCloseable {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

    /** Look-ups at a time: the gateway lets each client ask some hundred times a second. */
    private static final int AT_ONCE = 8;

    /** A client that asks too often is refused for a second. */
    private static final int TRIES = 60;

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);
    private static final Pattern PENDING = Pattern.compile("(?m)^hapax_pending_payments(?:\\{[^}]*})? ([0-9.eE+]+)$");

    private final Sources sources;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWER_WITHIN)
            .build();

    Instances(Sources sources) {
        this.sources = sources;
    }

    private record Key(String client, String key) {}

    /** Looks up each key that a client remembers, on each instance. */
    void lookUp(RunFolder folder) throws InterruptedException {
        Set<Key> keys = new LinkedHashSet<>();
        folder.readClientEvents(event -> {
            if (event.type() == ClientEvent.Type.INVOKE && sources.apiKeys().containsKey(event.client())) {
                keys.add(new Key(event.client(), event.key()));
            }
        });
        try (ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE);
                LineWriter<LookUp> lookUps = folder.lookUps()) {
            List<Future<?>> asked = new ArrayList<>();
            for (Key key : keys) {
                sources.gatewayUrls()
                        .forEach((name, url) -> asked.add(clients.submit(() ->
                                lookUps.append(new LookUp(key.client(), key.key(), name, settledOrNot(url, key))))));
            }
            for (Future<?> each : asked) {
                await(each);
            }
        }
    }

    private static void await(Future<?> asked) throws InterruptedException {
        try {
            asked.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a key could not be looked up", e.getCause());
        }
    }

    /** The answer, once it is more than advice to ask again. */
    private Answer settledOrNot(String gateway, Key key) {
        String path = URLEncoder.encode(key.key(), UTF_8).replace("+", "%20");
        HttpRequest request = HttpRequest.newBuilder(URI.create(gateway + "/v1/payments/" + path))
                .header("Authorization", "Bearer " + sources.apiKeys().get(key.client()))
                .timeout(ANSWER_WITHIN)
                .build();
        Answer answer = ask(request);
        for (int tries = 1; tries < TRIES && isAdvice(answer); tries++) {
            sleep(BETWEEN_TRIES);
            answer = ask(request);
        }
        return answer;
    }

    private static boolean isAdvice(Answer answer) {
        return answer.status() != null && (answer.status() == 429 || answer.status() == 503);
    }

    private Answer ask(HttpRequest request) {
        HttpResponse<String> response = send(request);
        Map<String, String> headers = new TreeMap<>();
        for (String name : Answer.KEPT_HEADERS) {
            response.headers().firstValue(name).ifPresent(value -> headers.put(name, value));
        }
        return Answer.http(response.statusCode(), headers, response.body());
    }

    /** Whether each instance is ready, by its own word. */
    Map<String, Boolean> ready() {
        Map<String, Boolean> ready = new TreeMap<>();
        sources.adminUrls().forEach((name, url) -> {
            HttpResponse<String> answer = get(url + "/health/ready");
            ready.put(name, answer != null && answer.statusCode() == 200);
        });
        return ready;
    }

    /** Payments that each instance says are pending. It counts them every few seconds only, so it is asked again. */
    Map<String, Long> pending() {
        Map<String, Long> pending = pendingNow();
        for (int tries = 1; tries < TRIES && pending.values().stream().anyMatch(count -> count != 0); tries++) {
            sleep(BETWEEN_TRIES);
            pending = pendingNow();
        }
        return pending;
    }

    private Map<String, Long> pendingNow() {
        Map<String, Long> pending = new TreeMap<>();
        sources.gatewayUrls().keySet().forEach(name -> {
            HttpResponse<String> answer = get(sources.adminUrls().get(name) + "/metrics");
            pending.put(name, answer == null ? -1 : sum(answer.body()));
        });
        return pending;
    }

    private static long sum(String metrics) {
        return PENDING.matcher(metrics)
                .results()
                .map(MatchResult::group)
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .mapToLong(value -> (long) Double.parseDouble(value))
                .sum();
    }

    private @Nullable HttpResponse<String> get(String url) {
        try {
            return send(HttpRequest.newBuilder(URI.create(url))
                    .timeout(ANSWER_WITHIN)
                    .build());
        } catch (UncheckedIOException gone) {
            return null;
        }
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
