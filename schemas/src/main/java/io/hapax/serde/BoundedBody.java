package io.hapax.serde;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** The body of an HTTP answer, read up to a bound: whatever is sent, the heap holds no more. */
final class BoundedBody implements BodySubscriber<BoundedBody.Body> {
    private final int bound;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<Body> done = new CompletableFuture<>();
    private @Nullable Subscription subscription;

    /**
     * @param text of the answer, or its beginning
     * @param isCut whether there was more
     */
    record Body(String text, boolean isCut) {}

    BoundedBody(int bound) {
        this.bound = bound;
    }

    @Override
    public CompletionStage<Body> getBody() {
        return done;
    }

    @Override
    public void onSubscribe(Subscription to) {
        subscription = to;
        to.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
        for (ByteBuffer part : parts) {
            byte[] read = new byte[Math.min(part.remaining(), bound + 1 - bytes.size())];
            part.get(read);
            bytes.writeBytes(read);
        }
        if (bytes.size() > bound && subscription != null) {
            subscription.cancel();
            complete();
        }
    }

    @Override
    public void onError(Throwable failure) {
        done.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        complete();
    }

    private void complete() {
        done.complete(new Body(bytes.toString(StandardCharsets.UTF_8), bytes.size() > bound));
    }
}
