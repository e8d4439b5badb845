package io.hapax.stream.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.schemas.LedgerEvent;
import io.hapax.stream.PaymentStreams;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.records.IdempotencyStores;
import io.hapax.topics.Topic;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.junit.jupiter.api.Test;

/** A payment whose transaction is open, or was aborted: nobody is told of it, and nothing of it stays. */
class CommittedPaymentsTest {
    private static final int TRIES = 5;
    private static final int AT_ONCE = 400;

    @Test
    void shouldTellNobodyOfAPaymentBeforeItsTransactionIsCommitted() throws Exception {
        // So long that a look-up finds the transaction open; so impatient that the client asks meanwhile.
        Map<String, String> slow = Map.of("commit.interval", "10s", "gateway.wait", "100ms");
        try (GatewayInstances instances = new GatewayInstances(1, slow)) {
            BrokerJourney.await(() -> instances.told(0, "/metrics").contains("hapax_tasks_active 4.0"));
            PayingClient client = instances.client();
            String url = instances.urls().getFirst();
            int open = 0;
            while (isKnownOnlyOnceCommitted(instances, client, url, open)) {
                // It was committed before we asked.
                open++;
                assertTrue(open < TRIES, "no transaction was found open");
            }
            instances.process(0).kill();
            instances.process(0).start();
            String key = key(open);
            BrokerJourney.await(() -> status(client, url, key) == 200);
            assertTrue(committedEvents(instances) > open, "known, and no event of it is committed");
            int payments = open + 1;
            BrokerJourney.await(() -> instances.ledger().payments() == payments);
            instances.journey().awaitAnswers(payments).verify(payments, payments);
        }
    }

    /** At a stop, Kafka Streams 4.4 tells the stores to commit even if the transaction could not be committed. */
    @Test
    void shouldForgetWhatAnInstanceCouldNotCommitWhenItStopped() throws Exception {
        try (BrokerJourney journey = new BrokerJourney();
                FakeLedger ledger = new FakeLedger(journey);
                Admin admin = Admin.create(Map.of("bootstrap.servers", journey.bootstrapServers()))) {
            Map<String, String> settings = journey.settings("a", "classic");
            settings.put("commit.interval", "10s");
            PaymentStreams app = journey.startApp(settings);
            BrokerJourney.await(() -> app.streams().state() == State.RUNNING);
            Instant sentAt = Instant.now();
            int payments = 0;
            do {
                assertTrue(payments < TRIES * AT_ONCE, "no transaction was found open");
                send(journey, payments, sentAt);
                payments += AT_ONCE;
                // None is open if they were committed before we looked.
            } while (!fenceAll(admin));
            journey.stopApp(app);
            int committed = journey.evidence().events().size();
            assertTrue(committed < payments, "the last transaction was committed");

            PaymentStreams again = journey.startApp(settings);
            BrokerJourney.await(() -> again.streams().state() == State.RUNNING);
            int known = known(again);
            assertTrue(known <= committed, known + " are known, and " + committed + " are committed");
            journey.awaitAnswers(payments).verify(payments, payments);
            assertEquals(payments, ledger.payments());
        }
    }

    /** Sends the next payments; returns when the app has accepted all so far. */
    private static void send(BrokerJourney journey, int sent, Instant sentAt) throws Exception {
        for (int n = sent; n < sent + AT_ONCE; n++) {
            journey.sendByMurmur2(BrokerJourney.command(n, sentAt));
        }
        journey.flush();
        BrokerJourney.await(() -> journey.count("hapax.commands.accepted") == sent + AT_ONCE);
    }

    /**
     * As if another instance had taken its place.
     *
     * @return false if no transaction is open
     */
    private static boolean fenceAll(Admin admin) throws ExecutionException, InterruptedException {
        List<String> open = OpenTransactions.on(admin);
        admin.fenceProducers(open).all().get();
        return !open.isEmpty();
    }

    /** Payments that the instance tells of, and that are not settled. */
    private static int known(PaymentStreams app) {
        ReadOnlyKeyValueStore<UUID, IdempotencyRecord> pending = app.streams()
                .store(StoreQueryParameters.fromNameAndType(
                        IdempotencyStores.PENDING, QueryableStoreTypes.<UUID, IdempotencyRecord>keyValueStore()));
        int known = 0;
        try (KeyValueIterator<UUID, IdempotencyRecord> all = pending.all()) {
            while (all.hasNext()) {
                all.next();
                known++;
            }
        }
        return known;
    }

    /** @return false if the look-up found the transaction open, and so did not tell of the payment */
    private static boolean isKnownOnlyOnceCommitted(
            GatewayInstances instances, PayingClient client, String url, int number)
            throws IOException, InterruptedException {
        client.send(url, key(number), body(number));
        BrokerJourney.await(
                () -> instances.told(0, "/metrics").contains("hapax_commands_accepted_total " + (number + 1) + ".0"));
        String key = key(number);
        int status = status(client, url, key);
        if (status == 404) {
            return false;
        }
        assertTrue(committedEvents(instances) > number, "answered " + status + " of what is not committed");
        BrokerJourney.await(() -> status(client, url, key) == 200);
        return true;
    }

    private static int committedEvents(GatewayInstances instances) {
        return TopicReader.read(instances.journey(), Topic.LEDGER_EVENTS, LedgerEvent.class)
                .size();
    }

    /** 0 while nobody answers. */
    private static int status(PayingClient client, String url, String key) {
        return client.lookUp(url, key).map(HttpResponse::statusCode).orElse(0);
    }

    private static String key(int number) {
        return "uncommitted-" + number;
    }

    private static String body(int number) {
        return """
                {"debtorAccount": "alice", "creditorAccount": "bob", "amountMinor": %d, "currency": "EUR"}
                """.formatted(100 + 2 * number);
    }
}
