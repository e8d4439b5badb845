package io.hapax.app.http;

import java.io.IOException;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
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
        return start(name, host, port, null, limits, handler, errors);
    }

    /**
     * Listens, under TLS if it is given.
     *
     * @param tls null: plain HTTP
     */
    public static HttpListener start(
            String name,
            String host,
            int port,
            SslContextFactory.@Nullable Server tls,
            CallerLimits limits,
            Handler handler,
            Request.Handler errors)
            throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        threads.setName(name);
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
        Server server = new Server(threads);
        HttpConnectionFactory http = new HttpConnectionFactory(http());
        ServerConnector connector = tls == null
                ? new ServerConnector(server, 1, 1, http)
                : new ServerConnector(server, 1, 1, new SslConnectionFactory(tls, http.getProtocol()), http);
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(limits.idleTimeout().toMillis());
        // All connections may come at once. The kernel has a bound of its own (net.core.somaxconn).
        connector.setAcceptQueueSize(limits.connections());
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
