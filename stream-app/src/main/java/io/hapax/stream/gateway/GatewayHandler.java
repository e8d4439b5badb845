package io.hapax.stream.gateway;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.IdleTimeout;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The handler that brings requests to the API and answers to HTTP. It bounds the number of requests in flight. */
final class GatewayHandler extends Handler.Abstract {
    private static final int LAST_ASCII = 0x7F;

    private static final Logger LOG = LoggerFactory.getLogger(GatewayHandler.class);

    private final PaymentsApi api;
    private final RequestsInFlight inFlight;
    private final Duration bodyTimeout;
    private final GatewayMetrics metrics;
    private volatile boolean draining;

    GatewayHandler(PaymentsApi api, RequestsInFlight inFlight, Duration bodyTimeout, GatewayMetrics metrics) {
        this.api = api;
        this.inFlight = inFlight;
        this.bodyTimeout = bodyTimeout;
        this.metrics = metrics;
        metrics.inFlight(inFlight::count);
    }

    /** Sends new requests away and waits for those in flight; false if some are left. */
    boolean drain(Duration within) throws InterruptedException {
        draining = true;
        return inFlight.drain(within);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws InterruptedException {
        ClientReply answered = answerWithoutIdleTimeout(request);
        metrics.answered(
                route(request).kind().label(),
                answered,
                Duration.ofNanos(System.nanoTime() - request.getBeginNanoTime()));
        write(answered.reply(), request, response, callback);
        return true;
    }

    /**
     * A request that waits for its settlement is not idle; what a client may take its time for has bounds of its own.
     * Its answer has the idle timeout again, from its beginning on.
     */
    private ClientReply answerWithoutIdleTimeout(Request request) throws InterruptedException {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        long idleTimeout = endPoint.getIdleTimeout();
        endPoint.setIdleTimeout(0);
        try {
            return answer(request);
        } finally {
            if (endPoint instanceof IdleTimeout timed) {
                timed.notIdle();
            }
            endPoint.setIdleTimeout(idleTimeout);
        }
    }

    private ClientReply answer(Request request) throws InterruptedException {
        if (draining) {
            return new ClientReply(Reply.problem(Problem.OVERLOADED), ClientReply.NOBODY);
        }
        try {
            return dispatch(request, new RequestCall(request, bodyTimeout));
        } catch (RuntimeException e) {
            // Jetty would log the fault with the request's path, and that holds the key.
            LOG.error(
                    "a request to the gateway failed route={}",
                    route(request).kind().label(),
                    e);
            return new ClientReply(Reply.problem(Problem.INTERNAL_ERROR), ClientReply.NOBODY);
        }
    }

    private ClientReply dispatch(Request request, HttpCall call) throws InterruptedException {
        if (!isAscii(request.getHttpURI().getPathQuery())) {
            return new ClientReply(Reply.problem(Problem.BAD_REQUEST), ClientReply.NOBODY);
        }
        Route route = route(request);
        if (route.kind() == Route.Kind.OTHER) {
            return new ClientReply(Reply.problem(Problem.NO_SUCH_RESOURCE), ClientReply.NOBODY);
        }
        if (!route.kind().allows(request.getMethod())) {
            return notAllowed(route.kind().methods());
        }
        return switch (route.kind()) {
            case PAYMENTS -> api.post(call, CommandBody::payment);
            case RESERVATIONS -> api.post(call, CommandBody::reservation);
            case CAPTURE -> api.post(call, CommandBody.capture(KeyInPath.decode(route.key())));
            case VOID -> api.post(call, CommandBody.voiding(KeyInPath.decode(route.key())));
            case PAYMENT -> api.get(call, LookedUp.PAYMENT, route.key());
            case CANCEL -> api.cancel(call, route.key());
            case RESERVATION -> api.get(call, LookedUp.RESERVATION, route.key());
            case OTHER -> throw new IllegalStateException("answered above");
        };
    }

    /** A URI is ASCII (RFC 3986): of other bytes nobody can tell which characters were meant. */
    private static boolean isAscii(@Nullable String target) {
        return target == null || target.chars().allMatch(c -> c <= LAST_ASCII);
    }

    private static ClientReply notAllowed(String allowed) {
        return new ClientReply(Reply.problem(Problem.METHOD_NOT_ALLOWED).with("Allow", allowed), ClientReply.NOBODY);
    }

    /** Empty for a request that has none, as CONNECT. */
    private static String path(Request request) {
        String path = request.getHttpURI().getPath();
        return path == null ? "" : path;
    }

    private static Route route(Request request) {
        return Route.of(request.getMethod(), path(request));
    }

    private void write(Reply reply, Request request, Response response, Callback callback) {
        HttpFields.Mutable headers = response.getHeaders();
        reply.headers().forEach(headers::put);
        headers.put(HttpHeader.CONTENT_TYPE, reply.contentType());
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
        headers.put("X-Content-Type-Options", "nosniff");
        if (draining || !request.consumeAvailable()) {
            // What is left of the body must not be taken for the next request.
            headers.put(HttpHeader.CONNECTION, "close");
        }
        response.setStatus(reply.status());
        response.write(true, ByteBuffer.wrap(reply.bytes()), callback);
    }
}
