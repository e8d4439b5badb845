package io.hapax.lab.operations;

import static io.hapax.lab.operations.OperatedWorld.INSIGHT;
import static io.hapax.lab.operations.OperatedWorld.INSIGHT_PASSWORD;
import static io.hapax.lab.operations.OperatedWorld.INSIGHT_RIGHTS;
import static io.hapax.lab.operations.OperatedWorld.LEDGER;
import static io.hapax.lab.operations.OperatedWorld.LEDGER_PASSWORD;
import static io.hapax.lab.operations.OperatedWorld.LEDGER_RIGHTS;
import static io.hapax.lab.operations.OperatedWorld.STREAM;
import static io.hapax.lab.operations.OperatedWorld.STREAM_PASSWORD;
import static io.hapax.lab.operations.OperatedWorld.STREAM_RIGHTS;
import static io.hapax.lab.operations.OperatedWorld.await;
import static io.hapax.lab.operations.OperatedWorld.payment;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.app.acls.AppRights;
import io.hapax.app.acls.Right;
import io.hapax.app.acls.RightsCheck;
import io.hapax.lab.LabRun;
import io.hapax.lab.Program;
import io.hapax.ledger.LedgerConsumer;
import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import io.hapax.stream.StreamApp;
import io.hapax.stream.alerting.InsightApp;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * All apps as processes, over TLS, on a cluster that lets them do what is documented and nothing else.
 *
 * <p>More than 300 lines: its methods use one secured cluster, whose start takes longest.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class) // One world, which the methods use one after the other.
class SecuredClusterTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    /** Of stream-app by default. */
    private static final int THREADS = 2;

    private static final List<String> CHANGELOGS =
            List.of("hapax-stream-pending-payments-changelog", "hapax-stream-ended-payments-changelog");

    private static OperatedWorld world;
    private static Path folder;
    private static int streamPort;
    private static int ledgerPort;
    private static int insightPort;
    private static AppProcess streamApp;
    private static AppProcess ledgerConsumer;
    private static AppProcess insightApp;
    private static long commands;
    private static final StringBuilder scraped = new StringBuilder();

    @BeforeAll
    static void startBothApps(@TempDir Path temporary) throws Exception {
        folder = temporary;
        world = new OperatedWorld(folder);
        streamPort = Sandbox.freePort();
        ledgerPort = Sandbox.freePort();
        insightPort = Sandbox.freePort();
        streamApp = new AppProcess("stream-app", StreamApp.class, folder, world.streamSettings(streamPort));
        ledgerConsumer =
                new AppProcess("ledger-consumer", LedgerConsumer.class, folder, world.ledgerSettings(ledgerPort));
        insightApp = new AppProcess("insight-app", InsightApp.class, folder, world.insightSettings(insightPort));
        streamApp.start();
        ledgerConsumer.start();
        insightApp.start();
        world.awaitHealth(streamPort, "200");
        world.awaitHealth(ledgerPort, "200");
        world.awaitHealth(insightPort, "200");
    }

    @AfterAll
    static void stop() {
        streamApp.kill();
        ledgerConsumer.kill();
        insightApp.kill();
        world.close();
    }

    @Test
    @Order(1)
    void shouldSettlePaymentsWithTheDocumentedRightsAloneRerouteAndRestartIncluded() throws Exception {
        send(0, 30);
        world.awaitDecisions(commands);
        streamApp.kill();
        send(20, 40);
        streamApp.start();
        world.awaitDecisions(commands);
        world.awaitHealth(streamPort, "200");
        String paid = world.pay("order-http", """
            {"debtorAccount": "debtor", "creditorAccount": "creditor", "amountMinor": 100, "currency": "EUR"}
            """);
        commands++;
        assertTrue(paid.startsWith("201 "), paid);
        String held = world.post("/v1/reservations", "hold-http", """
            {"debtorAccount": "debtor", "creditorAccount": "creditor", "amountMinor": 100, "currency": "EUR"}
            """);
        commands++;
        assertTrue(held.startsWith("201 "), held);
        assertEquals(200, world.lookUp("order-http"));
        assertEquals(404, world.lookUp("order-unknown"), "needs to describe the group");
        assertEquals(commands, world.count(Topic.PAYMENT_DECISIONS));
        assertTrue(world.count(Topic.PAYMENT_COMMANDS_REROUTED) > 0, "nothing was rerouted");
        assertEquals(0, world.count(Topic.DEAD_LETTERS));
    }

    @Test
    @Order(2)
    void shouldKeepCanariesOutOfLogsMetricsAndHeadersOfDeadLetters() throws Exception {
        // Account, amount, key and reference of every kind of command: accepted, replayed, conflict, invalid, expired,
        // unreadable.
        var canary = payment(1_000)
                .setIdempotencyKey("canary-key")
                .setDebtorAccount("canary-debtor")
                .setCreditorAccount("canary-creditor")
                .setAmountMinor(7_316_482_955L)
                .setReference("canary-reference");
        for (var command : List.of(
                canary.build(),
                canary.build(),
                canary.setAmountMinor(7_316_482_956L).build(),
                canary.setIdempotencyKey("canary-unknown").setCurrency("CANARY").build(),
                canary.setCurrency("EUR").setClientId("canary client").build(),
                canary.setClientId("client-0")
                        .setIdempotencyKey("canary-late")
                        .setSentAt(Instant.EPOCH)
                        .build(),
                canary.setIdempotencyKey("canary-funds")
                        .setSentAt(Instant.now())
                        .setAmountMinor(7_316_482_955_000L)
                        .build(),
                canary.setIdempotencyKey("canary-account")
                        .setDebtorAccount("canary-nobody")
                        .build())) {
            world.send(command, 0);
            commands++;
        }
        world.sendBytes("canary bytes that are no command".getBytes(UTF_8), 0);
        world.awaitDecisions(commands);
        await(() -> world.count(Topic.DEAD_LETTERS), letters -> letters >= 1);
        String overHttp = world.pay("canary-http", """
            {"debtorAccount": "canary-debtor", "creditorAccount": "canary-creditor", "amountMinor": 7316482955,
             "currency": "EUR", "reference": "canary-reference"}
            """);
        commands++;
        assertTrue(overHttp.startsWith("201 "), overHttp);
        assertTrue(world.pay("canary-broken", "{\"canary\": 7316482955}").startsWith("400 "), "a broken body passes");
        scrape();
        StringBuilder seen = new StringBuilder(scraped);
        seen.append(Files.readString(streamApp.log())).append(Files.readString(ledgerConsumer.log()));
        seen.append(Files.readString(insightApp.log()));
        TopicTail.readWhole(
                world.plain(),
                Topic.DEAD_LETTERS,
                letter -> letter.headers()
                        .forEach(header ->
                                seen.append(new String(header.value(), UTF_8)).append('\n')));
        assertTrue(seen.toString().contains("client=\"client-0\""), "the scrape shows nothing");
        assertTrue(seen.toString().contains("WRONG_MAGIC"), "the headers show nothing");
        Matcher leak = Pattern.compile(".*(?i:canary|7316482955|7\\.316482955E9|7316482956).*")
                .matcher(seen);
        assertFalse(leak.find(), () -> "leaked: " + leak.group());
        assertFalse(seen.toString().contains(world.apiKey()), "the API key leaked");
    }

    @Test
    @Order(3)
    void shouldTellTheMetricsThatAreDocumentedAndNoOthers() {
        scrape();
        Map<String, String> told = new HashMap<>();
        Matcher type = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$").matcher(scraped);
        while (type.find()) {
            told.put(type.group(1), type.group(2));
        }
        Map<String, String> documented = Repository.documentedMetrics();
        Set<String> exact =
                documented.keySet().stream().filter(name -> !name.endsWith("*")).collect(toCollection(TreeSet::new));
        Set<String> undocumented = told.keySet().stream()
                .filter(name -> !Repository.isDocumented(name, documented.keySet()))
                .collect(toCollection(TreeSet::new));
        assertEquals(Set.of(), undocumented, "told and not documented");
        Set<String> absent = new TreeSet<>(exact);
        absent.removeAll(told.keySet());
        assertEquals(Set.of(), absent, "documented and not told");
        exact.forEach(name -> assertEquals(told.get(name), documented.get(name), name));
        Set<String> asked = Repository.metricsIn(
                Stream.concat(Repository.dashboardQueries().stream(), Repository.ruleQueries().stream()));
        Set<String> unheard = asked.stream()
                .filter(series ->
                        !told.containsKey(series) && !told.containsKey(Repository.family(series, told.keySet())))
                .collect(toCollection(TreeSet::new));
        assertEquals(Set.of(), unheard, "asked for by dashboard or alerts, and told by nobody");
    }

    /** A gauge that holds what it measures weakly is a number until the first collection, and never again. */
    @Test
    @Order(3)
    void shouldTellEveryMetricThatDashboardAndAlertsAskForAfterAGarbageCollection() throws Exception {
        for (AppProcess app : List.of(streamApp, ledgerConsumer, insightApp)) {
            collectGarbage(app);
        }
        Scrape stream = Scrape.of(world.get(streamPort, "/metrics"));
        Scrape ledger = Scrape.of(world.get(ledgerPort, "/metrics"));
        Scrape insight = Scrape.of(world.get(insightPort, "/metrics"));
        for (Scrape scrape : List.of(stream, ledger, insight)) {
            assertEquals(List.of(), scrape.withoutNumber());
        }
        Set<String> numbers = new TreeSet<>(stream.namesWithNumbers());
        numbers.addAll(ledger.namesWithNumbers());
        numbers.addAll(insight.namesWithNumbers());
        Set<String> asked = Repository.metricsIn(
                Stream.concat(Repository.dashboardQueries().stream(), Repository.ruleQueries().stream()));
        // Prometheus' own: whether it reached the app.
        asked.remove("up");
        asked.removeAll(numbers);
        assertEquals(Set.of(), asked, "asked for by dashboard or alerts, and no number");
        for (String perThread : List.of(
                "kafka_stream_thread_commit_latency_avg",
                "kafka_stream_thread_commit_rate",
                "kafka_stream_thread_process_rate")) {
            assertEquals(THREADS, stream.labels(perThread, "thread_id").size(), perThread);
        }
        Set<String> consumers = stream.labels("kafka_consumer_fetch_manager_records_lag_max", "client_id");
        assertEquals(
                THREADS,
                consumers.stream()
                        .filter(client -> client.matches(".*StreamThread-\\d+-consumer"))
                        .count(),
                consumers.toString());
    }

    private static void collectGarbage(AppProcess app) throws Exception {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Program.run(jcmd.toString(), String.valueOf(app.pid()), "GC.run");
    }

    @Test
    @Order(4)
    void shouldNameEachRightThatIsTakenAway() throws Exception {
        checkEach(STREAM, "stream", STREAM_PASSWORD, STREAM_RIGHTS, CHANGELOGS);
        checkEach(LEDGER, "ledger", LEDGER_PASSWORD, LEDGER_RIGHTS, List.of());
        checkEach(INSIGHT, "insight", INSIGHT_PASSWORD, INSIGHT_RIGHTS, List.of());
    }

    /** Kafka leaves out, without a word, what a user may not see: to that user all transactions would seem unknown. */
    @Test
    @Order(5)
    void shouldNotCallATransactionHangingThatTheUserMayNotSee(@TempDir Path own) throws Exception {
        Path client = own.resolve("client.properties");
        Properties properties = new Properties();
        properties.putAll(world.secured("ledger", LEDGER_PASSWORD));
        try (var out = Files.newOutputStream(client)) {
            properties.store(out, null);
        }
        Map<String, Object> plain = new HashMap<>(world.plain());
        plain.put("transactional.id", "of-somebody");
        try (var open = new KafkaProducer<>(plain, new ByteArraySerializer(), new ByteArraySerializer())) {
            open.initTransactions();
            open.beginTransaction();
            open.send(new ProducerRecord<>(Topic.LEDGER_EVENTS.topicName(), new byte[1]))
                    .get();
            LabRun run = LabRun.of("topics", "transactions", "--end", "--execute", "--topic", "ledger-events")
                    .with(
                            "--bootstrap-servers",
                            world.sandbox().securedBootstrapServers(),
                            "--command-config",
                            client.toString());
            assertEquals(2, run.exitCode(), run.output());
            assertTrue(run.output().contains("it may be one that this user may not see; to grant: "), run.output());
            open.abortTransaction();
        }
    }

    @Test
    @Order(5)
    void shouldNameTheRightThatIsTakenAwayWhileItRuns() throws Exception {
        startUnlessItRuns(streamApp, streamPort);
        startUnlessItRuns(ledgerConsumer, ledgerPort);
        startUnlessItRuns(insightApp, insightPort);
        Right write = right(STREAM_RIGHTS, "WRITE on topic payment-decisions");
        world.take(STREAM, write);
        send(50, 52);
        await(() -> text(streamApp.log()), log -> log.contains("missing right: WRITE on topic payment-decisions"));
        world.grant(STREAM, List.of(write));
        world.awaitDecisions(commands);

        Right outcomes = right(LEDGER_RIGHTS, "WRITE on topic ledger-outcomes");
        world.take(LEDGER, outcomes);
        send(60, 62);
        await(() -> text(ledgerConsumer.log()), log -> log.contains("missing right: WRITE on topic ledger-outcomes"));
        assertTrue(world.get(ledgerPort, "/health/ready").contains("missing right: WRITE on topic ledger-outcomes"));
        world.grant(LEDGER, List.of(outcomes));
        world.awaitDecisions(commands);
    }

    @Test
    @Order(6)
    void shouldNotBeReadyWhileBrokerOrDatabaseAreAway() {
        world.sandbox().stop(Part.POSTGRES);
        String ledger = world.awaitHealth(ledgerPort, "503");
        assertTrue(ledger.contains("{\"name\":\"database\",\"status\":\"DOWN\""), ledger);
        world.sandbox().startAgain(Part.POSTGRES);
        world.awaitHealth(ledgerPort, "200");

        // An orderly stop of the only broker can lose the end of a transaction (KAFKA-20734).
        world.sandbox().kill(Part.KAFKA);
        String stream = world.awaitHealth(streamPort, "503");
        assertTrue(stream.contains("{\"name\":\"broker\",\"status\":\"DOWN\""), stream);
        assertTrue(
                world.get(streamPort, "/health/live").startsWith("200"),
                "a broker that is away is no reason to restart");
        world.sandbox().startAgain(Part.KAFKA);
        world.awaitHealth(streamPort, "200");
        send(70, 72);
        world.awaitDecisions(commands);
        assertTrue(insightApp.isAlive(), () -> text(insightApp.log()));
    }

    @Test
    @Order(7)
    void shouldEndInOrderWithExitCodeZero() throws IOException {
        for (AppProcess app : List.of(streamApp, ledgerConsumer, insightApp)) {
            app.stop();
            assertEquals(OptionalInt.of(0), app.awaitExit(SOON), app.name());
        }
        assertTrue(Files.readString(streamApp.log()).contains("state=NOT_RUNNING before=PENDING_SHUTDOWN"));
    }

    @Test
    @Order(8)
    void shouldRefuseToStartAndNameAllThatIsMissing() throws Exception {
        Right read = right(STREAM_RIGHTS, "READ on topic ledger-outcomes");
        Right group = right(LEDGER_RIGHTS, "READ on group hapax-ledger");
        world.take(STREAM, read);
        world.take(LEDGER, group);
        assertEquals(List.of(read), startsWithout(streamApp, STREAM_RIGHTS));
        assertEquals(List.of(group), startsWithout(ledgerConsumer, LEDGER_RIGHTS));
        world.grant(STREAM, List.of(read));
        world.grant(LEDGER, List.of(group));
    }

    @Tag("long")
    @Test
    @Order(9)
    void shouldNotStartWithoutAnyOneOfItsRights() throws Exception {
        for (Right right : STREAM_RIGHTS.needed()) {
            world.take(STREAM, right);
            assertEquals(List.of(right), startsWithout(streamApp, STREAM_RIGHTS));
            world.grant(STREAM, List.of(right));
        }
        for (Right right : LEDGER_RIGHTS.needed()) {
            world.take(LEDGER, right);
            assertEquals(List.of(right), startsWithout(ledgerConsumer, LEDGER_RIGHTS));
            world.grant(LEDGER, List.of(right));
        }
        for (Right right : INSIGHT_RIGHTS.needed()) {
            world.take(INSIGHT, right);
            assertEquals(List.of(right), startsWithout(insightApp, INSIGHT_RIGHTS));
            world.grant(INSIGHT, List.of(right));
        }
    }

    /**
     * Restarts an app that has ended, as a supervisor does. The ledger and the insight app end when they lose a
     * right to read.
     */
    private static void startUnlessItRuns(AppProcess app, int port) {
        if (!app.isAlive()) {
            app.start();
        }
        world.awaitHealth(port, "200");
    }

    /** The rights that it names as missing when it ends at the start. */
    private static List<Right> startsWithout(AppProcess app, AppRights rights) {
        int before = text(app.log()).length();
        app.start();
        assertEquals(
                OptionalInt.of(1), app.awaitExit(SOON), () -> text(app.log()).substring(before));
        String said = text(app.log()).substring(before);
        return rights.needed().stream()
                .filter(right -> said.contains("  - " + right + "; to grant: kafka-acls.sh"))
                .toList();
    }

    private static void checkEach(
            String principal, String user, String password, AppRights rights, List<String> ownTopics) throws Exception {
        try (Admin asApp = Admin.create(Map.<String, Object>copyOf(world.secured(user, password)))) {
            assertEquals(List.of(), RightsCheck.missing(asApp, rights, ownTopics));
            for (Right right : rights.needed()) {
                world.take(principal, right);
                await(() -> RightsCheck.missing(asApp, rights, ownTopics), missing -> missing.equals(List.of(right)));
                world.grant(principal, List.of(right));
                await(() -> RightsCheck.missing(asApp, rights, ownTopics), List::isEmpty);
            }
        }
    }

    private static Right right(AppRights rights, String text) {
        return rights.needed().stream()
                .filter(right -> right.toString().equals(text))
                .findFirst()
                .orElseThrow();
    }

    private static void send(int from, int to) {
        for (int number = from; number < to; number++) {
            world.send(payment(number).build(), number);
            commands++;
        }
    }

    private static void scrape() {
        // Gauges of pending payments are there after the first look of the sweep.
        String stream =
                await(() -> world.get(streamPort, "/metrics"), metrics -> metrics.contains("hapax_pending_payments"));
        // What is held is summed now and then.
        String ledger =
                await(() -> world.get(ledgerPort, "/metrics"), metrics -> metrics.contains("hapax_ledger_held_minor"));
        scraped.append(stream).append(ledger);
        // It has read and saved what was decided.
        scraped.append(await(
                () -> world.get(insightPort, "/metrics"),
                told -> told.contains("hapax_clients_watched ") && !told.contains("hapax_clients_watched 0.0")));
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
