package io.hapax.stream.broker;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.stream.gateway.HostileConnections;
import io.hapax.stream.gateway.OtherClients;
import io.hapax.stream.gateway.OtherClients.Measured;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real gateway with its default limits, and callers that want to lock all others out; its short form is
 * HostileHttpTest.
 */
@Tag("long")
class HostileClientsTest {
    private static final Logger LOG = LoggerFactory.getLogger(HostileClientsTest.class);
    private static final int CONNECTIONS = 4_096;

    /** Longer than a byte of the slowest takes. */
    private static final Duration MEASURED = Duration.ofSeconds(30);

    private static GatewayInstances instances;
    private static int gateway;
    private static int admin;
    private static Measured before;

    @BeforeAll
    static void start() throws Exception {
        instances = new GatewayInstances(1, Map.of());
        gateway = instances.gatewayPort(0);
        admin = instances.adminPort(0);
        BrokerJourney.await(() -> instances.told(0, "/health/ready").contains("\"status\":\"UP\",\"checks\""));
        lookUps().measure(8, 200);
        before = measureOthers();
        LOG.info("before: p99 {}, slowest {}", before.p99(), before.slowest());
    }

    @AfterAll
    static void stop() {
        instances.close();
    }

    @Test
    void shouldAnswerOthersWhile4096ConnectionsSendAByteEvery20Seconds() throws Exception {
        try (HostileConnections heads = HostileConnections.trickleHeads(gateway, CONNECTIONS, Duration.ofSeconds(20))) {
            verifyThatOthersWait(2, "4,096 heads, a byte every 20 s", heads);
        }
    }

    /**
     * More than the listener holds: 4,000 connections a second are closed and opened again, on the processors of the
     * gateway.
     */
    @Test
    void shouldAnswerOthersWhile6000ConnectionsSendAByteEverySecond() throws Exception {
        try (HostileConnections heads = HostileConnections.trickleHeads(gateway, 6_000, Duration.ofSeconds(1))) {
            verifyThatOthersWait(5, "6,000 heads, a byte every second", heads);
        }
    }

    @Test
    void shouldAnswerOthersWhile1100BodiesOfOneClientAreHalfSent() throws Exception {
        try (HostileConnections bodies = HostileConnections.halfBodies(gateway, 1_100, instances.otherApiKey())) {
            verifyThatOthersWait(2, "1,100 half bodies", bodies);
        }
    }

    @Test
    void shouldAnswerOthersWhileAllBodiesOfOneClientTrickle() throws Exception {
        try (HostileConnections bodies = HostileConnections.trickleBodies(
                gateway, CONNECTIONS, instances.otherApiKey(), Duration.ofSeconds(1))) {
            verifyThatOthersWait(2, "4,096 bodies, a byte every second", bodies);
        }
    }

    @Test
    void shouldAnswer800ClientsThatConnectAtOnce() throws Exception {
        Measured storm = lookUps().measure(800, 1);
        LOG.info("800 at once: slowest {}, connected after {}", storm.slowest(), storm.p95Connect());
        assertTrue(storm.p95Connect().compareTo(Duration.ofMillis(900)) < 0, "slowest " + storm.p95Connect());
    }

    @Test
    void shouldAnswerProbesWhile40RequestsToTheAdminPortAreHalfSent() throws Exception {
        try (HostileConnections heads = HostileConnections.trickleHeads(admin, 40, Duration.ofSeconds(4))) {
            heads.awaitAllOpened();
            Measured probes = probes().measure(2, 100);
            LOG.info("probes while 40 are half sent: p99 {}, slowest {}", probes.p99(), probes.slowest());
            assertTrue(probes.slowest().compareTo(Duration.ofSeconds(1)) < 0, "slowest " + probes.slowest());
        }
    }

    private static void verifyThatOthersWait(int times, String what, HostileConnections hostile) throws Exception {
        hostile.awaitAllOpened();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Measured> others = threads.submit(HostileClientsTest::measureOthers);
            Measured probes = probes().measure(1, MEASURED, Duration.ofSeconds(1));
            Measured during = others.get();
            LOG.info(
                    "{}: others' p99 {} (before {}), slowest {}; slowest probe {}; closed and opened again {}",
                    what,
                    during.p99(),
                    before.p99(),
                    during.slowest(),
                    probes.slowest(),
                    hostile.reopened());
            assertTrue(
                    during.p99().compareTo(before.p99().multipliedBy(times)) <= 0,
                    what + " bring others from " + before.p99() + " to " + during.p99());
            assertTrue(probes.slowest().compareTo(Duration.ofSeconds(1)) < 0, "a probe took " + probes.slowest());
        }
    }

    /** Eight clients, about 150 requests a second in all. */
    private static Measured measureOthers() throws Exception {
        return lookUps().measure(8, MEASURED, Duration.ofMillis(50));
    }

    /** A key that nobody used: the whole way of a look-up, with the same answer each time. */
    private static OtherClients lookUps() {
        return OtherClients.lookUp(gateway, instances.apiKey(), "HTTP/1.1 404");
    }

    private static OtherClients probes() {
        return OtherClients.probe(admin);
    }
}
