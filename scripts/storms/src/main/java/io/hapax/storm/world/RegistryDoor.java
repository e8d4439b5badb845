package io.hapax.storm.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The door through which the apps reach the registry. Open, it passes everything on. Shut, it answers 404 to every
 * question, as a wrong path or an empty registry behind a load balancer does.
 */
public final class RegistryDoor implements AutoCloseable {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
    private static final byte[] NOT_FOUND = "{\"error_code\":404,\"message\":\"HTTP 404 Not Found\"}".getBytes(UTF_8);

    private final String registryUrl;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private volatile boolean shut;

    private RegistryDoor(String registryUrl, HttpServer server) {
        this.registryUrl = registryUrl;
        this.server = server;
    }

    static RegistryDoor before(String registryUrl) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            RegistryDoor door = new RegistryDoor(registryUrl, server);
            server.createContext("/", door::answer);
            server.setExecutor(door.threads);
            server.start();
            return door;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot bind a loopback port", e);
        }
    }

    /** The address for {@code schema.registry.url}. */
    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort()
                + URI.create(registryUrl).getPath();
    }

    public void shut() {
        shut = true;
    }

    public void open() {
        shut = false;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (shut) {
                send(exchange, 404, NOT_FOUND);
                return;
            }
            HttpResponse<byte[]> answer = http.send(passedOn(exchange), BodyHandlers.ofByteArray());
            answer.headers()
                    .firstValue("Content-Type")
                    .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
            send(exchange, answer.statusCode(), answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A registry that is away ends the exchange without an answer: the caller's connection is closed. */
    private HttpRequest passedOn(HttpExchange exchange) throws IOException {
        URI base = URI.create(registryUrl);
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(exchange.getRequestURI()))
                .timeout(ANSWER_WITHIN)
                .method(
                        exchange.getRequestMethod(),
                        BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
        for (String name : new String[] {"Content-Type", "Accept"}) {
            String value = exchange.getRequestHeaders().getFirst(name);
            if (value != null) {
                request.header(name, value);
            }
        }
        return request.build();
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
        http.shutdownNow();
        http.close();
    }
}
