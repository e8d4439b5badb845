package io.hapax.operations;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells health and metrics over HTTP, on a port that no client reaches.
 *
 * <ul>
 *   <li>{@code GET /health/live}: 200, or 503 when the process must be restarted
 *   <li>{@code GET /health/ready}: 200, or 503 while the app can't do its work; JSON with each check and why not
 *   <li>{@code GET /metrics}: Prometheus text format
 * </ul>
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    /** A probe, a scraper and somebody who looks; whoever comes beyond the queue is turned away. */
    private static final int THREADS = 3;

    private static final int QUEUE = 16;

    static {
        // Seconds for a request to arrive and an answer to be taken. The JDK's default is to wait for ever.
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.maxRspTime", "30");
        System.setProperty("jdk.httpserver.maxConnections", "100");
    }

    private final HttpServer server;
    private final ThreadPoolExecutor threads;

    private AdminServer(HttpServer server, ThreadPoolExecutor threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Starts telling, unless the settings say not to.
     *
     * @param metrics in Prometheus' text format
     */
    public static AdminServer start(AdminSettings settings, Health health, Supplier<String> metrics) {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS, THREADS, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(QUEUE), AdminServer::thread);
        HttpServer server = create(settings);
        server.setExecutor(threads);
        server.createContext("/health/live", get("/health/live", exchange -> tell(exchange, health.liveness())));
        server.createContext("/health/ready", get("/health/ready", exchange -> tell(exchange, health.readiness())));
        server.createContext(
                "/metrics", get("/metrics", exchange -> respond(exchange, 200, PROMETHEUS_TEXT, metrics.get())));
        AdminServer started = new AdminServer(server, threads);
        if (settings.port().isPresent()) {
            server.start();
            LOG.info("admin address={} port={}", settings.address(), started.port());
        }
        return started;
    }

    /** The port that is listened on; -1: none. */
    public int port() {
        InetSocketAddress address = server.getAddress();
        return address == null ? -1 : address.getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static HttpServer create(AdminSettings settings) {
        try {
            HttpServer server = HttpServer.create();
            if (settings.port().isPresent()) {
                server.bind(
                        new InetSocketAddress(
                                settings.address(), settings.port().getAsInt()),
                        QUEUE);
            }
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot listen on admin.address " + settings.address() + ", admin.port "
                            + settings.port().orElse(0) + ": " + e.getMessage(),
                    e);
        }
    }

    private static Thread thread(Runnable work) {
        return Thread.ofPlatform().name("admin").daemon().unstarted(work);
    }

    /** Only GET and HEAD, and only the very path: a context also takes what lies below it. */
    private static HttpHandler get(String path, HttpHandler handler) {
        return exchange -> {
            try (exchange) {
                if (!exchange.getRequestURI().getPath().equals(path)) {
                    respond(exchange, 404, "text/plain", "");
                } else if (!List.of("GET", "HEAD").contains(exchange.getRequestMethod())) {
                    exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                    respond(exchange, 405, "text/plain", "");
                } else {
                    handler.handle(exchange);
                }
            } catch (RuntimeException e) {
                LOG.warn("admin request failed path={}", path, e);
                throw e;
            }
        };
    }

    private static void tell(HttpExchange exchange, List<Check> checks) throws IOException {
        boolean well = checks.stream().allMatch(Check::passes);
        ObjectNode told = MAPPER.createObjectNode().put("status", well ? "UP" : "DOWN");
        ArrayNode each = told.putArray("checks");
        for (Check check : checks) {
            each.addObject()
                    .put("name", check.name())
                    .put("status", check.passes() ? "UP" : "DOWN")
                    .put("detail", check.detail());
        }
        respond(exchange, well ? 200 : 503, "application/json", told + "\n");
    }

    private static void respond(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        if (exchange.getRequestMethod().equals("HEAD") || bytes.length == 0) {
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
