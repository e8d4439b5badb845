package io.hapax.app.health;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hapax.app.http.CallerLimits;
import io.hapax.app.http.HttpListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server for health and metrics, on a port that no client reaches.
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

    /** Far more than probes, scrapers and those who look ever hold. */
    private static final CallerLimits LIMITS = new CallerLimits(100, Duration.ofSeconds(5), Duration.ofSeconds(10));

    /** Connections that may wait to be accepted: a probe behind many others still finds a place. */
    private static final int ACCEPT_QUEUE = 1_024;

    /** Requests for one path that are answered at once. Each path has its own: a slow scrape fails no probe. */
    private static final int AT_ONCE = 8;

    private final @Nullable HttpListener listener;

    private record Answer(int status, String type, String body) {
        private static final Answer NO_SUCH_PATH = new Answer(404, "text/plain", "");
        private static final Answer ONLY_GET = new Answer(405, "text/plain", "");
        private static final Answer TOO_MANY = new Answer(503, "text/plain", "too many requests for this path\n");
        private static final Answer FAILED = new Answer(500, "text/plain", "");
    }

    private record Route(Supplier<Answer> answer, Semaphore free) {
        static Route to(Supplier<Answer> answer) {
            return new Route(answer, new Semaphore(AT_ONCE));
        }
    }

    private AdminServer(@Nullable HttpListener listener) {
        this.listener = listener;
    }

    /**
     * Starts telling, unless the settings say not to.
     *
     * @param metrics in Prometheus' text format
     */
    public static AdminServer start(AdminSettings settings, Health health, Supplier<String> metrics) {
        if (settings.port().isEmpty()) {
            return new AdminServer(null);
        }
        Handler routes = new Routes(Map.of(
                "/health/live", Route.to(() -> tell(health.liveness())),
                "/health/ready", Route.to(() -> tell(health.readiness())),
                "/metrics", Route.to(() -> new Answer(200, PROMETHEUS_TEXT, metrics.get()))));
        AdminServer started =
                new AdminServer(listen(settings.address(), settings.port().getAsInt(), routes));
        LOG.info("admin address={} port={}", settings.address(), started.port());
        return started;
    }

    /** The port that is listened on; -1: none. */
    public int port() {
        return listener == null ? -1 : listener.port();
    }

    @Override
    public void close() {
        if (listener != null) {
            listener.close();
        }
    }

    private static HttpListener listen(String address, int port, Handler routes) {
        try {
            return HttpListener.start("admin", address, port, LIMITS, ACCEPT_QUEUE, routes, AdminServer::sendStatus);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot listen on admin.address " + address + ", admin.port " + port + ": " + e.getMessage(), e);
        }
    }

    /** For requests that are no HTTP: the status, and not a word of what was sent. */
    private static boolean sendStatus(Request request, Response response, Callback callback) {
        callback.succeeded();
        return true;
    }

    private static Answer tell(List<Check> checks) {
        boolean well = checks.stream().allMatch(Check::passes);
        ObjectNode told = MAPPER.createObjectNode().put("status", well ? "UP" : "DOWN");
        ArrayNode each = told.putArray("checks");
        for (Check check : checks) {
            each.addObject()
                    .put("name", check.name())
                    .put("status", check.passes() ? "UP" : "DOWN")
                    .put("detail", check.detail());
        }
        return new Answer(well ? 200 : 503, "application/json", told + "\n");
    }

    /** A handler that answers requests by the exact path, and only GET and HEAD. */
    private static final class Routes extends Handler.Abstract {
        private final Map<String, Route> byPath;

        Routes(Map<String, Route> byPath) {
            this.byPath = byPath;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            Answer answer = answer(request);
            response.setStatus(answer.status());
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.type());
            if (answer.equals(Answer.ONLY_GET)) {
                response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
            }
            response.write(true, ByteBuffer.wrap(answer.body().getBytes(UTF_8)), callback);
            return true;
        }

        private Answer answer(Request request) {
            // CONNECT has no path.
            String path = String.valueOf(request.getHttpURI().getPath());
            Route route = byPath.get(path);
            if (route == null) {
                return Answer.NO_SUCH_PATH;
            }
            return List.of("GET", "HEAD").contains(request.getMethod()) ? answer(path, route) : Answer.ONLY_GET;
        }

        private static Answer answer(String path, Route route) {
            if (!route.free().tryAcquire()) {
                return Answer.TOO_MANY;
            }
            try {
                return route.answer().get();
            } catch (RuntimeException e) {
                LOG.warn("admin request failed path={}", path, e);
                return Answer.FAILED;
            } finally {
                route.free().release();
            }
        }
    }
}
