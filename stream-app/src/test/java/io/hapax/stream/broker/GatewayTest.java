package io.hapax.stream.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.Part;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gateways as processes on a real broker, while an instance or the broker goes away. */
class GatewayTest {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayTest.class);

    private static final int CLIENTS = 32;
    private static final int AT_ONCE = 3;

    @Test
    void shouldPostOnceWhatIsSentThriceAtOnceToTwoInstancesOfWhichOneIsKilled() throws Exception {
        payWhileAnInstanceIsKilled(20);
    }

    @Tag("long")
    @Test
    void shouldPostOnceEachOfManyPaymentsSentThriceAtOnceToTwoInstancesOfWhichOneIsKilled() throws Exception {
        payWhileAnInstanceIsKilled(200);
    }

    /** Under this protocol the broker says where tasks are, not the assignor. */
    @Test
    void shouldLookUpAcrossInstancesInAGroupOfTheProtocolStreams() throws Exception {
        int payments = 24;
        try (GatewayInstances instances = new GatewayInstances(2, "streams", Map.of())) {
            for (int i = 0; i < 2; i++) {
                int instance = i;
                BrokerJourney.await(() -> instances.told(instance, "/metrics").contains("hapax_tasks_active 2.0"));
            }
            PayingClient client = instances.client();
            for (int n = 0; n < payments; n++) {
                verifyAnswer(n, client.pay(n, key(n), body(n)));
            }
            lookUpEverywhere(instances, client, payments);
        }
    }

    @Test
    void shouldLoseAndDoubleNothingWhileKafkaIsAway() throws Exception {
        payWhileKafkaIsAway(Duration.ofSeconds(8));
    }

    @Tag("long")
    @Test
    void shouldLoseAndDoubleNothingWhileKafkaIsAwayForLonger() throws Exception {
        payWhileKafkaIsAway(Duration.ofSeconds(20));
    }

    private static void payWhileAnInstanceIsKilled(int paymentsPerClient) throws Exception {
        int payments = CLIENTS * paymentsPerClient;
        try (GatewayInstances instances = new GatewayInstances(2, Map.of());
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
                ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor()) {
            PayingClient client = instances.client();
            AtomicInteger done = new AtomicInteger();
            List<Future<?>> running = new ArrayList<>();
            for (int c = 0; c < CLIENTS; c++) {
                int number = c;
                running.add(clients.submit(() -> {
                    for (int i = 0; i < paymentsPerClient; i++) {
                        payThriceAtOnce(client, requests, number * paymentsPerClient + i);
                        done.incrementAndGet();
                    }
                    return null;
                }));
            }
            BrokerJourney.await(() -> done.get() > payments / 3);
            AppProcess victim = instances.process(1);
            victim.kill();
            LOG.info("killed an instance after {} of {} payments", done, payments);
            victim.start();
            for (Future<?> each : running) {
                each.get();
            }
            assertTrue(client.withoutAnswer() > 0, "no request met the dead instance");
            assertTrue(done.get() == payments, done + " payments");
            verify(instances, payments);
            lookUpEverywhere(instances, client, payments);
            LOG.info(
                    "{} payments, {} requests, {} without answer, {} told to come later",
                    payments,
                    client.requests(),
                    client.withoutAnswer(),
                    client.unavailable());
        }
    }

    private static void payWhileKafkaIsAway(Duration away) throws Exception {
        int clientCount = 16;
        // Clients wait shortly, so that those whose command was taken just before come again while the broker is away.
        Map<String, String> impatient = Map.of("gateway.wait", "1s", "gateway.delivery.timeout", "2s");
        try (GatewayInstances instances =
                        new GatewayInstances(BrokerJourney.onItsOwnBroker(), 1, "classic", impatient);
                ExecutorService clients = Executors.newFixedThreadPool(clientCount)) {
            PayingClient client = instances.client();
            AtomicInteger begun = new AtomicInteger();
            AtomicInteger done = new AtomicInteger();
            AtomicInteger ending = new AtomicInteger();
            List<Future<?>> running = new ArrayList<>();
            for (int c = 0; c < clientCount; c++) {
                running.add(clients.submit(() -> {
                    while (ending.get() == 0) {
                        int n = begun.getAndIncrement();
                        verifyAnswer(n, client.pay(0, key(n), body(n)));
                        done.incrementAndGet();
                    }
                    return null;
                }));
            }
            BrokerJourney.await(() -> done.get() > 5 * clientCount);
            // An orderly stop of the only broker can lose the end of a transaction (KAFKA-20734).
            instances.journey().sandbox().kill(Part.KAFKA);
            int before = done.get();
            LOG.info("killed Kafka after {} payments", before);
            Thread.sleep(away);
            int during = done.get() - before;
            int told = client.unavailable();
            instances.journey().sandbox().startAgain(Part.KAFKA);
            int atReturn = done.get();
            BrokerJourney.await(() -> done.get() > atReturn + 5 * clientCount);
            ending.set(1);
            for (Future<?> each : running) {
                each.get();
            }
            LOG.info(
                    "{} payments before, {} during, {} in all; told to come later {} times",
                    before,
                    during,
                    done,
                    told);
            assertTrue(told >= clientCount, "each client must have been told to come later, and " + told + " were");
            // Those whose settlement was on its way when the broker went.
            assertTrue(during <= clientCount, during + " payments without a broker");
            verify(instances, done.get());
        }
    }

    private static void payThriceAtOnce(PayingClient client, ExecutorService requests, int n) throws Exception {
        List<Callable<HttpResponse<String>>> same = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            int instance = n + i;
            same.add(() -> client.pay(instance, key(n), body(n)));
        }
        Set<String> answers = new HashSet<>();
        int firsts = 0;
        for (Future<HttpResponse<String>> each : requests.invokeAll(same)) {
            HttpResponse<String> answer = each.get();
            verifyAnswer(n, answer);
            answers.add(answer.statusCode()
                    + answer.body()
                    + answer.headers().firstValue("Idempotency-First-Seen")
                    + answer.headers().firstValue("Idempotency-Expires-At"));
            firsts += answer.headers()
                            .firstValue("Idempotent-Replayed")
                            .orElseThrow()
                            .equals("false")
                    ? 1
                    : 0;
        }
        assertEquals(1, answers.size(), () -> "different answers for " + key(n) + ": " + answers);
        assertTrue(firsts <= 1, "several requests were answered as the first");
    }

    /** The ledger of these tests has no funds for odd amounts. */
    private static void verifyAnswer(int n, HttpResponse<String> answer) {
        assertEquals(n % 2 == 0 ? 201 : 402, answer.statusCode(), answer::body);
        assertTrue(
                answer.body()
                        .contains(new PaymentKey("acme", key(n)).paymentId().toString()),
                answer::body);
    }

    private static void verify(GatewayInstances instances, int payments) {
        int commands = TopicReader.readBytes(instances.journey(), Topic.PAYMENT_COMMANDS)
                .size();
        instances.journey().awaitAnswers(commands).verify(commands, payments);
        assertEquals(payments, instances.ledger().payments());
    }

    /** Any instance knows any payment, whoever owns its key. */
    private static void lookUpEverywhere(GatewayInstances instances, PayingClient client, int payments) {
        BrokerJourney.await(() -> {
            for (int n = 0; n < Math.min(payments, 40); n++) {
                for (String url : instances.urls()) {
                    HttpResponse<String> found = client.lookUp(url, key(n)).orElseThrow();
                    if (found.statusCode() == 503) {
                        return false;
                    }
                    assertEquals(200, found.statusCode(), found::body);
                    assertTrue(
                            found.body().contains(n % 2 == 0 ? "\"COMPLETED\"" : "\"INSUFFICIENT_FUNDS\""),
                            found::body);
                }
            }
            return true;
        });
    }

    private static String key(int n) {
        return "order-" + n;
    }

    private static String body(int n) {
        return "{\"debtorAccount\":\"debtor-%d\",\"creditorAccount\":\"creditor-%d\",\"amountMinor\":%d,\"currency\":\"EUR\"}"
                .formatted(n % 101, n % 53, 100 + n);
    }
}
