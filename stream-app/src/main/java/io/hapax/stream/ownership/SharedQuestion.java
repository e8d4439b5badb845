package io.hapax.stream.ownership;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A question that many ask at the same time, and that is sent to somebody else. Each gets the answer to a question
 * that was sent after it had asked. One question is on its way at most. All who ask meanwhile share the next one.
 *
 * @param <T> the answer
 */
final class SharedQuestion<T> {
    private final Supplier<? extends CompletionStage<T>> sender;
    private @Nullable CompletableFuture<T> next;
    private boolean onItsWay;

    /** @param sender sends the question, and does not wait for the answer */
    SharedQuestion(Supplier<? extends CompletionStage<T>> sender) {
        this.sender = sender;
    }

    CompletableFuture<T> ask() {
        CompletableFuture<T> asked;
        synchronized (this) {
            asked = next == null ? new CompletableFuture<>() : next;
            if (onItsWay) {
                next = asked;
                return asked;
            }
            onItsWay = true;
        }
        send(asked);
        return asked;
    }

    private void send(CompletableFuture<T> asked) {
        CompletionStage<T> answer;
        try {
            answer = sender.get();
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedStage(e);
        }
        answer.whenComplete((value, failure) -> {
            sendNext();
            if (failure == null) {
                asked.complete(value);
            } else {
                asked.completeExceptionally(failure);
            }
        });
    }

    private void sendNext() {
        CompletableFuture<T> waiting;
        synchronized (this) {
            waiting = next;
            next = null;
            onItsWay = waiting != null;
        }
        if (waiting != null) {
            send(waiting);
        }
    }
}
