package io.hapax.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.lab.operations.Repository;
import io.hapax.ledger.book.AccountTerms;
import io.hapax.ledger.book.Accounts;
import io.hapax.ledger.book.BookSchema;
import io.hapax.ledger.book.DatabaseSettings;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.PaymentCommand;
import io.hapax.serde.AvroFormat;
import io.hapax.tools.cli.KafkaOptions;
import io.hapax.tools.cli.PlainReason;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicLayout;
import io.hapax.topics.TopicTail;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.ObjectName;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * Tests of the messages and exit codes of every tool in every trouble: docs/exit-codes.md, cell by cell, on real
 * parts.
 *
 * <p>More than 300 lines: all cells of the table share one start of the real parts.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ExitCodesTest {
    private static final Duration SAID_WITHIN = Duration.ofSeconds(15);
    private static final int AT_ONCE = 4;

    /** Text that only a programmer understands. */
    private static final Pattern EXCEPTION_TEXT =
            Pattern.compile("(?:[a-z]\\w*\\.){2,}[A-Z]\\w*|\\w(?:Exception|Error)\\b|\\bat [a-z]\\w*\\.|\\bnull\\b");

    private static Sandbox sandbox;
    private static String newLedgerUrl;

    @TempDir
    private static Path folder;

    /** The troubles, in the order in which the test makes them. */
    enum Situation {
        TOPICS_MISSING,
        TOPICS_EMPTY,
        REGISTRY_WRONG_PATH,
        REGISTRY_DOWN,
        DATABASE_DOWN,
        NO_RIGHTS,
        BROKER_DOWN,
        BAD_FILE,
        OTHER_CLUSTER,
        ONE_TOPIC_MISSING;

        String column() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** The parts that a tool must be told of. */
    enum Needs {
        KAFKA,
        REGISTRY,
        DATABASE,
        NEW_LEDGER,
        FILE
    }

    /** The tools by the names that the page gives them. */
    private static final Map<String, Tool> TOOLS = tools();

    private record Tool(List<Needs> needs, List<String> words) {}

    private static Map<String, Tool> tools() {
        Map<String, Tool> tools = new LinkedHashMap<>();
        List<Needs> all = List.of(Needs.KAFKA, Needs.REGISTRY, Needs.DATABASE);
        List<Needs> newLedger = List.of(Needs.KAFKA, Needs.REGISTRY, Needs.NEW_LEDGER);
        List<Needs> topics = List.of(Needs.KAFKA, Needs.REGISTRY);
        List<Needs> kafka = List.of(Needs.KAFKA);
        List<Needs> database = List.of(Needs.DATABASE);
        tools.put("`reconcile`", tool(all, "reconcile"));
        tools.put("`reconcile`, new ledger", tool(newLedger, "reconcile"));
        tools.put("`audit`", tool(topics, "audit"));
        tools.put("`rebuild`", tool(all, "rebuild", "--start-over"));
        tools.put("`rebuild`, new ledger", tool(newLedger, "rebuild", "--start-over"));
        tools.put("`replay`", tool(topics, "replay"));
        tools.put("`replay --execute`", tool(topics, "replay", "--execute"));
        tools.put("`explain`", tool(all, "explain", "order-1"));
        tools.put("`explain`, unknown key", tool(all, "explain", "never-used"));
        tools.put("`policies list`", tool(topics, "policies", "list"));
        tools.put("`policies set`", tool(topics, "policies", "set", "--retention", "12h"));
        tools.put("`policies remove`", tool(topics, "policies", "remove"));
        tools.put("`dead-letters list`", tool(kafka, "dead-letters", "list"));
        tools.put("`dead-letters resend`", tool(topics, "dead-letters", "resend"));
        tools.put("`insight alerts`", tool(topics, "insight", "alerts"));
        tools.put("`insight clients`", tool(kafka, "insight", "clients"));
        tools.put("`insight advice`", tool(kafka, "insight", "advice"));
        tools.put("`topics create`", tool(kafka, "topics", "create", "--partitions", "2", "--replication", "1"));
        tools.put("`topics verify`", tool(kafka, "topics", "verify", "--replication", "1"));
        tools.put("`topics transactions`", tool(kafka, "topics", "transactions"));
        tools.put("`topics transactions --end --execute`", tool(kafka, "topics", "transactions", "--end", "--execute"));
        tools.put("`accounts open`", tool(database, "accounts", "open"));
        tools.put("`accounts close`", tool(database, "accounts", "close", "alice"));
        tools.put("`accounts show`", tool(database, "accounts", "show", "alice"));
        tools.put("`accounts list`", tool(database, "accounts", "list"));
        tools.put("`accounts statement`", tool(database, "accounts", "statement", "alice"));
        tools.put("`api-keys revoke`", tool(List.of(Needs.FILE), "api-keys", "revoke", "id"));
        tools.put("`api-keys list`", tool(List.of(Needs.FILE), "api-keys", "list"));
        tools.put("`demo`", tool(List.of(), "demo"));
        return tools;
    }

    private static Tool tool(List<Needs> needs, String... words) {
        return new Tool(needs, List.of(words));
    }

    @BeforeAll
    static void startWithALedgerOfThreePayments(@TempDir Path parts) throws SQLException {
        sandbox = Sandbox.start(parts);
        newLedgerUrl = sandbox.jdbcUrl() + "_new";
        execute(sandbox.jdbcUrl(), "CREATE DATABASE hapax_new", "CREATE ROLE nobody LOGIN PASSWORD 'nobody'");
        for (String url : List.of(sandbox.jdbcUrl(), newLedgerUrl)) {
            new BookSchema(settings(url)).migrate();
        }
        try (var pool = settings(sandbox.jdbcUrl()).pool()) {
            new Accounts(pool, Clock.systemUTC())
                    .open(List.of(
                            AccountTerms.customer("alice", "EUR", 100_00), AccountTerms.customer("bob", "EUR", 0)));
        }
        for (int i = 1; i <= 3; i++) {
            PaymentKey key = new PaymentKey("acme", "order-" + i);
            execute(sandbox.jdbcUrl(), """
                    INSERT INTO payments (payment_id, client_id, idempotency_key, debtor_account, creditor_account,
                        amount_minor, currency, status, entry_id, attempt, accepted_at_ms, command_partition, command_offset,
                        event_partition, event_offset)
                    VALUES ('%1$s', 'acme', 'order-%2$d', 'alice', 'bob', 5, 'EUR', 'COMPLETED', 1000 + %2$d, 1, 0, 0, %2$d, 0,
                        %2$d);
                    INSERT INTO entries (entry_id, payment_id, account_id, amount_minor, balance_after_minor)
                    SELECT 1000 + %2$d, '%1$s', id, amount, balance_minor + amount
                    FROM accounts JOIN (VALUES ('alice', -5), ('bob', 5)) AS side (account, amount) ON account = id;
                    UPDATE accounts SET balance_minor = balance_minor - 5 WHERE id = 'alice';
                    UPDATE accounts SET balance_minor = balance_minor + 5 WHERE id = 'bob'
                    """.formatted(key.paymentId(), i));
        }
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @ParameterizedTest
    @EnumSource
    @Order(1)
    void shouldSayWhatIsWrongProveNothingAndLeaveNothingOpen(Situation situation) throws Exception {
        prepare(situation);
        Set<ObjectName> openBefore = kafkaClients();
        List<Future<List<String>>> cells = new ArrayList<>();
        try (ExecutorService people = Executors.newFixedThreadPool(AT_ONCE)) {
            expectedCodes(situation)
                    .forEach((tool, code) -> cells.add(people.submit(() -> run(tool, situation, code))));
        }
        List<String> mistakes = new ArrayList<>();
        for (Future<List<String>> cell : cells) {
            mistakes.addAll(cell.get());
        }
        assertEquals(List.of(), mistakes, () -> String.join("\n", mistakes));
        assertEquals(Set.of(), leftOpen(openBefore));
    }

    /** Kafka's clients in this process, as each one tells until it is closed. */
    private static Set<ObjectName> kafkaClients() throws Exception {
        return ManagementFactory.getPlatformMBeanServer()
                .queryNames(new ObjectName("kafka.*:type=app-info,id=*"), null);
    }

    /** A client that is told to close ends a moment later. */
    private static Set<ObjectName> leftOpen(Set<ObjectName> before) throws Exception {
        long deadline = System.nanoTime() + SAID_WITHIN.toNanos();
        Set<ObjectName> open;
        do {
            open = kafkaClients();
            open.removeAll(before);
        } while (!open.isEmpty() && System.nanoTime() < deadline);
        return open;
    }

    @Test
    @Order(2)
    void shouldNameEveryToolOnThePage() {
        assertEquals(
                List.copyOf(TOOLS.keySet()),
                table("| tool |").stream().skip(1).map(List::getFirst).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"POSTGRES", "REGISTRY", "nonsense", "host.invalid:9092", "127.0.0.1:0", "127.0.0.1:99999", ""})
    @Order(3)
    void shouldSayThatAnAddressIsNoBrokers(String address) {
        String port = switch (address) {
            case "POSTGRES" -> sandbox.jdbcUrl().replaceFirst(".*//(.*)/.*", "$1");
            case "REGISTRY" -> sandbox.registryUrl().replaceFirst("http://([^/]*).*", "$1");
            default -> address;
        };
        LabRun run = LabRun.of("topics", "verify").with("--bootstrap-servers", port);
        assertEquals(2, run.exitCode(), run.output());
        assertTrue(run.output().startsWith("--bootstrap-servers: no Kafka broker at "), run.output());
        assertTrue(run.output().contains(port), run.output());
        assertEquals(1, run.output().lines().count(), run.output());
    }

    @Test
    @Order(3)
    void shouldSayWhichLineOfTheSettingsIsWrong() throws IOException {
        Path file = Files.writeString(folder.resolve("client.properties"), "security.protocol=\\u12\n");
        LabRun broken = LabRun.of("topics", "verify")
                .with("--bootstrap-servers", sandbox.bootstrapServers(), "--command-config", file.toString());
        assertEquals(2, broken.exitCode(), broken.output());
        assertTrue(broken.output().startsWith("--command-config"), broken.output());
        assertTrue(broken.output().contains(file.toString()), broken.output());
        Files.writeString(file, "security.protocol=QUANTUM\n");
        LabRun unknown = LabRun.of("topics", "verify")
                .with("--bootstrap-servers", sandbox.bootstrapServers(), "--command-config", file.toString());
        assertEquals(2, unknown.exitCode(), unknown.output());
        assertTrue(unknown.output().contains("QUANTUM"), unknown.output());
        assertFalse(EXCEPTION_TEXT.matcher(unknown.output()).find(), unknown.output());
    }

    @Test
    @Order(4)
    void shouldNotGoOnWithARebuildThatWasBegunFromAnotherTopic() {
        createMissingTopics();
        LabRun.of(arguments("`rebuild`", Situation.OTHER_CLUSTER)).with();
        delete(Topic.LEDGER_OUTCOMES);
        createMissingTopics();
        LabRun again = LabRun.of(Arrays.stream(arguments("`rebuild`", Situation.OTHER_CLUSTER))
                        .filter(word -> !word.equals("--start-over"))
                        .toArray(String[]::new))
                .with();
        assertEquals(2, again.exitCode(), again.output());
        assertTrue(again.output().contains("was begun from another ledger-outcomes"), again.output());
        assertTrue(again.output().contains("--start-over"), again.output());
    }

    @Test
    @Order(5)
    void shouldSayThatTopicsHaveAnotherNumberOfPartitionsThanWasAskedFor() {
        LabRun more = LabRun.of("topics", "create", "--partitions", "8", "--replication", "1")
                .with("--bootstrap-servers", sandbox.bootstrapServers());
        assertEquals(1, more.exitCode(), more.output());
        assertTrue(
                more.output().contains("topic payment-commands: partitions is 2, must be 8 as --partitions asks"),
                more.output());
        delete(Topic.PAYMENT_DECISIONS);
        LabRun replicas = LabRun.of("topics", "create", "--partitions", "2")
                .with("--bootstrap-servers", sandbox.bootstrapServers());
        assertEquals(2, replicas.exitCode(), replicas.output());
        assertTrue(replicas.output().contains("could not create topic payment-decisions: "), replicas.output());
        assertTrue(replicas.output().contains("--replication 1"), replicas.output());
        assertFalse(EXCEPTION_TEXT.matcher(replicas.output()).find(), replicas.output());
    }

    @Test
    @Order(6)
    @Tag("long")
    void shouldNotWaitForEverForABrokerThatWentAwayWhileATopicWasRead() {
        try (TopicTail tail = new TopicTail(kafka(), Topic.LEDGER_EVENTS)) {
            Map<Integer, Long> beyond = new TreeMap<>(tail.ends());
            beyond.replaceAll((partition, end) -> end + 1);
            sandbox.pause(Part.KAFKA);
            long start = System.nanoTime();
            KafkaException away = assertThrows(KafkaException.class, () -> tail.readTo(beyond, found -> {}));
            assertTrue(System.nanoTime() - start < SAID_WITHIN.toNanos(), "took too long");
            assertEquals(
                    "could not ask for the ends of ledger-events: Kafka does not answer in time: a broker is down, not"
                            + " reachable, or has no leader for a partition",
                    PlainReason.of(away));
            LabRun run = LabRun.of(arguments("`policies set`", Situation.OTHER_CLUSTER))
                    .with();
            assertEquals(2, run.exitCode(), run.output());
            assertTrue(run.output().contains("no answer within 4 s"), run.output());
        } finally {
            sandbox.resume(Part.KAFKA);
        }
    }

    @Test
    @Order(7)
    @Tag("long")
    void shouldSayThatTheBrokerWentAwayWhileACommandPublished() {
        KafkaOptions options =
                CommandLine.populateCommand(new KafkaOptions(), "--bootstrap-servers", sandbox.bootstrapServers());
        Map<String, Object> client = options.client();
        sandbox.pause(Part.KAFKA);
        long start = System.nanoTime();
        try {
            ExecutionException away = assertThrows(ExecutionException.class, () -> {
                try (var producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
                    producer.send(new ProducerRecord<>("ledger-events", new byte[1]))
                            .get();
                }
            });
            assertTrue(System.nanoTime() - start < SAID_WITHIN.toNanos(), "took too long");
            assertTrue(PlainReason.of(away).startsWith("Kafka does not answer in time"), PlainReason.of(away));
        } finally {
            sandbox.resume(Part.KAFKA);
        }
    }

    /** The differences between the run and the page. */
    private static List<String> run(String name, Situation situation, int code) {
        String where = name + ", " + situation.column();
        long start = System.nanoTime();
        LabRun run = LabRun.of(arguments(name, situation)).with();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        List<String> mistakes = new ArrayList<>();
        if (run.exitCode() != code) {
            mistakes.add(where + ": exit code " + run.exitCode() + ", must be " + code + ": " + run.output());
        }
        if (took.compareTo(SAID_WITHIN) > 0) {
            mistakes.add(where + " took " + took + ": " + run.output());
        }
        EXCEPTION_TEXT
                .matcher(run.output())
                .results()
                .forEach(found -> mistakes.add(where + " prints " + found.group() + ": " + run.output()));
        if (code == 2) {
            lines(situation).stream()
                    .filter(line -> !run.output().contains(line))
                    .forEach(line -> mistakes.add(where + " does not say \"" + line + "\": " + run.output()));
        }
        return mistakes;
    }

    private static String[] arguments(String name, Situation situation) {
        Tool tool = TOOLS.get(name);
        List<String> all = new ArrayList<>(tool.words());
        String nowhere = "127.0.0.1:" + Sandbox.freePort();
        for (Needs need : tool.needs()) {
            switch (need) {
                case KAFKA ->
                    all.addAll(List.of(
                            "--bootstrap-servers",
                            situation == Situation.BROKER_DOWN ? nowhere : sandbox.bootstrapServers()));
                case REGISTRY ->
                    all.addAll(List.of(
                            "--registry",
                            switch (situation) {
                                case REGISTRY_WRONG_PATH ->
                                    sandbox.registryUrl().replaceFirst("/apis.*", "");
                                case REGISTRY_DOWN -> "http://" + nowhere;
                                default -> sandbox.registryUrl();
                            }));
                case DATABASE, NEW_LEDGER -> {
                    boolean isNobody = situation == Situation.NO_RIGHTS;
                    String url = need == Needs.DATABASE ? sandbox.jdbcUrl() : newLedgerUrl;
                    all.addAll(List.of(
                            "--jdbc-url",
                            situation == Situation.DATABASE_DOWN ? "jdbc:postgresql://" + nowhere + "/hapax" : url,
                            "--jdbc-user",
                            isNobody ? "nobody" : sandbox.user(),
                            "--jdbc-password=" + (isNobody ? "nobody" : sandbox.password())));
                }
                case FILE ->
                    all.addAll(List.of("--file", folder.resolve("missing.json").toString()));
            }
        }
        if (situation == Situation.BAD_FILE && tool.needs().contains(Needs.KAFKA)) {
            all.addAll(List.of(
                    "--command-config", folder.resolve("missing.properties").toString()));
        }
        if (name.equals("`accounts open`")) {
            all.addAll(
                    situation == Situation.BAD_FILE
                            ? List.of("--file", folder.resolve("missing.csv").toString())
                            : List.of("carol", "--currency", "EUR"));
        }
        if (name.equals("`demo`")) {
            all.addAll(List.of("--payments", folder.resolve("missing.csv").toString()));
        }
        return all.toArray(String[]::new);
    }

    private static void prepare(Situation situation) throws Exception {
        switch (situation) {
            case TOPICS_EMPTY -> {
                try (Admin admin = Admin.create(kafka())) {
                    new TopicLayout(2, (short) 1).create(admin);
                }
            }
            case OTHER_CLUSTER -> writeForeignRecords();
            case ONE_TOPIC_MISSING -> {
                delete(
                        Topic.LEDGER_OUTCOMES,
                        Topic.PAYMENT_DECISIONS,
                        Topic.RETENTION_POLICIES,
                        Topic.DEAD_LETTERS,
                        Topic.KEY_USAGE_ALERTS,
                        Topic.KEY_USAGE_STATE);
            }
            default -> {}
        }
    }

    private static void writeForeignRecords() throws ExecutionException, InterruptedException {
        AvroFormat format = AvroFormat.onRegistry(sandbox.registryUrl());
        PaymentKey key = new PaymentKey("somebody-else", "their-order");
        PaymentCommand command = PaymentCommand.newBuilder()
                .setClientId(key.clientId())
                .setIdempotencyKey(key.idempotencyKey())
                .setDebtorAccount("alice")
                .setCreditorAccount("bob")
                .setAmountMinor(100)
                .setCurrency("EUR")
                .setReference(null)
                .setSentAt(Instant.now())
                .build();
        try (var producer = new KafkaProducer<>(kafka(), new ByteArraySerializer(), new ByteArraySerializer())) {
            byte[] bytes = key.topicKey().getBytes(UTF_8);
            producer.send(new ProducerRecord<>(
                            "payment-commands",
                            0,
                            bytes,
                            format.<PaymentCommand>serializer().serialize("payment-commands", command)))
                    .get();
            LedgerEvent event = ForeignEvent.post(key, 100, 0);
            producer.send(new ProducerRecord<>(
                            "ledger-events",
                            0,
                            bytes,
                            format.<LedgerEvent>serializer().serialize("ledger-events", event)))
                    .get();
        }
    }

    private static void createMissingTopics() {
        try (Admin admin = Admin.create(kafka())) {
            while (new TopicLayout(2, (short) 1).create(admin).isEmpty()) {
                Thread.onSpinWait(); // The broker deletes when it comes to it.
            }
        }
    }

    private static void delete(Topic... topics) {
        try (Admin admin = Admin.create(kafka())) {
            List<String> names = Stream.of(topics).map(Topic::topicName).toList();
            admin.deleteTopics(names).all().get();
            while (admin.listTopics().names().get().stream().anyMatch(names::contains)) {
                Thread.onSpinWait();
            }
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, Integer> expectedCodes(Situation situation) {
        List<List<String>> rows = table("| tool |");
        int column = rows.getFirst().indexOf(situation.column());
        assertTrue(column > 0, "no column " + situation.column());
        Map<String, Integer> codes = new LinkedHashMap<>();
        rows.stream()
                .skip(1)
                .filter(row -> !row.get(column).equals("–"))
                .forEach(row -> codes.put(row.getFirst(), Integer.valueOf(row.get(column))));
        return codes;
    }

    /** The messages that the page gives for the situation. */
    private static List<String> lines(Situation situation) {
        return table("| situation |").stream()
                .filter(row -> row.getFirst().equals(situation.column()))
                .flatMap(row -> Pattern.compile("`([^`]+)`").matcher(row.get(1)).results())
                .map(line -> line.group(1))
                .toList();
    }

    /** Cells of the page's table that starts so, its head first. */
    private static List<List<String>> table(String start) {
        List<String> lines = Repository.text("docs/exit-codes.md").lines().toList();
        return lines.stream()
                .dropWhile(line -> !line.startsWith(start))
                .takeWhile(line -> line.startsWith("|"))
                .filter(line -> !line.startsWith("|---"))
                .map(line -> Arrays.stream(line.split("\\|"))
                        .skip(1)
                        .map(String::strip)
                        .toList())
                .toList();
    }

    private static Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", sandbox.bootstrapServers());
    }

    private static DatabaseSettings settings(String url) {
        return new DatabaseSettings(
                url, sandbox.user(), sandbox.password(), sandbox.user(), sandbox.password(), 1, Duration.ofSeconds(10));
    }

    private static void execute(String url, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, sandbox.user(), sandbox.password());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
