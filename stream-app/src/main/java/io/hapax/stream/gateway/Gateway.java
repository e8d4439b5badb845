package io.hapax.stream.gateway;

import io.hapax.operations.Check;
import io.hapax.stream.gateway.credentials.ApiKeyFile;
import io.hapax.stream.gateway.credentials.WatchedApiKeys;
import io.hapax.stream.gateway.journey.PaymentJourney;
import io.hapax.stream.records.PaymentLookup;
import io.hapax.stream.settings.GatewaySettings;
import io.hapax.stream.settings.StreamSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.state.HostInfo;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running gateway. */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    /** Key, credentials and preferences are far below. */
    private static final int MOST_HEADER_BYTES = 8 * 1024;

    /** Requests wait on virtual threads; these only take turns at the sockets. */
    private static final int THREADS = 16;

    /** Idle connections of clients that keep theirs, beside those with a request in flight. */
    private static final int CONNECTIONS_PER_REQUEST = 4;

    private final Server server;
    private final GatewayHandler handler;
    private final PaymentJourney journey;

    private Gateway(Server server, GatewayHandler handler, PaymentJourney journey) {
        this.server = server;
        this.handler = handler;
        this.journey = journey;
    }

    /** Starts on the topology that it serves, if the settings want a gateway. */
    public static Optional<Gateway> start(StreamSettings settings, KafkaStreams streams, MeterRegistry meters) {
        return Optional.ofNullable(settings.gateway()).map(gateway -> start(settings, gateway, streams, meters));
    }

    private static Gateway start(
            StreamSettings settings, GatewaySettings gateway, KafkaStreams streams, MeterRegistry meters) {
        WatchedApiKeys keys = new WatchedApiKeys(new ApiKeyFile(gateway.apiKeys()), System::nanoTime);
        RateLimits limits = new RateLimits(gateway.clientBurst(), gateway.clientRate(), System::nanoTime);
        HostInfo here = new HostInfo(
                gateway.advertisedUrl().getHost(), gateway.advertisedUrl().getPort());
        PaymentStates states = new PaymentStates(
                new PaymentLookup(streams, here, settings.policy()),
                new OtherInstances(gateway.advertisedUrl().getScheme()),
                Clock.systemUTC());
        PaymentJourney journey =
                PaymentJourney.start(settings.kafka(), settings.format(), gateway.deliveryTimeout(), meters);
        GatewayHandler handler = new GatewayHandler(
                new PaymentsApi(new Credentials(keys, limits), journey, states, gateway),
                gateway.requestsInFlight(),
                gateway.bodyTimeout(),
                meters);
        Gateway started = new Gateway(server(gateway, handler), handler, journey);
        started.listen(gateway);
        return started;
    }

    /** Whether it can answer: decisions come in. */
    public Check check() {
        return journey.check();
    }

    /** Sends new requests away and waits for those in flight, at most that long; then stops. */
    public void stop(Duration drainWithin) {
        try {
            if (!handler.drain(drainWithin)) {
                LOG.warn("stopping with {} requests in flight", handler.inFlight());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            // Jetty declares no narrower one.
            LOG.warn("the HTTP server did not stop in order", e);
        }
        journey.close();
    }

    private void listen(GatewaySettings gateway) {
        try {
            server.start();
            LOG.info(
                    "gateway listens on {}:{}, advertised as {}",
                    gateway.host(),
                    gateway.port(),
                    gateway.advertisedUrl());
        } catch (Exception e) {
            // Jetty declares no narrower one.
            close();
            throw new UncheckedIOException(
                    "the gateway cannot listen on " + gateway.host() + ":" + gateway.port(),
                    e instanceof IOException io ? io : new IOException(e));
        }
    }

    private static Server server(GatewaySettings gateway, GatewayHandler handler) {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        threads.setName("gateway");
        threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(MOST_HEADER_BYTES);
        // A key in a path may hold any visible character; it is decoded by us, and names no file.
        http.setUriCompliance(UriCompliance.UNSAFE);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(gateway.host());
        connector.setPort(gateway.port());
        connector.setIdleTimeout(gateway.idleTimeout().toMillis());
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(CONNECTIONS_PER_REQUEST * gateway.requestsInFlight(), server));
        server.setErrorHandler(new JettyErrors());
        server.setHandler(handler);
        return server;
    }
}
