package io.hapax.stream.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.sandbox.AppProcess;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A gateway whose reader of decisions has died: its requests wait in vain. */
class DeadFeedTest {
    private static final String BODY =
            "{\"debtorAccount\":\"debtor-1\",\"creditorAccount\":\"creditor-1\",\"amountMinor\":100,\"currency\":\"EUR\"}";

    @Test
    void shouldNotBeReadyAndStopWithinTheBoundThoughARequestWaits() throws Exception {
        Map<String, String> settings = Map.of(
                "deserializer.class", BreaksAtDecisions.class.getName(), "gateway.wait", "20s", "stop.within", "2s");
        try (GatewayInstances instances = new GatewayInstances(1, settings);
                ExecutorService clients = Executors.newSingleThreadExecutor()) {
            BrokerJourney.await(() -> instances.told(0, "/health/ready").startsWith("{\"status\":\"UP\""));
            Future<HttpResponse<String>> waiting = clients.submit(
                    () -> instances.client().send(instances.urls().getFirst(), "order-1", BODY));
            BrokerJourney.await(() -> instances
                    .told(0, "/health/ready")
                    .contains("{\"name\":\"decisions\",\"status\":\"DOWN\",\"detail\":\"nobody reads them"));
            assertFalse(waiting.isDone(), "it was answered, though nobody reads decisions");

            AppProcess app = instances.process(0);
            long told = System.nanoTime();
            app.stop();
            Duration took = Duration.ofNanos(System.nanoTime() - told);
            assertEquals(OptionalInt.of(1), app.awaitExit(Duration.ZERO));
            assertTrue(took.compareTo(Duration.ofSeconds(2)) >= 0, "it did not wait for the request: " + took);
            assertTrue(took.compareTo(Duration.ofSeconds(6)) < 0, "told to stop within 2 s, it took " + took);
            assertTrue(Files.readString(app.log()).contains("not stopped within 2 s"), "it does not say so");
        }
    }
}
