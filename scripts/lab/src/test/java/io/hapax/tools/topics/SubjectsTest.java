package io.hapax.tools.topics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hapax.lab.LabRun;
import io.hapax.lab.operations.Repository;
import io.hapax.sandbox.LentBroker;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One wrong registration must not send the commands of everybody to the dead letters: on a real registry. */
class SubjectsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Path RELEASED = Path.of("../../schemas/src/released");
    private static final String COMMANDS = "payment-commands-value";

    private static LentBroker broker;
    private static Sandbox sandbox;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void start(@TempDir Path folder) {
        broker = LentBroker.lend();
        sandbox = Sandbox.start(folder, Part.REGISTRY);
    }

    @AfterAll
    static void stop() {
        broker.close();
        sandbox.close();
    }

    @Test
    void shouldProtectTheSubjectsOfPaymentsAndNameWhatIsWrongWithThem() throws Exception {
        LabRun without = topics("create", "--partitions", "1");
        assertEquals(0, without.exitCode(), without.output());
        assertSays(without, "the schema registry was not looked at");

        LabRun nothing = topics("verify", "--registry", sandbox.registryUrl());
        assertEquals(1, nothing.exitCode(), nothing.output());
        assertSays(nothing, "subject payment-commands-value is not registered");

        assertEquals(
                200,
                register("payment-decisions-value", Repository.text("schemas/src/released/1/PaymentDecision.avsc")));
        assertSays(
                topics("verify", "--registry", sandbox.registryUrl()),
                "subject payment-decisions-value: compatibility is NONE, must be FULL_TRANSITIVE; to mend: ");

        LabRun created = topics("create", "--partitions", "1", "--registry", sandbox.registryUrl());
        assertEquals(0, created.exitCode(), created.output());
        assertSays(created, "all subjects are sound: FULL_TRANSITIVE");
        assertEquals(0, topics("verify", "--registry", sandbox.registryUrl()).exitCode());

        shouldTakeEveryReleasedSchema();
        assertEquals(409, register(COMMANDS, withoutCurrency()), "it drops the currency");

        assertEquals(200, setLevel("BACKWARD"));
        assertEquals(200, register(COMMANDS, withoutCurrency()), "under Confluent's default nobody refuses it");
        LabRun unprotected = topics("verify", "--registry", sandbox.registryUrl());
        assertEquals(1, unprotected.exitCode());
        assertSays(unprotected, "subject payment-commands-value: compatibility is BACKWARD, must be FULL_TRANSITIVE");
        LabRun wrong = topics("create", "--partitions", "1", "--registry", sandbox.registryUrl());
        assertEquals(1, wrong.exitCode(), "the wrong version is still there");
        assertSays(wrong, "does not go with PaymentCommand: READER_FIELD_MISSING_DEFAULT_VALUE currency");
    }

    private void shouldTakeEveryReleasedSchema() throws Exception {
        for (Map.Entry<String, Schema> published : Subjects.published().entrySet()) {
            String subject = published.getKey();
            for (Path released : released(published.getValue().getName())) {
                assertEquals(200, register(subject, Files.readString(released)), released.toString());
            }
        }
        LabRun sound = topics("verify", "--registry", sandbox.registryUrl());
        assertEquals(0, sound.exitCode(), sound.output());
    }

    /** All versions of the type. */
    private static List<Path> released(String name) throws IOException {
        try (Stream<Path> files = Files.walk(RELEASED)) {
            return files.filter(file -> file.endsWith(name + ".avsc")).sorted().toList();
        }
    }

    private static String withoutCurrency() throws IOException {
        ObjectNode schema = (ObjectNode) MAPPER.readTree(Repository.text("schemas/src/main/avro/PaymentCommand.avsc"));
        ArrayNode kept = MAPPER.createArrayNode();
        for (JsonNode field : schema.path("fields")) {
            if (!field.path("name").asText().equals("currency")) {
                kept.add(field);
            }
        }
        return schema.set("fields", kept).toString();
    }

    @Test
    void composeShouldProtectTheSameSubjects() {
        String script = Repository.text("deploy/schemas.sh");
        assertTrue(script.contains("\"compatibility\":\"" + Subjects.LEVEL + "\""), script);
        String named = script.replaceAll("(?s).*for subject in ([A-Za-z.\\\\\n -]+);.*", "$1");
        assertEquals(
                Subjects.published().keySet().stream().sorted().toList(),
                Stream.of(named.replace("\\", "").trim().split("\\s+")).sorted().toList());
        assertTrue(Repository.text("docker-compose.yml").contains("./deploy/schemas.sh:/schemas.sh:ro"));
    }

    private static void assertSays(LabRun run, String text) {
        assertTrue(run.output().contains(text), run.output());
    }

    private int register(String subject, String schema) throws IOException, InterruptedException {
        return send(
                "POST",
                "/subjects/" + subject + "/versions",
                MAPPER.createObjectNode().put("schema", schema));
    }

    private int setLevel(String level) throws IOException, InterruptedException {
        return send("PUT", "/config/" + COMMANDS, MAPPER.createObjectNode().put("compatibility", level));
    }

    private int send(String method, String path, JsonNode body) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(URI.create(sandbox.registryUrl() + path))
                                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                                .method(method, BodyPublishers.ofString(body.toString()))
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }

    private LabRun topics(String... arguments) {
        return LabRun.of(
                        Stream.concat(Stream.of("topics"), Stream.of(arguments)).toArray(String[]::new))
                .with("--bootstrap-servers", broker.bootstrapServers(), "--replication", "1");
    }
}
