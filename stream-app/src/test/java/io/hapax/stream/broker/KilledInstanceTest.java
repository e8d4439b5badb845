package io.hapax.stream.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.sandbox.AppProcess;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.Verdict;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An instance is killed when much of its memory is on disk, and goes on with the same folder. */
class KilledInstanceTest {
    private static final Logger LOG = LoggerFactory.getLogger(KilledInstanceTest.class);

    private static final int PAYMENTS = 40_000;

    /** The time that a transaction may stay open, that until a broker looks next, and what a busy machine takes. */
    private static final Duration ENDED_WITHIN = Duration.ofSeconds(15 + 10 + 15);

    /** Payments that a store gives to RocksDB at once: with its first file so many are on disk. */
    private static final int WRITTEN_TOGETHER = 16_384;

    private static final Pattern RESTORED = Pattern.compile("restored store=ended-payments partition=0 records=(\\d+)");

    /** All in one partition, which so has much on disk soon. */
    @Test
    void shouldRestoreAFewSecondsAndRememberEachPayment() throws IOException {
        try (BrokerJourney journey = new BrokerJourney();
                FakeLedger ledger = new FakeLedger(journey)) {
            Map<String, String> settings = journey.settings("a", "classic");
            // So little memory that RocksDB writes to disk in this run.
            settings.put("store.memory.mb", "32");
            AppProcess app = journey.startProcess("a", settings);
            Instant sentAt = Instant.now();
            List<Integer> payments = IntStream.iterate(0, n -> n + 1)
                    .filter(n -> Partitions.of(keyOf(n), BrokerJourney.PARTITIONS) == 0)
                    .limit(PAYMENTS + 1_000)
                    .boxed()
                    .toList();
            send(journey, payments.subList(0, PAYMENTS), sentAt);
            BrokerJourney.await(() -> isFlushed(journey.stateFolder("a")) && isAnswered(journey, PAYMENTS / 10 * 9));
            send(journey, payments.subList(PAYMENTS, payments.size()), sentAt);
            app.kill();
            app.start();
            journey.awaitAnswers(payments.size());
            int restored = restored(app);
            assertTrue(restored <= payments.size() - WRITTEN_TOGETHER, restored + " records were restored");

            // The whole run once more: every command is a retry of something that was settled before the crash.
            send(journey, payments, sentAt);
            assertAllReplayed(journey, ledger, payments.size(), 2 * payments.size());

            app.kill();
            forgetAll(journey, "hapax-stream-ended-payments-changelog");
            app.start();
            journey.sendByMurmur2(BrokerJourney.command(payments.getLast() + 4, sentAt));
            journey.awaitAnswers(2 * payments.size() + 1);
        }
    }

    /** The instance was off for so long that the changelog goes on behind the offset that its folder tells. */
    private static void forgetAll(BrokerJourney journey, String changelog) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", journey.bootstrapServers()))) {
            Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
            for (int partition = 0; partition < BrokerJourney.PARTITIONS; partition++) {
                all.put(new TopicPartition(changelog, partition), RecordsToDelete.beforeOffset(-1));
            }
            admin.deleteRecords(all).all().get();
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /**
     * Tasks go to a standby, and come back to a folder of before. The killed instance leaves a transaction open, and
     * nobody who could end it comes back meanwhile.
     */
    @Test
    void shouldRememberEachPaymentWhenAStandbyTakesOverAndWhenTheFirstComesBack() {
        int first = 3_000;
        try (BrokerJourney journey = new BrokerJourney();
                FakeLedger ledger = new FakeLedger(journey);
                Admin admin = Admin.create(Map.of("bootstrap.servers", journey.bootstrapServers()))) {
            AppProcess a = journey.startProcess("a", withStandby(journey, "a"));
            List<Integer> payments = IntStream.range(0, 3 * first).boxed().toList();
            Instant sentAt = Instant.now();
            send(journey, payments.subList(0, first), sentAt);
            journey.awaitAnswers(first);
            AppProcess b = journey.startProcess("b", withStandby(journey, "b"));
            BrokerJourney.await(() -> openedStores(journey.stateFolder("b")) == BrokerJourney.PARTITIONS);
            int sent = first;
            List<String> open;
            do {
                a.resume();
                send(journey, payments.subList(0, first), sentAt);
                sent += first;
                a.pause();
                open = OpenTransactions.on(admin);
            } while (open.isEmpty());
            a.kill();
            send(journey, payments.subList(first, 2 * first), sentAt);
            sent += first;
            assertEndsSoon(admin, open);
            journey.awaitAnswers(sent);
            a.start();
            send(journey, payments.subList(2 * first, 3 * first), sentAt);
            sent += first;
            journey.awaitAnswers(sent);
            b.kill();
            send(journey, payments, sentAt);
            assertAllReplayed(journey, ledger, payments.size(), sent + payments.size());
        }
    }

    /** Until then nobody reads what comes behind them. */
    private static void assertEndsSoon(Admin admin, List<String> open) {
        long killed = System.nanoTime();
        BrokerJourney.await(() -> Collections.disjoint(OpenTransactions.on(admin), open));
        Duration ended = Duration.ofNanos(System.nanoTime() - killed);
        LOG.info("what the killed instance left open ended after {}", ended);
        assertTrue(ended.compareTo(ENDED_WITHIN) < 0, "open for " + ended);
    }

    private static Map<String, String> withStandby(BrokerJourney journey, String instance) {
        Map<String, String> settings = journey.settings(instance, "classic");
        settings.put("standby.replicas", "1");
        return settings;
    }

    private static PaymentKey keyOf(int n) {
        PaymentCommand command = BrokerJourney.command(n, Instant.EPOCH);
        return new PaymentKey(command.getClientId(), command.getIdempotencyKey());
    }

    /** Each was sent once, and again when it was settled. */
    private static void assertAllReplayed(BrokerJourney journey, FakeLedger ledger, int payments, int commands) {
        BrokerEvidence evidence = journey.awaitAnswers(commands);
        evidence.verify(commands, payments);
        assertEquals(payments, ledger.payments());
        assertEquals(
                commands - payments,
                evidence.decisions().stream()
                        .filter(decision -> decision.getVerdict() == Verdict.REPLAYED)
                        .count());
    }

    /** Records of ended payments that the last start has read from the changelog. */
    private static int restored(AppProcess app) throws IOException {
        return Files.readAllLines(app.log()).stream()
                .map(RESTORED::matcher)
                .filter(Matcher::find)
                .mapToInt(line -> Integer.parseInt(line.group(1)))
                .reduce((former, latter) -> latter)
                .orElseThrow();
    }

    /** Stores of ended payments that an instance has begun. */
    private static long openedStores(Path folder) {
        try (Stream<Path> files = Files.exists(folder) ? Files.walk(folder) : Stream.of()) {
            return files.filter(file -> file.endsWith(Path.of("ended-payments", "CURRENT")))
                    .count();
        } catch (IOException | UncheckedIOException e) {
            // A file went while we looked.
            return 0;
        }
    }

    private static void send(BrokerJourney journey, List<Integer> payments, Instant sentAt) {
        payments.forEach(n -> journey.sendByMurmur2(BrokerJourney.command(n, sentAt)));
        journey.flush();
    }

    private static boolean isAnswered(BrokerJourney journey, int payments) {
        return journey.mayBeAnswered(payments) && journey.evidence().answeredCommands() > payments;
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
