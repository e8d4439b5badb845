package io.hapax.app.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * All open connections of a listener. It ends those whose request does not come to its point.
 *
 * <p>A head that trickles is never idle, so the whole head has a deadline. Above the limit of connections, the one
 * that has waited longest gives way to the newest, so those who hold connections without using them lock nobody out.
 * A connection whose request is being answered never gives way.
 */
final class OpenConnections extends Handler.Wrapper implements Connection.Listener {
    /** A deadline is missed by at most this part of it. */
    private static final int LOOKS_PER_TIMEOUT = 10;

    private final int most;
    private final Duration headTimeout;
    private final Scheduler scheduler;

    /** Connections without a request, the one that has waited longest first. */
    private final Map<Connection, Waiting> waiting = new LinkedHashMap<>();

    private int open;
    private Scheduler.@Nullable Task nextLook;

    /**
     * A connection that waits for a request.
     *
     * @param bytesIn what had come in before
     * @param headSinceNanos when a part of the next head was first seen; null: there is none yet
     */
    private record Waiting(long bytesIn, @Nullable Long headSinceNanos) {}

    OpenConnections(CallerLimits limits, Scheduler scheduler, Handler handler) {
        super(handler);
        this.most = limits.connections();
        this.headTimeout = limits.headTimeout();
        this.scheduler = scheduler;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        lookLater();
    }

    @Override
    protected void doStop() throws Exception {
        synchronized (this) {
            if (nextLook != null) {
                nextLook.cancel();
            }
        }
        super.doStop();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Connection connection = request.getConnectionMetaData().getConnection();
        long number = begin(connection);
        Request.addCompletionListener(request, failure -> end(connection, number));
        return super.handle(request, response, callback);
    }

    @Override
    public void onOpened(Connection connection) {
        Connection gone;
        synchronized (this) {
            open++;
            waiting.put(connection, new Waiting(0, null));
            gone = open > most ? waiting.keySet().iterator().next() : null;
            waiting.remove(gone);
        }
        if (gone != null) {
            gone.getEndPoint().close();
        }
    }

    @Override
    public synchronized void onClosed(Connection connection) {
        open--;
        waiting.remove(connection);
    }

    private synchronized long begin(Connection connection) {
        waiting.remove(connection);
        return connection.getMessagesIn();
    }

    /** The next request of a connection may begin before the end of the last one is told. */
    private synchronized void end(Connection connection, long number) {
        if (connection.getEndPoint().isOpen() && connection.getMessagesIn() == number) {
            waiting.put(connection, new Waiting(connection.getBytesIn(), null));
        }
    }

    private void look() {
        late().forEach(connection -> connection.getEndPoint().close());
        lookLater();
    }

    private synchronized void lookLater() {
        if (isStarting() || isRunning()) {
            nextLook = scheduler.schedule(
                    this::look, Math.max(1, headTimeout.toMillis() / LOOKS_PER_TIMEOUT), TimeUnit.MILLISECONDS);
        }
    }

    private synchronized List<Connection> late() {
        long now = System.nanoTime();
        List<Connection> late = new ArrayList<>();
        waiting.replaceAll((connection, known) -> {
            if (known.headSinceNanos() == null) {
                return connection.getBytesIn() == known.bytesIn() ? known : new Waiting(known.bytesIn(), now);
            }
            if (now - known.headSinceNanos() >= headTimeout.toNanos()) {
                late.add(connection);
            }
            return known;
        });
        return late;
    }
}
