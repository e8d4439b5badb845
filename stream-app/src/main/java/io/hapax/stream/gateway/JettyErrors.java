package io.hapax.stream.gateway;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Requests that never reach the API, and faults in it: problems like all others, without a word of what was sent. */
final class JettyErrors implements Request.Handler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Reply reply = Reply.problem(problem(response.getStatus()));
        reply.headers().forEach(response.getHeaders()::put);
        response.setStatus(reply.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, reply.contentType());
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.write(true, ByteBuffer.wrap(reply.bytes()), callback);
        return true;
    }

    private static Problem problem(int status) {
        return switch (status) {
            case 408 -> Problem.BODY_TOO_SLOW;
            case 413 -> Problem.BODY_TOO_LARGE;
            case 414, 431 -> Problem.HEADERS_TOO_LARGE;
            // Another version of HTTP, or a transfer encoding that is not known: no retry helps.
            case 501, 505 -> Problem.BAD_REQUEST;
            case 503 -> Problem.OVERLOADED;
            default -> status < 500 ? Problem.BAD_REQUEST : Problem.INTERNAL_ERROR;
        };
    }
}
