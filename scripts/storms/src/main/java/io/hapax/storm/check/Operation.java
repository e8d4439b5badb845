package io.hapax.storm.check;

import io.hapax.storm.history.Answer;
import io.hapax.storm.history.ClientEvent;
import io.hapax.storm.history.ClientEvent.Kind;
import io.hapax.storm.history.ClientEvent.Request;
import io.hapax.storm.history.ClientEvent.Route;
import org.jspecify.annotations.Nullable;

/** An operation of a client, from its request to its answer, if there was one. */
final class Operation {
    /** The end of what never ended, as far as the client knows: it may happen at any later time. */
    static final long NEVER = Long.MAX_VALUE;

    private static final int UNAVAILABLE = 503;

    final long op;
    final Route route;
    final String instance;
    final Request request;
    final long invokedNs;
    final long invokedMs;
    private long endedNs = NEVER;
    private long endedMs = NEVER;
    private long givenUpMs = NEVER;
    private @Nullable Answer answer;
    private @Nullable HttpAnswer http;
    private boolean ended;

    Operation(ClientEvent invoked, Request request) {
        this.op = invoked.op();
        this.route = invoked.path();
        this.instance = invoked.instance();
        this.request = request;
        this.invokedNs = invoked.atNs();
        this.invokedMs = invoked.atMs();
    }

    void end(ClientEvent event) {
        if (ended) {
            throw new BrokenHistoryException("operation " + op + " ended twice");
        }
        ended = true;
        answer = event.answer();
        givenUpMs = event.atMs();
        if (answer != null) {
            endedNs = event.atNs();
            endedMs = event.atMs();
            if (route == Route.HTTP) {
                http = HttpAnswer.of(answer);
            }
        }
    }

    /** When its answer was read; {@link #NEVER} if there was none. */
    long endedNs() {
        return endedNs;
    }

    long endedMs() {
        return endedMs;
    }

    /** When the client got its answer or gave up; {@link #NEVER} if it waits still. */
    long givenUpMs() {
        return givenUpMs;
    }

    @Nullable HttpAnswer http() {
        return http;
    }

    /** Where the broker has put the command; null if it did not say. */
    @Nullable Place acknowledged() {
        return answer == null || answer.partition() == null || answer.offset() == null
                ? null
                : new Place(answer.partition(), answer.offset());
    }

    /**
     * True if a command of it may lie on the topic twice: the broker's acknowledgement did not come in time. Kafka's
     * producer gives up an epoch with the batch that it gave up, and what it has under way then is written anew.
     */
    boolean mayBeWrittenTwice() {
        return route == Route.HTTP ? http == null || http.status() == UNAVAILABLE : acknowledged() == null;
    }

    boolean isLookUp() {
        return request.kind() == Kind.LOOK_UP;
    }

    /** Where in the folder it is. */
    String lookAt() {
        return "clients, op " + op;
    }
}
