package io.hapax.app.http;

import java.io.IOException;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A port on which HTTP requests come in. */
public final class HttpListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);

    /** Requests wait on virtual threads; these only take turns at the sockets. */
    private static final int THREADS = 16;

    private final Server server;
    private final ServerConnector connector;

    private HttpListener(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /**
     * Listens.
     *
     * @param name of its threads
     * @param errors answers requests that never reach the handler
     */
    public static HttpListener start(
            String name, String host, int port, CallerLimits limits, Handler handler, Request.Handler errors)
            throws IOException {
        return start(name, host, port, limits, limits.connections(), handler, errors);
    }

    /**
     * Listens.
     *
     * @param acceptQueue connections that may wait to be accepted. Whoever finds no place waits for seconds until TCP
     *     tries again. The kernel has a bound of its own (net.core.somaxconn)
     */
    public static HttpListener start(
            String name,
            String host,
            int port,
            CallerLimits limits,
            int acceptQueue,
            Handler handler,
            Request.Handler errors)
            throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        threads.setName(name);
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
        Server server = new Server(threads);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http()));
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(limits.idleTimeout().toMillis());
        connector.setAcceptQueueSize(acceptQueue);
        OpenConnections connections = new OpenConnections(limits, connector.getScheduler(), handler);
        connector.addEventListener(connections);
        server.addConnector(connector);
        server.setErrorHandler(errors);
        server.setHandler(connections);
        HttpListener started = new HttpListener(server, connector);
        started.listen();
        return started;
    }

    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            // Jetty declares no narrower one.
            LOG.warn("the HTTP server did not stop in order", e);
        }
    }

    private void listen() throws IOException {
        try {
            server.start();
        } catch (Exception e) {
            // Jetty declares no narrower one.
            close();
            throw e instanceof IOException io ? io : new IOException(e);
        }
    }

    private static HttpConfiguration http() {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(CallerLimits.MOST_HEAD_BYTES);
        // A key in a path may hold any visible character; it is decoded by us, and names no file.
        http.setUriCompliance(UriCompliance.UNSAFE);
        return http;
    }
}
