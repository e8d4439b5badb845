package io.hapax.stream.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.insight.KeyInsight;
import io.hapax.insight.MisuseKind;
import io.hapax.insight.UsageFact.Kind;
import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.Sandbox;
import io.hapax.schemas.IncidentPhase;
import io.hapax.schemas.KeyUsageAlert;
import io.hapax.stream.alerting.InsightApp;
import io.hapax.stream.alerting.SavedClients;
import io.hapax.topics.Topic;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.junit.jupiter.api.Test;

/** The insight app on a real broker, killed at the worst moments. */
class InsightAppTest {
    private static final int PAYMENT = 1;
    private static final String CLIENT = "client-1";
    private static final String GROUP = "hapax-insight";
    private static final int ADMIN_PORT = Sandbox.freePort();

    @Test
    void shouldTellOfAnIncidentOnceThoughTheAppIsKilledBeforeAndAmidIt() throws Exception {
        try (BrokerJourney journey = new BrokerJourney()) {
            journey.startApp("a", "classic");
            try (FakeLedger ledger = new FakeLedger(journey)) {
                AppProcess app = app(journey);
                app.start();
                Instant sentAt = Instant.now();
                send(journey, 1, sentAt);
                journey.awaitAnswers(1);

                send(journey, 12, sentAt);
                awaitReplays(journey, 12);
                app.kill();
                assertEquals(List.of(), alerts(journey));

                app.start();
                send(journey, 20, sentAt);
                awaitReplays(journey, 32);
                assertEquals(1, alerts(journey).size());
                goOnWhenAnotherHasItsTransactions(journey, sentAt);
                goOnWhenTheGroupHasRemovedIt(journey, sentAt);
                assertGoesOnAndCountsOnce(app);
                app.kill();

                send(journey, 30, sentAt);
                app.start();
                awaitReplays(journey, 64);
                OpenTransactions.abort(journey, Topic.PAYMENT_DECISIONS);
                journey.awaitNoLag(GROUP, Topic.PAYMENT_DECISIONS);
                app.stop();

                List<KeyUsageAlert> alerts = alerts(journey);
                assertEquals(1, alerts.size(), alerts.toString());
                KeyUsageAlert alert = alerts.getFirst();
                assertEquals(IncidentPhase.OPENED, alert.getPhase());
                assertEquals(CLIENT, alert.getClientId());
                // Its delays are what the start of the app took.
                assertEquals(MisuseKind.RETRY_LOOP.name(), alert.getKind());
                assertEquals("order-" + PAYMENT, alert.getEvidence().get("idempotencyKey"));
                assertTrue(alert.getReason().startsWith(CLIENT + " asks for a payment that is settled"));
                assertEquals(1, ledger.payments());
                endWhenAFaultOfAnyKindComes(journey);
            }
        }
    }

    /** As when it stood still, was taken for dead, and another instance took over. */
    private static void goOnWhenAnotherHasItsTransactions(BrokerJourney journey, Instant sentAt) throws Exception {
        int before = savedReplays(journey);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", journey.bootstrapServers()))) {
            admin.fenceProducers(List.of(GROUP)).all().get();
        }
        send(journey, 1, sentAt);
        awaitReplays(journey, before + 1);
    }

    /** When it commits it has not heard of it: it asks less often than it commits. */
    private static void goOnWhenTheGroupHasRemovedIt(BrokerJourney journey, Instant sentAt) throws Exception {
        int before = savedReplays(journey);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", journey.bootstrapServers()))) {
            admin.removeMembersFromConsumerGroup(GROUP, new RemoveMembersFromConsumerGroupOptions())
                    .all()
                    .get();
        }
        send(journey, 1, sentAt);
        awaitReplays(journey, before + 1);
    }

    /** What was read twice was counted once: this process has found 20 replays, and one after each fault. */
    private static void assertGoesOnAndCountsOnce(AppProcess app) throws IOException, InterruptedException {
        assertTrue(app.isAlive());
        String log = Files.readString(app.log());
        assertTrue(log.contains("begins anew from the last commit"), log);
        try (HttpClient http = HttpClient.newHttpClient()) {
            String metrics = http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ADMIN_PORT + "/metrics"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            assertTrue(metrics.contains("hapax_key_usage_total{kind=\"REPLAYED\"} 22.0"), metrics);
            assertTrue(metrics.contains("hapax_incidents_opened_total{kind=\"RETRY_LOOP\"} 1.0"), metrics);
        }
    }

    /** One that is none of Kafka's: threads that go on would keep a process alive that watches nobody. */
    private static void endWhenAFaultOfAnyKindComes(BrokerJourney journey) {
        AppProcess app = app(
                journey,
                "insight-breaking",
                Map.of(
                        "deserializer.class", BreaksAtDecisions.class.getName(),
                        "application.id", "hapax-insight-breaking",
                        "admin.port", String.valueOf(Sandbox.freePort())));
        app.start();
        assertEquals(OptionalInt.of(1), app.awaitExit(Duration.ofMinutes(1)));
    }

    private static AppProcess app(BrokerJourney journey) {
        return app(journey, "insight", Map.of());
    }

    private static AppProcess app(BrokerJourney journey, String name, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "kafka.bootstrap.servers",
                journey.bootstrapServers(),
                "kafka.session.timeout.ms",
                "6000",
                "kafka.heartbeat.interval.ms",
                "5000",
                "admin.port",
                String.valueOf(ADMIN_PORT),
                "schema.registry.url",
                Objects.requireNonNull(journey.settings("a", "classic").get("schema.registry.url")),
                "commit.interval",
                "200ms"));
        settings.putAll(more);
        return journey.process(name, InsightApp.class, settings);
    }

    private static void send(BrokerJourney journey, int times, Instant sentAt) {
        for (int i = 0; i < times; i++) {
            journey.sendByMurmur2(BrokerJourney.command(PAYMENT, sentAt));
        }
        journey.flush();
    }

    /** Waits until the saved state has counted that many replays. */
    private static void awaitReplays(BrokerJourney journey, int replays) {
        BrokerJourney.await(() -> savedReplays(journey) >= replays);
        assertEquals(replays, savedReplays(journey));
    }

    private static int savedReplays(BrokerJourney journey) {
        KeyInsight insight = new KeyInsight(100, 1 << 10);
        SavedClients.read(Map.of("bootstrap.servers", journey.bootstrapServers()), insight::restore);
        var usage = insight.usage(CLIENT);
        return usage == null ? 0 : usage.count(Kind.REPLAYED);
    }

    private static List<KeyUsageAlert> alerts(BrokerJourney journey) {
        return TopicReader.read(journey, Topic.KEY_USAGE_ALERTS, KeyUsageAlert.class);
    }
}
