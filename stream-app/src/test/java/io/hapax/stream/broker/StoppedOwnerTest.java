package io.hapax.stream.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An instance stands still for so long that the group takes it for dead. Another instance takes over its payments.
 * Then the first wakes up, with requests that were sent to it while it stood still.
 */
class StoppedOwnerTest {
    private static final Logger LOG = LoggerFactory.getLogger(StoppedOwnerTest.class);

    private static final int LOOK_UPS_AT_ONCE = 48;
    private static final int PAYMENTS = 48;

    /** So many look-ups of each client have found a settled payment when the instance has long noticed. */
    private static final int FOUND_BY_EACH = 16;

    private static final long RETRY_AFTER_NANOS = 5_000_000;

    private static final int STOPPED = 0;
    private static final int OTHER = 1;
    private static final String ALL_TASKS = "hapax_tasks_active " + (double) BrokerJourney.PARTITIONS;

    @Test
    void shouldNotMissPaymentsThatAnotherInstanceHasMadeAndSettledMeanwhile() throws Exception {
        lookUpAtAnInstanceThatWasTakenForDead("classic", Map.of());
    }

    /** The broker decides how long a session of this protocol lasts: 45 s. Static members are fenced in another way. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"streams", "classic with names", "streams with names"})
    void shouldNotMissThemInOtherKindsOfGroups(String kind) throws Exception {
        String protocol = kind.substring(0, 7).strip();
        lookUpAtAnInstanceThatWasTakenForDead(
                protocol, kind.endsWith("names") ? Map.of("kafka.group.instance.id", "name-of-%d") : Map.of());
    }

    private static void lookUpAtAnInstanceThatWasTakenForDead(String protocol, Map<String, String> settings)
            throws Exception {
        Map<String, String> impatient = new HashMap<>(settings);
        // A transaction that it has left open hides the decisions of the other one for so long.
        impatient.put("kafka.producer.transaction.timeout.ms", "5000");
        impatient.put("pending.lease", "2s");
        try (GatewayInstances instances = new GatewayInstances(2, protocol, impatient)) {
            awaitMetric(instances, STOPPED, "hapax_tasks_active 2.0");
            awaitMetric(instances, OTHER, "hapax_tasks_active 2.0");
            PayingClient client = instances.client();
            instances.silenceLedger(true);
            for (int n = 0; n < PAYMENTS; n++) {
                client.submit(instances.urls().get(STOPPED), pending(n), body(n));
            }
            for (int n = 0; n < PAYMENTS; n++) {
                awaitState(instances, pending(n), "\"PENDING\"");
            }
            LOG.info("stops");
            instances.process(STOPPED).pause();
            instances.silenceLedger(false);
            awaitMetric(instances, OTHER, ALL_TASKS);
            LOG.info("is taken for dead");
            payAndSettle(instances);
            LOG.info("all is settled");
            List<String> stale = lookUpsFromTheMomentOfWaking(instances, client);
            LOG.info("has noticed");
            assertEquals(List.of(), stale);
        }
    }

    /** All payments are settled when this returns: new ones, and those that the stopped instance has as pending. */
    private static void payAndSettle(GatewayInstances instances) throws Exception {
        PayingClient client = new PayingClient(List.of(instances.urls().get(OTHER)), instances.apiKey());
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> paying = new ArrayList<>();
            for (int n = 0; n < PAYMENTS; n++) {
                int number = n;
                paying.add(clients.submit(() -> client.pay(0, made(number), body(number))));
            }
            for (Future<?> each : paying) {
                each.get();
            }
        }
        for (int n = 0; n < PAYMENTS; n++) {
            awaitSettled(instances, pending(n));
        }
    }

    /** What was answered and is not so: the other instance settled each of the payments before it was asked for. */
    private static List<String> lookUpsFromTheMomentOfWaking(GatewayInstances instances, PayingClient client)
            throws Exception {
        Queue<String> stale = new ConcurrentLinkedQueue<>();
        CountDownLatch begun = new CountDownLatch(LOOK_UPS_AT_ONCE);
        String url = instances.urls().get(STOPPED);
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> asking = new ArrayList<>();
            for (int c = 0; c < LOOK_UPS_AT_ONCE; c++) {
                int number = c;
                asking.add(clients.submit(() -> {
                    begun.countDown();
                    for (int i = 0, known = 0; known < FOUND_BY_EACH; i++) {
                        int n = (number + i) % PAYMENTS;
                        known += lookUp(client, url, i % 2 == 0 ? made(n) : pending(n), stale) ? 1 : 0;
                    }
                    return null;
                }));
            }
            begun.await();
            instances.process(STOPPED).resume();
            for (Future<?> each : asking) {
                each.get();
            }
        }
        return List.copyOf(stale);
    }

    private static boolean lookUp(PayingClient client, String url, String key, Queue<String> stale) {
        Optional<HttpResponse<String>> found = client.lookUp(url, key);
        if (found.isEmpty()) {
            return false;
        }
        HttpResponse<String> answer = found.get();
        if (answer.statusCode() == 503) {
            // The instance needs the processor, too.
            LockSupport.parkNanos(RETRY_AFTER_NANOS);
            return false;
        }
        if (answer.statusCode() != 200 || answer.body().contains("\"PENDING\"")) {
            stale.add(key + ": " + answer.statusCode() + " " + answer.body());
        }
        return true;
    }

    private static void awaitMetric(GatewayInstances instances, int instance, String line) {
        BrokerJourney.await(() -> instances.told(instance, "/metrics").contains(line));
    }

    private static void awaitState(GatewayInstances instances, String key, String state) {
        BrokerJourney.await(() -> lookedUp(instances, STOPPED, key).contains(state));
    }

    private static void awaitSettled(GatewayInstances instances, String key) {
        BrokerJourney.await(() -> {
            String body = lookedUp(instances, OTHER, key);
            return body.contains("\"COMPLETED\"") || body.contains("\"FAILED\"");
        });
    }

    private static String lookedUp(GatewayInstances instances, int instance, String key) {
        return instances
                .client()
                .lookUp(instances.urls().get(instance), key)
                .map(HttpResponse::body)
                .orElse("");
    }

    private static String made(int n) {
        return "made-" + n;
    }

    private static String pending(int n) {
        return "pending-" + n;
    }

    private static String body(int n) {
        return "{\"debtorAccount\":\"debtor-%d\",\"creditorAccount\":\"creditor\",\"amountMinor\":%d,\"currency\":\"EUR\"}"
                .formatted(n, 100 + n);
    }
}
