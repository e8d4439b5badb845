package io.hapax.stream.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.Folders;
import io.hapax.stream.records.Damage;
import io.hapax.stream.records.Damage.Way;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Files of an instance are damaged while it is off: it starts nevertheless, remembers each payment, and tells which
 * folders it found damaged. What the store itself makes of each kind of damage is tried beside the store.
 */
class DamagedFolderTest {
    private static final int PAYMENTS = 2_000;
    private static final List<String> KINDS = List.of(".sst", "MANIFEST", "CURRENT", "OPTIONS", "IDENTITY", "LOG");

    private final BrokerJourney journey = new BrokerJourney();
    private final FakeLedger ledger = new FakeLedger(journey);
    private final Instant sentAt = Instant.now();
    private final Random random = new Random(1);
    private int sent;

    private interface Case {
        void to(Path task) throws IOException;
    }

    @Test
    void shouldStartAndRememberEachPaymentWhateverBecameOfTheFoldersOfItsTasks() throws IOException {
        try (journey;
                ledger) {
            AppProcess app = startAndPay();
            app.stop();
            damage(List.of(
                    task -> Damage.file(task, ".sst", Way.CUT, random),
                    task -> Damage.file(task, "MANIFEST", Way.ZEROS, random),
                    task -> Damage.file(task, "CURRENT", Way.MISSING, random),
                    // Of an older Kafka Streams; nobody reads it.
                    task -> Files.writeString(task.resolve(".checkpoint"), "garbage")));
            app.start();
            payAgain();
            assertEquals(3, told(app, "a store is damaged"));
            app.kill();
            damage(List.of(
                    task -> Damage.file(task, ".sst", Way.BIT_FLIPPED, random),
                    task -> Damage.file(task, "MANIFEST", Way.CUT, random),
                    Damage::half,
                    Folders::delete));
            app.start();
            payAgain();
        }
    }

    /**
     * All kinds of damage, after a clean stop and after a kill: {@code mvn verify -pl stream-app -am
     * -Dtest.excludedGroups= -Dtest=DamagedFolderTest -Dsurefire.failIfNoSpecifiedTests=false}.
     */
    @Tag("long")
    @Test
    void shouldStartAndRememberEachPaymentAfterEachKindOfDamage() throws IOException {
        List<Case> cases = new ArrayList<>(List.of(
                Damage::half,
                Damage::empty,
                Folders::delete,
                task -> Folders.delete(task.resolve("rocksdb")),
                task -> Damage.empty(task.resolve("rocksdb").resolve("ended-payments")),
                task -> Damage.half(task.resolve("rocksdb").resolve("pending-payments"))));
        for (String kind : KINDS) {
            for (Way way : Way.values()) {
                cases.add(task -> Damage.file(task, kind, way, random));
            }
        }
        try (journey;
                ledger) {
            AppProcess app = startAndPay();
            for (int i = 0; i < cases.size(); i += BrokerJourney.PARTITIONS) {
                List<Case> some = cases.subList(i, Math.min(cases.size(), i + BrokerJourney.PARTITIONS));
                app.stop();
                damage(some);
                app.start();
                payAgain();
                app.kill();
                damage(some);
                app.start();
                payAgain();
            }
        }
    }

    private AppProcess startAndPay() throws IOException {
        Map<String, String> settings = journey.settings("a", "classic");
        AppProcess app = journey.startProcess("a", settings);
        payAgain();
        return app;
    }

    /** Sends all payments, and waits until each is answered: as a retry, if it was sent before. */
    private void payAgain() {
        for (int n = 0; n < PAYMENTS; n++) {
            journey.sendByMurmur2(BrokerJourney.command(n, sentAt));
        }
        journey.flush();
        sent += PAYMENTS;
        journey.awaitAnswers(sent).verify(sent, PAYMENTS);
        assertEquals(PAYMENTS, ledger.payments());
    }

    /** One kind for each task. A kill may come before there is a file of that kind. */
    private void damage(List<Case> cases) throws IOException {
        List<Path> tasks = new ArrayList<>();
        for (int partition = 0; partition < BrokerJourney.PARTITIONS; partition++) {
            Path task = journey.stateFolder("a").resolve("hapax-stream").resolve("0_" + partition);
            assertTrue(Files.isDirectory(task), task.toString());
            tasks.add(task);
        }
        for (int i = 0; i < cases.size(); i++) {
            cases.get(i).to(tasks.get(i));
        }
    }

    private static long told(AppProcess app, String words) throws IOException {
        return Files.readAllLines(app.log()).stream()
                .filter(line -> line.contains(words))
                .count();
    }
}
