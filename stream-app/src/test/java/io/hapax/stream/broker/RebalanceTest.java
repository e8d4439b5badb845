package io.hapax.stream.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.stream.PaymentStreams;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.apache.kafka.streams.KafkaStreams.State;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Instances come and go while commands flow; partitions and their stores move with them. */
class RebalanceTest {
    private static final double RETRIES = 0.3;

    @ParameterizedTest
    @ValueSource(strings = {"classic", "streams"})
    void shouldPostEachPaymentOnceWhileInstancesComeAndGo(String groupProtocol) {
        run(groupProtocol, 9_000, 6);
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"classic", "streams"})
    void shouldPostEachOfManyPaymentsOnceWhileInstancesComeAndGo(String groupProtocol) {
        run(groupProtocol, 100_000, 40);
    }

    /** Between two comings or goings a share of the commands is sent; there is always one instance at least. */
    private static void run(String groupProtocol, int commands, int changes) {
        Random random = new Random(11);
        int payments = (int) (commands * (1 - RETRIES));
        try (BrokerJourney journey = new BrokerJourney();
                FakeLedger ledger = new FakeLedger(journey)) {
            Deque<PaymentStreams> instances = new ArrayDeque<>();
            instances.add(journey.startApp("0", groupProtocol));
            Instant sentAt = Instant.now();
            for (int i = 0; i < commands; i++) {
                int n = i < payments ? i : random.nextInt(payments);
                if (i % 2 == 0) {
                    journey.sendByMurmur2(BrokerJourney.command(n, sentAt));
                } else {
                    journey.sendAnywhere(BrokerJourney.command(n, sentAt), random);
                }
                if (i % (commands / changes) == commands / changes - 1) {
                    journey.flush();
                    change(journey, instances, groupProtocol, i);
                }
            }
            BrokerEvidence evidence = journey.awaitAnswers(commands);
            evidence.verify(commands, payments);
            assertEquals(payments, ledger.payments());
        }
    }

    private static void change(
            BrokerJourney journey, Deque<PaymentStreams> instances, String groupProtocol, int number) {
        if (instances.size() == 1) {
            PaymentStreams joining = journey.startApp(String.valueOf(number), groupProtocol);
            instances.add(joining);
            BrokerJourney.await(() -> joining.streams().state() == State.RUNNING);
        } else {
            journey.stopApp(instances.remove());
        }
    }
}
