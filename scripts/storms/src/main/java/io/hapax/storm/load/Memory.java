package io.hapax.storm.load;

import io.hapax.storm.history.Answer;
import io.hapax.storm.history.ClientEvent;
import io.hapax.storm.history.ClientEvent.Request;
import io.hapax.storm.history.ClientEvent.Route;
import io.hapax.storm.history.LineWriter;
import io.hapax.storm.history.RunFolder;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The memory of all clients: each operation when it begins and when it ends, written to the run's folder. */
final class Memory implements AutoCloseable {
    private final AtomicLong operations = new AtomicLong();
    private final LineWriter<ClientEvent> events;
    private final Map<String, AtomicLong> counts = new ConcurrentSkipListMap<>();

    Memory(RunFolder folder) {
        this.events = folder.clientEvents("load");
    }

    /** An operation that has begun and ends once. */
    final class Operation {
        private final long op = operations.incrementAndGet();
        private final Step step;
        private final Route route;
        private final String instance;

        private Operation(Step step, Route route, String instance) {
            this.step = step;
            this.route = route;
            this.instance = instance;
        }

        void answered(Answer answer) {
            count(route + " " + step.kind() + " " + (answer.status() == null ? "taken" : answer.status()));
            write(ClientEvent.Type.ANSWER, null, answer, null);
        }

        void unknown(Throwable why) {
            count(route + " " + step.kind() + " unknown");
            write(ClientEvent.Type.UNKNOWN, null, null, String.valueOf(why));
        }

        private void write(
                ClientEvent.Type type, @Nullable Request request, @Nullable Answer answer, @Nullable String error) {
            events.append(new ClientEvent(
                    System.nanoTime(),
                    System.currentTimeMillis(),
                    step.client(),
                    step.key(),
                    op,
                    type,
                    route,
                    instance,
                    request,
                    answer,
                    error));
        }
    }

    /** Before anything is sent. */
    Operation invoke(Step step, Route route, String instance, String bytes) {
        Operation operation = new Operation(step, route, instance);
        operation.write(ClientEvent.Type.INVOKE, step.request(bytes), null, null);
        return operation;
    }

    private void count(String what) {
        counts.computeIfAbsent(what, none -> new AtomicLong()).incrementAndGet();
    }

    /** Numbers of operations by way, kind and answer. */
    Map<String, AtomicLong> counts() {
        return counts;
    }

    @Override
    public void close() {
        events.close();
    }
}
