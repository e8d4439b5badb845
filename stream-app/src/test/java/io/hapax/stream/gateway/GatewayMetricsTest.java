package io.hapax.stream.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GatewayMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void shouldCountClientsBeyondTheBoundTogether() {
        GatewayMetrics metrics = new GatewayMetrics(registry, 2);
        for (String client : new String[] {"a", "b", "c", "a", "d", ClientReply.NOBODY}) {
            metrics.answered(
                    "payment", new ClientReply(Reply.problem(Problem.PAYMENT_NOT_FOUND), client), Duration.ofMillis(1));
        }
        assertEquals(
                new TreeSet<>(List.of("a", "b", "none", "other")),
                registry.find("hapax.gateway.requests").timers().stream()
                        .map(timer -> timer.getId().getTag("client"))
                        .collect(Collectors.toCollection(TreeSet::new)));
        assertEquals(
                2,
                registry.get("hapax.gateway.requests")
                        .tag("client", "other")
                        .timer()
                        .count());
    }

    @Test
    void shouldTellHowManyRequestsAreInFlightAfterAGarbageCollectionToo() {
        GatewayMetrics metrics = new GatewayMetrics(registry, 2);
        int[] requests = {3};
        metrics.inFlight(() -> requests[0]);
        System.gc();
        assertEquals(3, registry.get("hapax.gateway.requests.in.flight").gauge().value());
    }
}
