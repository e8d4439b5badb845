package io.hapax.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.insight.KeyInsight;
import io.hapax.lab.demo.OddTopics.Place;
import io.hapax.ledger.book.AccountTerms;
import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.OddValues.Kind;
import io.hapax.sandbox.Sandbox;
import io.hapax.schemas.KeyUsageAlert;
import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.RetentionPolicy;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.stream.StreamApp;
import io.hapax.stream.alerting.InsightApp;
import io.hapax.stream.alerting.SavedClients;
import io.hapax.topics.DeadLetter;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All apps on a real broker and registry, with anything on every topic that they read: the next good payment is
 * answered, no thread is replaced, and each bad record lies in {@code dead-letters} once, or is skipped where the
 * docs say so.
 *
 * <p>The long form is in CONTRIBUTING.
 */
class FuzzTest {
    private static final int RECORDS = Integer.getInteger("fuzz.records", 12_000);
    private static final long SEED = Long.getLong("fuzz.seed", 14);
    private static final Duration PATIENCE = Duration.ofMinutes(3).plusMillis(RECORDS);
    private static final int PARTITIONS = 3;
    private static final int GOOD = 30;

    /** Texts that no log may contain. */
    private static final List<String> TROUBLE = List.of(
            " ERROR ",
            "replacing a stream thread",
            "stopping: ",
            "shutdown the client",
            "ended by a fault",
            "cannot start",
            "the ledger waits",
            "cannot be read; trying again");

    private static final Logger LOG = LoggerFactory.getLogger(FuzzTest.class);

    private final long started = System.nanoTime();
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @Test
    void shouldAnswerTheNextGoodPaymentWhateverLiesOnTheTopics() throws Exception {
        Random random = new Random(SEED);
        try (DemoWorld world = DemoWorld.start(folder.resolve("world"), PARTITIONS, StreamApp.class)) {
            world.openAccounts(IntStream.range(0, GOOD)
                    .mapToObj(i -> AccountTerms.customer("debtor-" + i, "EUR", 1_000_000_000L))
                    .toList());
            world.openAccounts(List.of(AccountTerms.customer("creditor", "EUR", 0)));
            OddRegistrations registrations =
                    new OddRegistrations(world.sandbox().registryUrl());
            Map<Schema, Integer> ours = register(registrations);
            List<Integer> odd = registrations.odd();
            List<Integer> any = registrations.any(random, 100);
            AppProcess insight = insight(world);
            phase("registered");
            try (OddTopics topics =
                    new OddTopics(random, ours, odd, any, world.sandbox().bootstrapServers(), PARTITIONS)) {
                // Some lies there before the apps begin, the rest comes while they work.
                int written = write(topics, RECORDS / 3);
                phase("written");
                world.startApps();
                insight.start();
                payAll(world, "first");
                phase("started");
                written += write(topics, RECORDS - written);
                phase("written");
                payAll(world, "good");
                phase("paid");
                everythingIsAccountedFor(world, topics);
                phase("accounted for");
                nothingBroke(world, insight);
                // What was published and saved is read as a whole at a start.
                world.streamApp().stop();
                insight.stop();
                world.streamApp().start();
                insight.start();
                payAll(world, "last");
                phase("paid after a start");
                await("the insight app watches the payer", () -> isWatched(world));
                nothingBroke(world, insight);
                LOG.info(
                        "seed={} records={} schemas={} letters={}",
                        SEED,
                        written,
                        odd.size() + any.size(),
                        letters(world).size());
            } finally {
                insight.kill();
            }
        }
    }

    private void phase(String done) {
        LOG.info("{} after {} ms", done, (System.nanoTime() - started) / 1_000_000);
    }

    private static Map<Schema, Integer> register(OddRegistrations registrations) throws Exception {
        Map<Schema, Integer> ids = new HashMap<>();
        for (Schema schema : List.of(
                PaymentCommand.getClassSchema(),
                LedgerEvent.getClassSchema(),
                LedgerOutcome.getClassSchema(),
                PaymentDecision.getClassSchema(),
                RetentionPolicy.getClassSchema(),
                KeyUsageAlert.getClassSchema())) {
            ids.put(schema, registrations.ours(schema));
        }
        return ids;
    }

    private AppProcess insight(DemoWorld world) {
        Map<String, String> settings = new HashMap<>();
        settings.put("kafka.bootstrap.servers", world.sandbox().bootstrapServers());
        settings.put("schema.registry.url", world.sandbox().registryUrl());
        settings.put("commit.interval", "500ms");
        settings.put("retention.adaptive", "on");
        settings.put("admin.port", String.valueOf(Sandbox.freePort()));
        return new AppProcess("insight", InsightApp.class, folder, settings);
    }

    private static int write(OddTopics topics, int records) {
        int written = 0;
        while (written < records) {
            written += topics.writeSome();
        }
        return written;
    }

    /** From every debtor, under keys of every partition: what was written before lies before each of them. */
    private void payAll(DemoWorld world, String keys) {
        try (ExecutorService atOnce = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture.allOf(IntStream.range(0, GOOD)
                            .mapToObj(i -> CompletableFuture.runAsync(() -> pay(world, keys + "-" + i, i), atOnce))
                            .toArray(CompletableFuture<?>[]::new))
                    .join();
        }
    }

    private void pay(DemoWorld world, String key, int debtor) {
        String body = "{\"debtorAccount\":\"debtor-" + debtor
                + "\",\"creditorAccount\":\"creditor\",\"amountMinor\":100,\"currency\":\"EUR\"}";
        await("payment " + key, () -> pay(world, key, body) == 201);
    }

    /** Status of the answer; 0 while nobody listens. */
    private int pay(DemoWorld world, String key, String body) {
        try {
            return http.send(
                            HttpRequest.newBuilder(URI.create(world.gatewayUrl() + "/v1/payments"))
                                    .header("Authorization", "Bearer " + world.apiKey())
                                    .header("Content-Type", "application/json")
                                    .header("Idempotency-Key", key)
                                    .POST(HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException nobodyThere) {
            return 0;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A command is answered or buried; what can't be read is buried once; what can is not. */
    private static void everythingIsAccountedFor(DemoWorld world, OddTopics topics) {
        await("every command is answered or buried", () -> {
            Set<Place> answered = answered(world, topics);
            Map<String, Integer> letters = letters(world);
            return topics.written(Topic.PAYMENT_COMMANDS).keySet().stream()
                    .allMatch(place ->
                            answered.contains(place) || letters.containsKey(name(Topic.PAYMENT_COMMANDS, place)));
        });
        Set<Place> answered = answered(world, topics);
        Map<String, Integer> letters = letters(world);
        letters.forEach((origin, times) -> assertEquals(1, times, origin));
        int expected = 0;
        for (Topic topic : List.of(
                Topic.PAYMENT_COMMANDS, Topic.PAYMENT_COMMANDS_REROUTED, Topic.LEDGER_EVENTS, Topic.LEDGER_OUTCOMES)) {
            for (Map.Entry<Place, Kind> each : topics.written(topic).entrySet()) {
                String name = name(topic, each.getKey());
                boolean buried = letters.containsKey(name);
                expected += buried ? 1 : 0;
                assertTrue(each.getValue() != Kind.BROKEN || buried, name + " cannot be read and is not buried");
                // A rerouted command may lie on the wrong partition, or not say where it was.
                boolean mayBeBuried = each.getValue() != Kind.GOOD || topic == Topic.PAYMENT_COMMANDS_REROUTED;
                assertTrue(mayBeBuried || !buried, name + " can be read and is buried");
                assertTrue(
                        topic != Topic.PAYMENT_COMMANDS || buried != answered.contains(each.getKey()),
                        name + " is both answered and buried");
            }
        }
        assertEquals(expected, letters.size(), "letters of what nobody wrote");
    }

    private static String name(Topic topic, Place place) {
        return topic.topicName() + " " + place.partition() + "@" + place.offset();
    }

    /** Commands that a decision of the app names. */
    private static Set<Place> answered(DemoWorld world, OddTopics topics) {
        WireReader<PaymentDecision> reader = new WireReader<>(world.format(), PaymentDecision.class);
        Set<Place> answered = new HashSet<>();
        TopicTail.readWhole(world.kafka(), Topic.PAYMENT_DECISIONS, found -> {
            boolean isForged =
                    topics.written(Topic.PAYMENT_DECISIONS).containsKey(new Place(found.partition(), found.offset()));
            if (!isForged
                    && reader.read(found.topic(), found.value())
                            instanceof Decoded.Value<PaymentDecision>(var decision)) {
                answered.add(new Place(decision.getCommandPartition(), decision.getCommandOffset()));
            }
        });
        return answered;
    }

    /** The number of dead letters of each record. */
    private static Map<String, Integer> letters(DemoWorld world) {
        Map<String, Integer> letters = new HashMap<>();
        TopicTail.readWhole(
                world.kafka(),
                Topic.DEAD_LETTERS,
                found -> letters.merge(DeadLetter.read(found).placeAsWritten(), 1, Integer::sum));
        return letters;
    }

    private static boolean isWatched(DemoWorld world) {
        KeyInsight insight = new KeyInsight(100_000, 1 << 10);
        SavedClients.read(world.kafka(), insight::restore);
        var usage = insight.usage(Sample.CLIENT);
        return usage != null && usage.commands() >= 3 * GOOD;
    }

    private static void nothingBroke(DemoWorld world, AppProcess insight) throws Exception {
        List<String> trouble = new ArrayList<>();
        for (AppProcess app : List.of(world.streamApp(), world.ledgerConsumer(), insight)) {
            assertTrue(app.isAlive(), app.name() + " has ended");
            for (String line : Files.readAllLines(app.log())) {
                if (TROUBLE.stream().anyMatch(line::contains)) {
                    trouble.add(app.name() + ": " + line);
                }
            }
        }
        assertEquals(List.of(), trouble);
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "not within " + PATIENCE + ", seed " + SEED + ": " + what);
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
