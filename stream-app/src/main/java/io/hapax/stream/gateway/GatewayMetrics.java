package io.hapax.stream.gateway;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.IntSupplier;

/** What the gateway tells of itself: kinds of answers, clients and times, never a key or a payload. */
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

    private final MeterRegistry meters;

    GatewayMetrics(MeterRegistry meters, IntSupplier inFlight) {
        this.meters = meters;
        Gauge.builder("hapax.gateway.requests.in.flight", inFlight, IntSupplier::getAsInt)
                .description("Requests being dealt with")
                .register(meters);
    }

    /** @param route method and path without a key */
    void answered(String route, Answered answered, Duration took) {
        Timer.builder("hapax.gateway.requests")
                .description("From the arrival of a request to its answer")
                .tag("route", route)
                .tag("client", answered.client())
                .tag("answer", answered.reply().kind())
                .tag("status", String.valueOf(answered.reply().status()))
                .tag("replayed", answered.reply().headers().getOrDefault(Reply.REPLAYED, "false"))
                .serviceLevelObjectives(BOUNDS)
                .register(meters)
                .record(took);
    }
}
