package io.hapax.stream.gateway;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The metrics of the gateway: kinds of answers, clients and times, never a key or a payload. */
final class GatewayMetrics {
    private static final Duration[] BOUNDS = {
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(200),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };

    /** The label of all clients beyond the bound. */
    private static final String OTHER = "other";

    private final MeterRegistry meters;
    private final int mostClients;
    private final Set<String> clients = ConcurrentHashMap.newKeySet();

    /** @param mostClients clients that are counted by name at most: each costs memory here and in Prometheus */
    GatewayMetrics(MeterRegistry meters, int mostClients) {
        this.meters = meters;
        this.mostClients = mostClients;
    }

    /** @param inFlight asked whenever somebody looks, and held for it */
    void inFlight(Supplier<Number> inFlight) {
        Gauge.builder("hapax.gateway.requests.in.flight", inFlight)
                .description("Requests being dealt with")
                .register(meters);
    }

    /** @param route method and path without a key */
    void answered(String route, ClientReply answered, Duration took) {
        Timer.builder("hapax.gateway.requests")
                .description("From the arrival of a request to its answer")
                .tag("route", route)
                .tag("client", named(answered.client()))
                .tag("answer", answered.reply().kind())
                .tag("status", String.valueOf(answered.reply().status()))
                .tag("replayed", answered.reply().headers().getOrDefault(Reply.REPLAYED, "false"))
                .serviceLevelObjectives(BOUNDS)
                .register(meters)
                .record(took);
    }

    private String named(String client) {
        if (client.equals(ClientReply.NOBODY) || clients.contains(client)) {
            return client;
        }
        synchronized (clients) {
            if (clients.size() < mostClients) {
                clients.add(client);
            }
            return clients.contains(client) ? client : OTHER;
        }
    }
}
