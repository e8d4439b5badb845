package io.hapax.stream.gateway;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;

/** A call that has come to Jetty. */
final class RequestCall implements HttpCall {
    /** A payment with everything at its longest, each character escaped, is half as large. */
    static final int MOST_BODY_BYTES = 8 * 1024;

    private final Request request;
    private final Duration bodyTimeout;

    /**
     * @param bodyTimeout for the whole body: one that trickles byte by byte is no faster than one that does not come
     */
    RequestCall(Request request, Duration bodyTimeout) {
        this.request = request;
        this.bodyTimeout = bodyTimeout;
    }

    @Override
    public List<String> headers(String name) {
        return request.getHeaders().getValuesList(name);
    }

    @Override
    public Body body() {
        if (request.getLength() > MOST_BODY_BYTES) {
            return new Body.TooLarge();
        }
        CompletableFuture<byte[]> bytes = new CompletableFuture<>();
        Content.Source.asByteArrayAsync(
                request,
                MOST_BODY_BYTES,
                Promise.Invocable.from(InvocationType.NON_BLOCKING, bytes::complete, bytes::completeExceptionally));
        try {
            return new Body.Complete(ByteBuffer.wrap(bytes.get(bodyTimeout.toMillis(), TimeUnit.MILLISECONDS)));
        } catch (TimeoutException e) {
            return new Body.TooSlow();
        } catch (ExecutionException e) {
            return e.getCause() instanceof IllegalStateException ? new Body.TooLarge() : new Body.Broken();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Body.Broken();
        }
    }
}
