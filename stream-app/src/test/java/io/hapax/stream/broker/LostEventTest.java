package io.hapax.stream.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.Verdict;
import io.hapax.topics.Topic;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of events that are lost between app and ledger: they are settled by asking, never by repeating blindly. */
class LostEventTest {
    private static final int PAYMENTS = 50;

    @ParameterizedTest(name = "retry: {0}")
    @ValueSource(booleans = {true, false})
    void shouldPostOnceAPaymentWhosePostTheLedgerNeverSaw(boolean retry) throws Exception {
        try (BrokerJourney journey = new BrokerJourney()) {
            journey.startApp("a", "classic");
            Instant sentAt = Instant.now();
            send(journey, sentAt);
            BrokerJourney.await(() -> journey.evidence().firstPosts().size() == PAYMENTS);
            deleteEvents(journey);
            try (FakeLedger ledger = new FakeLedger(journey)) {
                int commands = settle(journey, sentAt, retry);
                assertEquals(PAYMENTS, ledger.payments());
                List<LedgerEvent> events = journey.evidence().events();
                assertEquals(
                        PAYMENTS,
                        events.stream()
                                .filter(e -> e.getKind() == LedgerEventKind.POST && e.getAttempt() == 2)
                                .map(LedgerEvent::getPaymentId)
                                .distinct()
                                .count());
                verifyAnswers(journey.evidence(), commands);
            }
        }
    }

    @ParameterizedTest(name = "retry: {0}")
    @ValueSource(booleans = {true, false})
    void shouldNotPostAgainAPaymentWhoseOutcomeGotLost(boolean retry) throws Exception {
        Set<Object> lost = ConcurrentHashMap.newKeySet();
        try (BrokerJourney journey = new BrokerJourney();
                // The first outcome of every payment is lost.
                FakeLedger ledger = new FakeLedger(journey, event -> lost.add(event.getPaymentId()))) {
            journey.startApp("a", "classic");
            Instant sentAt = Instant.now();
            send(journey, sentAt);
            int commands = settle(journey, sentAt, retry);
            assertEquals(PAYMENTS, ledger.payments());
            BrokerEvidence evidence = journey.evidence();
            assertEquals(
                    PAYMENTS,
                    evidence.events().stream()
                            .filter(e -> e.getKind() == LedgerEventKind.POST)
                            .count());
            verifyAnswers(evidence, commands);
        }
    }

    private static void send(BrokerJourney journey, Instant sentAt) {
        for (int i = 0; i < PAYMENTS; i++) {
            journey.sendByMurmur2(BrokerJourney.command(i, sentAt));
        }
        journey.flush();
    }

    /** Waits for all settlements, with retries in between or without; returns how many commands were sent in all. */
    private static int settle(BrokerJourney journey, Instant sentAt, boolean retry) {
        int[] commands = {PAYMENTS};
        BrokerJourney.await(() -> {
            if (retry) {
                PaymentCommand again = BrokerJourney.command(commands[0] % PAYMENTS, sentAt);
                journey.sendByMurmur2(again);
                journey.flush();
                commands[0]++;
            }
            return settled(journey.evidence()) == PAYMENTS;
        });
        journey.awaitAnswers(commands[0]);
        return commands[0];
    }

    private static long settled(BrokerEvidence evidence) {
        return evidence.decisions().stream()
                .filter(d -> d.getVerdict() == Verdict.SETTLED)
                .count();
    }

    private static void verifyAnswers(BrokerEvidence evidence, int commands) {
        evidence.verify(commands, evidence.firstPosts().size());
        assertEquals(PAYMENTS, settled(evidence));
    }

    private static void deleteEvents(BrokerJourney journey) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", journey.bootstrapServers()))) {
            Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
            for (int partition = 0; partition < BrokerJourney.PARTITIONS; partition++) {
                latest.put(new TopicPartition(Topic.LEDGER_EVENTS.topicName(), partition), OffsetSpec.latest());
            }
            Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
            admin.listOffsets(latest)
                    .all()
                    .get()
                    .forEach((partition, end) -> all.put(partition, RecordsToDelete.beforeOffset(end.offset())));
            admin.deleteRecords(all).all().get();
        }
    }
}
