package io.hapax.stream.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.app.health.AdminServer;
import io.hapax.app.health.AdminSettings;
import io.hapax.app.health.Check;
import io.hapax.app.health.Health;
import io.hapax.app.http.HttpListener;
import io.hapax.stream.gateway.OtherClients.Measured;
import io.hapax.stream.gateway.credentials.ApiKey;
import io.hapax.stream.gateway.credentials.ApiKeys;
import io.hapax.stream.gateway.credentials.Scope;
import io.hapax.stream.gateway.journey.Submission;
import io.hapax.stream.settings.GatewaySettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gateway whose callers want to lock all others out. What lies behind the gateway answers at once here; the same
 * with real processes is HostileClientsTest.
 */
class HostileHttpTest {
    private static final Logger LOG = LoggerFactory.getLogger(HostileHttpTest.class);

    private static final int REQUESTS_IN_FLIGHT = 128;
    private static final int CONNECTIONS = 4 * REQUESTS_IN_FLIGHT;
    private static final Duration HEAD_TIMEOUT = Duration.ofSeconds(1);

    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(2);

    private final ApiKey.Issued victim = issue("victim");
    private final ApiKey.Issued hostile = issue("hostile");
    private final AtomicInteger submitted = new AtomicInteger();
    private final CountDownLatch settled = new CountDownLatch(1);
    private final HttpListener gateway;
    private Measured before = new Measured(new long[] {0}, new long[] {0});

    HostileHttpTest() throws IOException {
        gateway = gateway(REQUESTS_IN_FLIGHT);
    }

    @BeforeEach
    void measureBefore() throws Exception {
        OtherClients lookUps = OtherClients.lookUp(gateway.port(), victim.secret(), "HTTP/1.1 200");
        lookUps.measure(4, 50);
        before = lookUps.measure(4, 50);
    }

    @AfterEach
    void stop() {
        settled.countDown();
        gateway.close();
    }

    @Test
    void shouldAnswerOthersWhileHeadsTrickleOnAllConnections() throws Exception {
        try (HostileConnections heads =
                HostileConnections.trickleHeads(gateway.port(), CONNECTIONS + 100, HEAD_TIMEOUT.dividedBy(4))) {
            verifyThatOthersNoticeNothing("heads that trickle", heads);
            assertTrue(heads.reopened() > 0, "no head was too slow");
        }
    }

    /** Far below the limit of connections: nobody else needs its place. Each byte ends its idleness. */
    @Test
    void shouldCloseAConnectionWhoseHeadIsNotThereInTime() throws Exception {
        try (HostileConnections head = HostileConnections.trickleHeads(gateway.port(), 1, HEAD_TIMEOUT.dividedBy(4))) {
            head.awaitAllOpened();
            long end = System.nanoTime() + HEAD_TIMEOUT.multipliedBy(10).toNanos();
            while (head.reopened() == 0) {
                assertTrue(System.nanoTime() < end, "it still sends its head");
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }
    }

    @Test
    void shouldAnswerOthersWhileBodiesOfOneClientTrickleOnAllConnections() throws Exception {
        try (HostileConnections bodies = HostileConnections.trickleBodies(
                gateway.port(), CONNECTIONS + 100, hostile.secret(), Duration.ofMillis(500))) {
            verifyThatOthersNoticeNothing("bodies that trickle", bodies);
        }
    }

    @Test
    void shouldAnswerOthersWhileAClientSendsHalfBodiesOnAllConnections() throws Exception {
        try (HostileConnections bodies = HostileConnections.halfBodies(gateway.port(), 1_100, hostile.secret())) {
            verifyThatOthersNoticeNothing("half bodies", bodies);
        }
    }

    @Test
    void shouldAnswerOthersWhileAClientWaitsInItsWholeShareOfThePlaces() throws Exception {
        OtherClients waiting = new OtherClients(gateway.port(), payment(hostile), "HTTP/1.1 202");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Measured> all = threads.submit(() -> waiting.measure(REQUESTS_IN_FLIGHT / 2, 1));
            awaitSubmitted(REQUESTS_IN_FLIGHT / 2);
            new OtherClients(gateway.port(), payment(hostile), "HTTP/1.1 429").measure(2, 2);
            measureOthers();
            settled.countDown();
            assertEquals(REQUESTS_IN_FLIGHT / 2, all.get().nanos().length);
        }
    }

    /** A client that waits for its settlement keeps its connection, however many come. */
    @Test
    void shouldKeepTheConnectionOfARequestThatWaitsWhileOthersAreClosed() throws Exception {
        OtherClients waiting = new OtherClients(gateway.port(), payment(victim), "HTTP/1.1 202");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Measured> answered = threads.submit(() -> waiting.measure(4, 1));
            try (HostileConnections heads =
                    HostileConnections.trickleHeads(gateway.port(), 2 * CONNECTIONS, Duration.ofSeconds(2))) {
                heads.awaitAllOpened();
                measureOthers();
                settled.countDown();
                assertEquals(4, answered.get().nanos().length);
            }
        }
    }

    /** Just as long: the answer must not meet the end of the connection. */
    @Test
    void shouldNotTakeARequestForIdleThatWaitsAsLongAsTheIdleTimeout() throws Exception {
        String patient = payment(victim).replace("Host: x", "Host: x\r\nPrefer: wait=" + IDLE_TIMEOUT.toSeconds());
        Measured waited = new OtherClients(gateway.port(), patient, "HTTP/1.1 202").measure(REQUESTS_IN_FLIGHT / 2, 2);
        assertEquals(REQUESTS_IN_FLIGHT, waited.nanos().length);
    }

    @Test
    void shouldAnswer800ClientsThatConnectAtOnce() throws Exception {
        try (HttpListener large = gateway(1024)) {
            OtherClients lookUps = OtherClients.lookUp(large.port(), victim.secret(), "HTTP/1.1 200");
            lookUps.measure(8, 25);
            Measured storm = lookUps.measure(800, 1);
            LOG.info("800 at once: slowest {}, connected after {}", storm.slowest(), storm.p95Connect());
            assertTrue(
                    storm.p95Connect().compareTo(Duration.ofMillis(900)) < 0,
                    "a client had to knock again, and was let in after " + storm.p95Connect());
        }
    }

    @Test
    void shouldAnswerProbesWhile40RequestsToTheAdminPortAreHalfSent() throws Exception {
        Health well = new Health() {
            @Override
            public List<Check> liveness() {
                return List.of();
            }

            @Override
            public List<Check> readiness() {
                return List.of();
            }
        };
        AdminSettings settings = new AdminSettings("127.0.0.1", OptionalInt.of(0), Duration.ofSeconds(1));
        try (AdminServer admin = AdminServer.start(settings, well, () -> "");
                HostileConnections heads = HostileConnections.trickleHeads(admin.port(), 40, Duration.ofSeconds(1))) {
            heads.awaitAllOpened();
            Measured probes = OtherClients.probe(admin.port()).measure(2, 20);
            assertTrue(probes.slowest().compareTo(Duration.ofSeconds(1)) < 0, "a probe took " + probes.slowest());
        }
    }

    private void verifyThatOthersNoticeNothing(String what, HostileConnections hostile) throws Exception {
        hostile.awaitAllOpened();
        Measured during = measureOthers();
        LOG.info("{}: others' p99 {}, slowest {}", what, during.p99(), during.slowest());
        assertTrue(during.isHarmlessAfter(before), what + " bring others from " + before.p99() + " to " + during.p99());
    }

    /** Long enough for each hostile connection to be closed and to come again. */
    private Measured measureOthers() throws Exception {
        OtherClients lookUps = OtherClients.lookUp(gateway.port(), victim.secret(), "HTTP/1.1 200");
        long end = System.nanoTime() + 2 * HEAD_TIMEOUT.toNanos();
        Measured worst = lookUps.measure(4, 50);
        while (System.nanoTime() < end) {
            Measured next = lookUps.measure(4, 50);
            worst = next.p99().compareTo(worst.p99()) > 0 ? next : worst;
        }
        return worst;
    }

    private void awaitSubmitted(int payments) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (submitted.get() < payments) {
            assertTrue(System.nanoTime() < end, "only " + submitted + " payments have come");
            Thread.onSpinWait();
        }
    }

    private HttpListener gateway(int requestsInFlight) throws IOException {
        GatewaySettings settings = new GatewaySettings(
                "127.0.0.1",
                0,
                URI.create("http://127.0.0.1:1"),
                Path.of("unused"),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                HEAD_TIMEOUT,
                Duration.ofSeconds(2),
                IDLE_TIMEOUT,
                requestsInFlight,
                requestsInFlight / 2,
                1_000_000,
                1_000_000);
        ApiKeys keys = new ApiKeys(List.of(victim.key(), hostile.key()));
        return Gateway.listen(
                settings,
                Gateway.handler(
                        settings,
                        () -> keys,
                        (key, command, atMost) -> {
                            submitted.incrementAndGet();
                            settled.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
                            return new Submission.Undecided();
                        },
                        (call, kind, key) -> Reply.payment(200, "completed", Map.of()),
                        new GatewayMetrics(new SimpleMeterRegistry(), 100)));
    }

    private static String payment(ApiKey.Issued client) {
        String body =
                "{\"debtorAccount\":\"alice\",\"creditorAccount\":\"bob\",\"amountMinor\":1250,\"currency\":\"EUR\"}";
        return "POST /v1/payments HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
                + "Idempotency-Key: order-1\r\nAuthorization: Bearer " + client.secret() + "\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    private static ApiKey.Issued issue(String client) {
        return ApiKey.issue(client, EnumSet.allOf(Scope.class), Instant.EPOCH, new SecureRandom());
    }
}
