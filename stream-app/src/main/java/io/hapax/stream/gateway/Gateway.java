package io.hapax.stream.gateway;

import io.hapax.app.health.Check;
import io.hapax.app.http.CallerLimits;
import io.hapax.app.http.HttpListener;
import io.hapax.stream.gateway.credentials.ApiKeyFile;
import io.hapax.stream.gateway.credentials.ApiKeys;
import io.hapax.stream.gateway.credentials.WatchedApiKeys;
import io.hapax.stream.gateway.journey.CommandSubmission;
import io.hapax.stream.gateway.journey.GatewayFormat;
import io.hapax.stream.records.PaymentLookup;
import io.hapax.stream.settings.GatewaySettings;
import io.hapax.stream.settings.StreamSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running gateway. */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    /** Idle connections of clients that keep theirs, beside those with a request in flight. */
    private static final int CONNECTIONS_PER_REQUEST = 4;

    private final HttpListener listener;
    private final GatewayHandler handler;
    private final CommandSubmission journey;
    private final WatchedApiKeys keys;

    private Gateway(HttpListener listener, GatewayHandler handler, CommandSubmission journey, WatchedApiKeys keys) {
        this.listener = listener;
        this.handler = handler;
        this.journey = journey;
        this.keys = keys;
    }

    /**
     * Starts, if the settings want a gateway.
     *
     * @param lookups makes the look-up in the stores of this instance, by its name
     */
    public static Optional<Gateway> start(
            StreamSettings settings, Function<HostInfo, PaymentLookup> lookups, MeterRegistry meters) {
        return Optional.ofNullable(settings.gateway()).map(gateway -> start(settings, gateway, lookups, meters));
    }

    private static Gateway start(
            StreamSettings settings,
            GatewaySettings gateway,
            Function<HostInfo, PaymentLookup> lookups,
            MeterRegistry meters) {
        WatchedApiKeys keys = new WatchedApiKeys(new ApiKeyFile(gateway.apiKeys()), System::nanoTime);
        // As Kafka Streams takes it apart, an IPv6 address without its brackets: else an instance would take itself for
        // another.
        HostInfo here = HostInfo.buildFromEndpoint(gateway.hostAndPort());
        PaymentStates states = new PaymentStates(
                lookups.apply(here), new OtherInstances(gateway.advertisedUrl().getScheme()), Clock.systemUTC());
        CommandSubmission journey = CommandSubmission.start(
                settings.kafka(),
                GatewayFormat.learned(settings.format(), settings.switchedOn()),
                gateway.deliveryTimeout(),
                meters);
        GatewayHandler handler = handler(
                gateway, keys, journey::submit, states::find, new GatewayMetrics(meters, settings.metricsClients()));
        try {
            Gateway started = new Gateway(listen(gateway, handler), handler, journey, keys);
            LOG.info(
                    "gateway listens on {}:{}, advertised as {}",
                    gateway.host(),
                    gateway.port(),
                    gateway.advertisedUrl());
            return started;
        } catch (IOException e) {
            journey.close();
            throw new UncheckedIOException("the gateway cannot listen on " + gateway.host() + ":" + gateway.port(), e);
        }
    }

    static GatewayHandler handler(
            GatewaySettings gateway,
            Supplier<ApiKeys> keys,
            PaymentsApi.Payments payments,
            PaymentsApi.LookUps lookUps,
            GatewayMetrics metrics) {
        RateLimits limits = new RateLimits(gateway.clientBurst(), gateway.clientRate(), System::nanoTime);
        RequestsInFlight inFlight = new RequestsInFlight(gateway.requestsInFlight(), gateway.clientRequestsInFlight());
        return new GatewayHandler(
                new PaymentsApi(new Credentials(keys, limits), inFlight, payments, lookUps, gateway),
                inFlight,
                gateway.bodyTimeout(),
                metrics);
    }

    static HttpListener listen(GatewaySettings gateway, GatewayHandler handler) throws IOException {
        return HttpListener.start(
                "gateway",
                gateway.host(),
                gateway.port(),
                new CallerLimits(
                        CONNECTIONS_PER_REQUEST * gateway.requestsInFlight(),
                        gateway.headTimeout(),
                        gateway.idleTimeout()),
                handler,
                new JettyErrors());
    }

    /** The gateway's health checks: decisions are read, and the API keys are known. */
    public List<Check> checks() {
        return List.of(journey.check(), keys.check());
    }

    /** Sends new requests away and waits for those in flight, at most that long; then stops. */
    public void stop(Duration drainWithin) {
        try {
            if (!handler.drain(drainWithin)) {
                LOG.warn("stopping with requests in flight");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    @Override
    public void close() {
        listener.close();
        journey.close();
    }
}
