package io.hapax.stream.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.schemas.PaymentCommand;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Producers that do not agree on a partitioner. */
class RerouteTest {
    private static final int KEYS = 5_000;
    private static final int SENDS_PER_KEY = 4;

    @ParameterizedTest
    @ValueSource(strings = {"classic", "streams"})
    void shouldPostEachPaymentOnceThoughItsCommandsLieOnSeveralPartitions(String groupProtocol) {
        Random random = new Random(7);
        try (BrokerJourney journey = new BrokerJourney()) {
            journey.startApp("a", groupProtocol);
            try (FakeLedger ledger = new FakeLedger(journey)) {
                Instant sentAt = Instant.now();
                for (int i = 0; i < KEYS * SENDS_PER_KEY; i++) {
                    PaymentCommand command = BrokerJourney.command(random.nextInt(KEYS), sentAt);
                    if (i < KEYS) {
                        command = BrokerJourney.command(i, sentAt);
                    }
                    if (i % 2 == 0) {
                        journey.sendByMurmur2(command);
                    } else {
                        journey.sendAnywhere(command, random);
                    }
                }
                journey.flush();
                Evidence evidence = journey.awaitAnswers(KEYS * SENDS_PER_KEY);
                evidence.verify(KEYS * SENDS_PER_KEY, KEYS);
                assertEquals(KEYS, ledger.payments());
                double rerouted = journey.count("hapax.commands.rerouted");
                // Half of the commands go anywhere, and three in four of those to a partition that is not theirs.
                double expected = KEYS * SENDS_PER_KEY / 2 * 0.75;
                assertTrue(Math.abs(rerouted - expected) < expected * 0.1, rerouted + " rerouted");
            }
        }
    }
}
