package io.hapax.lab.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hapax.schemas.PaymentDecision;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of the examples of docs/clients, as printed there, on real parts. A client that is not installed is
 * skipped; {@code .ci/run} installs all that it can.
 */
class ForeignClientsTest {
    private static final int DECISIONS = 10_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Path EXAMPLES =
            Path.of("../../docs/clients").toAbsolutePath().normalize();

    /** The libraries that a client in Java gets with hapax-schemas, and none of the apps' libraries. */
    private static final Pattern OF_SCHEMAS = Pattern.compile(
            ".*(/schemas/target/.*|/hapax-schemas-[^/]*|/(avro|kafka-clients|jackson-[a-z]+|slf4j-api|lz4-java|zstd-jni|snappy-java|jspecify|commons-[a-z0-9]+)-[0-9][^/]*)");

    private static final Pattern OF_KCAT = Pattern.compile(
            "\"verdict\": \"(\\w+)\", \"status\": (?:null|\\{\"PaymentStatus\": \"(\\w+)\"}),.*\"commandPartition\": (\\d+), \"commandOffset\": (\\d+)");

    private static LiveDemo demo;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void pay() throws Exception {
        demo = LiveDemo.run(folder.resolve("demo"), DECISIONS);
        int decisions = decisions().size();
        assertTrue(decisions >= DECISIONS, decisions + " decisions");
    }

    @AfterAll
    static void stop() {
        demo.close();
    }

    @Test
    void shouldBeReadAndPaidByAClientInJavaThatHasTheSchemasAlone() throws Exception {
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPathOfSchemas());
        assertReads(run(with(java, "java/ReadDecisions.java", String.valueOf(DECISIONS)), Map.of()));
        assertPays(
                run(with(java, "java/SendPayment.java", "by-java", "alice", "bob", "100", "EUR"), Map.of()), "by-java");
    }

    @Test
    void shouldBeReadAndPaidByStockKafkajs() throws Exception {
        Map<String, String> installed = modules("kafkajs", "kafkajs");
        assertReads(run(List.of("node", "kafkajs/consume.js", String.valueOf(DECISIONS)), installed));
        assertPays(
                run(List.of("node", "kafkajs/produce.js", "by-kafkajs", "alice", "bob", "100", "EUR"), installed),
                "by-kafkajs");
    }

    @Test
    void shouldBeReadAndPaidByConfluentsJavaScriptClient() throws Exception {
        Map<String, String> installed =
                modules("confluent-js", "@confluentinc/kafka-javascript/build/Release/confluent-kafka-javascript.node");
        assertReads(run(List.of("node", "confluent-js/consume.js", String.valueOf(DECISIONS)), installed));
        assertPays(
                run(
                        List.of("node", "confluent-js/produce.js", "by-confluent", "alice", "bob", "100", "EUR"),
                        installed),
                "by-confluent");
    }

    @Test
    void shouldBeReadByKcatThatWasBuiltWithAvro() throws Exception {
        assume(kcat().contains("Avro"), "kcat with Avro is not installed: kcat -V says \"" + kcat() + "\"");
        List<String> lines = run(List.of("./kcat.sh", "consume", String.valueOf(DECISIONS)), Map.of());
        assertReads(lines.stream().map(ForeignClientsTest::ofKcat).toList());
    }

    @Test
    void shouldBePaidByKcat() throws Exception {
        assume(!kcat().isEmpty(), "kcat is not installed");
        run(List.of("./kcat.sh", "produce", "by-kcat", "alice", "bob", "100", "EUR"), Map.of());
        String answer = await("by-kcat");
        assertTrue(answer.contains(" SETTLED "), answer);
    }

    @Test
    void shouldBePaidAndLookedUpByCurl() throws Exception {
        Map<String, String> gateway = Map.of(
                "GATEWAY", demo.world().gatewayUrl(), "API_KEY", demo.world().apiKey());
        List<String> paid = run(List.of("./curl.sh", "pay", "by-curl", "alice", "bob", "100", "EUR"), gateway);
        assertEquals("201", paid.getLast(), paid.toString());
        List<String> found = run(List.of("./curl.sh", "look-up", "by-curl"), gateway);
        assertEquals("200", found.getLast(), found.toString());
    }

    private static void assertReads(List<String> lines) {
        assertEquals(DECISIONS, lines.size());
        assertEquals(DECISIONS, new HashSet<>(lines).size(), "a decision was read twice");
        // Those to payments of other clients, which came meanwhile, included.
        Set<String> decisions = new HashSet<>(decisions().values());
        List<String> wrong = lines.stream()
                .filter(line -> !decisions.contains(line))
                .limit(5)
                .toList();
        assertEquals(List.of(), wrong);
    }

    /** The answer names the command that the example printed. */
    private static void assertPays(List<String> lines, String idempotencyKey) throws InterruptedException {
        assertEquals(1, lines.size(), lines.toString());
        String answer = await(idempotencyKey);
        assertTrue(answer.contains(" SETTLED ") && answer.endsWith(" " + lines.getFirst()), lines + ": " + answer);
    }

    private static String await(String idempotencyKey) throws InterruptedException {
        String key = Sample.CLIENT + "/" + idempotencyKey + " ";
        Instant deadline = Instant.now().plus(PATIENCE);
        while (Instant.now().isBefore(deadline)) {
            for (String answer : decisions().values()) {
                if (answer.startsWith(key)) {
                    return answer;
                }
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        throw new AssertionError("no answer to " + key);
    }

    /** Every decision by its place, as the examples print it. */
    private static Map<String, String> decisions() {
        WireReader<PaymentDecision> reader = new WireReader<>(demo.world().format(), PaymentDecision.class);
        Map<String, String> found = new TreeMap<>();
        try (TopicTail tail = new TopicTail(demo.world().kafka(), Topic.PAYMENT_DECISIONS)) {
            tail.readToEnd(record -> {
                if (reader.read(record.topic(), record.value())
                        instanceof Decoded.Value<PaymentDecision>(var decision)) {
                    found.put(
                            record.partition() + "@" + record.offset(),
                            new String(record.key(), UTF_8) + " " + decision.getVerdict() + " "
                                    + (decision.getStatus() == null ? "-" : decision.getStatus()) + " "
                                    + decision.getCommandPartition() + "@" + decision.getCommandOffset());
                }
            });
        }
        return found;
    }

    private static String ofKcat(String line) {
        Matcher decision = OF_KCAT.matcher(line);
        assertTrue(decision.find(), line);
        return line.substring(0, line.indexOf(" {")) + " " + decision.group(1) + " "
                + (decision.group(2) == null ? "-" : decision.group(2)) + " " + decision.group(3) + "@"
                + decision.group(4);
    }

    private static String classPathOfSchemas() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> OF_SCHEMAS.matcher(entry).matches())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** The folder where {@code .ci/run} installs the clients. It is outside of the checkout. */
    private static Map<String, String> modules(String example, String needed) {
        String clients = System.getenv("PAYMENT_CLIENTS");
        Path modules = (clients == null
                        ? Path.of(System.getProperty("user.home"), ".cache", "hapax", "clients")
                        : Path.of(clients))
                .resolve(example)
                .resolve("node_modules");
        assume(
                Files.exists(modules.resolve(needed)),
                example + " is not installed: there is no " + modules.resolve(needed));
        return Map.of("NODE_PATH", modules.toString());
    }

    private static void assume(boolean installed, String why) {
        if (!installed) {
            System.err.println("SKIPPED: " + why + "; .ci/run installs what it can");
        }
        assumeTrue(installed, why);
    }

    /** The version that kcat prints; empty if it is not installed. */
    private static String kcat() throws InterruptedException {
        try {
            return String.join(" ", run(List.of(System.getenv().getOrDefault("KCAT", "kcat"), "-V"), Map.of()));
        } catch (IOException e) {
            return "";
        }
    }

    private static List<String> with(List<String> command, String... more) {
        return Stream.concat(command.stream(), Stream.of(more)).toList();
    }

    /** The output of a command that is run in the folder of the examples. */
    private static List<String> run(List<String> command, Map<String, String> more)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "client", ".out");
        Path errors = Files.createTempFile(folder, "client", ".err");
        Map<String, String> environment = new HashMap<>(more);
        environment.put("BOOTSTRAP_SERVERS", demo.world().sandbox().bootstrapServers());
        environment.put("SCHEMA_REGISTRY_URL", demo.world().sandbox().registryUrl());
        environment.put("GROUP_ID", output.getFileName().toString());
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command))
                .directory(EXAMPLES.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS), () -> command + " does not end");
        } finally {
            process.destroyForcibly();
        }
        assertEquals(0, process.exitValue(), command.getFirst() + ": " + Files.readString(errors));
        return Files.readAllLines(output);
    }
}
