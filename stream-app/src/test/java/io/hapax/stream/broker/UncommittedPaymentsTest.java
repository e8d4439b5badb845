package io.hapax.stream.broker;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.schemas.LedgerEvent;
import io.hapax.topics.Topic;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A payment whose transaction is open, or was aborted: nobody is told of it, and nothing of it stays. */
class UncommittedPaymentsTest {
    private static final int TRIES = 5;

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

    /** @return false if the look-up found the transaction open, and so did not tell of the payment */
    private static boolean isKnownOnlyOnceCommitted(
            GatewayInstances instances, PayingClient client, String url, int number)
            throws IOException, InterruptedException {
        client.send(url, key(number), body(number));
        BrokerJourney.await(
                () -> instances.told(0, "/metrics").contains("hapax_commands_accepted_total " + (number + 1) + ".0"));
        int status = status(client, url, key(number));
        boolean committed = committedEvents(instances) > number;
        assertTrue(committed || status == 404, "answered " + status + " of what is not committed");
        if (committed) {
            BrokerJourney.await(() -> status(client, url, key(number)) == 200);
        }
        return committed;
    }

    private static int committedEvents(GatewayInstances instances) {
        return TopicReader.read(instances.journey(), Topic.LEDGER_EVENTS, LedgerEvent.class)
                .size();
    }

    /** 0 while nobody answers. */
    private static int status(PayingClient client, String url, String key) {
        try {
            return client.lookUp(url, key).statusCode();
        } catch (IOException nobodyThere) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
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
