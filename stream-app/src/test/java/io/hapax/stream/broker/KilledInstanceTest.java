package io.hapax.stream.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.sandbox.AppProcess;
import io.hapax.schemas.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An instance is killed when much of its memory is on disk, and goes on with the same folder. */
class KilledInstanceTest {
    private static final Logger LOG = LoggerFactory.getLogger(KilledInstanceTest.class);
    private static final int PAYMENTS = 60_000;

    @Test
    void shouldRestoreWhatItRememberedAndGoOn() throws IOException {
        try (BrokerJourney journey = new BrokerJourney();
                FakeLedger ledger = new FakeLedger(journey)) {
            Map<String, String> settings = journey.settings("a", "classic");
            // So little memory that RocksDB writes to disk in this run.
            settings.put("store.memory.mb", "32");
            AppProcess app = journey.startProcess("a", settings);
            Instant sentAt = Instant.now();
            send(journey, 0, PAYMENTS, sentAt);
            BrokerJourney.await(() -> isFlushed(journey.stateFolder("a")) && answered(journey) > PAYMENTS / 2);
            send(journey, PAYMENTS, PAYMENTS + 1_000, sentAt);
            app.kill();
            app.start();
            journey.awaitAnswers(PAYMENTS + 1_000);

            // The whole run once more: every command is a retry of something that was settled before the crash.
            send(journey, 0, PAYMENTS + 1_000, sentAt);
            BrokerEvidence evidence = journey.awaitAnswers(2 * (PAYMENTS + 1_000));
            evidence.verify(2 * (PAYMENTS + 1_000), PAYMENTS + 1_000);
            assertEquals(PAYMENTS + 1_000, ledger.payments());
            assertEquals(
                    PAYMENTS + 1_000,
                    evidence.decisions().stream()
                            .filter(decision -> decision.getVerdict() == Verdict.REPLAYED)
                            .count());
            List<String> restored = Files.readAllLines(app.log()).stream()
                    .filter(line -> line.contains("restored store=ended-payments"))
                    .toList();
            assertTrue(!restored.isEmpty(), "nothing was restored");
            restored.forEach(LOG::info);
        }
    }

    private static void send(BrokerJourney journey, int from, int to, Instant sentAt) {
        for (int n = from; n < to; n++) {
            journey.sendByMurmur2(BrokerJourney.command(n, sentAt));
        }
        journey.flush();
    }

    private static long answered(BrokerJourney journey) {
        return journey.evidence().answeredCommands();
    }

    private static boolean isFlushed(Path folder) {
        try (Stream<Path> files = Files.exists(folder) ? Files.walk(folder) : Stream.of()) {
            return files.anyMatch(file -> file.toString().endsWith(".sst"));
        } catch (IOException | UncheckedIOException e) {
            // A file went while we looked.
            return false;
        }
    }
}
