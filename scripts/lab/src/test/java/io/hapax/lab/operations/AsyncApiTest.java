package io.hapax.lab.operations;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.hapax.topics.RecordHeaders;
import io.hapax.topics.Topic;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;

/** The page docs/asyncapi.yaml names the topics, schemas and headers of the code. */
class AsyncApiTest {
    @Test
    void asyncApiShouldHaveTheTopicsOfTheCode() {
        JsonNode api = Repository.yaml("docs/asyncapi.yaml");
        assertTrue(api.path("asyncapi").asText().startsWith("3."));
        Map<String, JsonNode> channels = new TreeMap<>();
        api.path("channels")
                .forEach(channel -> channels.put(channel.path("address").asText(), channel));
        assertEquals(
                Topic.OF_THE_JOURNEY.stream().map(Topic::topicName).collect(toCollection(TreeSet::new)),
                channels.keySet());
        for (Topic topic : Topic.OF_THE_JOURNEY) {
            JsonNode kafka = channels.get(topic.topicName()).path("bindings").path("kafka");
            assertEquals(topic.topicName(), kafka.path("topic").asText());
            Map<String, String> required = new TreeMap<>();
            kafka.path("x-required")
                    .fields()
                    .forEachRemaining(setting ->
                            required.put(setting.getKey(), setting.getValue().asText()));
            assertEquals(new TreeMap<>(topic.requiredSettings()), required, topic.topicName());
        }
    }

    @Test
    void asyncApiShouldHaveTheSchemasOfTheCode() throws Exception {
        JsonNode api = Repository.yaml("docs/asyncapi.yaml");
        Map<String, List<String>> schemas = Map.of(
                "paymentCommands",
                List.of("PaymentCommand", "ReservationCommand", "CaptureCommand", "VoidCommand", "CancelCommand"),
                "paymentCommandsRerouted",
                List.of("PaymentCommand"),
                "ledgerEvents",
                List.of("LedgerEvent", "ReservationEvent", "GuardedEvent", "CancelEvent", "LedgerTime"),
                "ledgerOutcomes",
                List.of("LedgerOutcome", "ReservationOutcome", "CancelOutcome"),
                "paymentDecisions",
                List.of("PaymentDecision", "ReservationDecision", "CancelDecision"),
                "retentionPolicies",
                List.of("RetentionPolicy"));
        for (Map.Entry<String, List<String>> expected : schemas.entrySet()) {
            List<String> documented = new ArrayList<>();
            for (JsonNode message : messagesOf(api, expected.getKey())) {
                String name = message.path("name").asText();
                documented.add(name);
                String reference =
                        message.path("payload").path("schema").path("$ref").asText();
                Schema schema = new Schema.Parser()
                        .parse(Files.readString(Repository.ROOT.resolve("docs").resolve(reference)));
                Schema coded = (Schema) Class.forName("io.hapax.schemas." + name)
                        .getField("SCHEMA$")
                        .get(null);
                assertEquals(SchemaNormalization.toParsingForm(coded), SchemaNormalization.toParsingForm(schema));
            }
            assertEquals(expected.getValue(), documented, expected.getKey());
        }
        assertEquals("debtorAccount", keyOf(api, "ledgerEvents"));
        for (String byPayment : List.of("paymentCommandsRerouted", "ledgerOutcomes", "paymentDecisions")) {
            assertEquals("clientId/idempotencyKey", keyOf(api, byPayment));
        }
    }

    @Test
    void asyncApiShouldHaveTheHeadersOfDeadLetters() throws Exception {
        Set<String> headers = new TreeSet<>();
        for (Field constant : RecordHeaders.class.getFields()) {
            headers.add((String) constant.get(null));
        }
        Set<String> documented = new TreeSet<>();
        messageOf(Repository.yaml("docs/asyncapi.yaml"), "deadLetters")
                .path("headers")
                .path("properties")
                .fieldNames()
                .forEachRemaining(documented::add);
        assertEquals(headers, documented);
    }

    @Test
    void asyncApiShouldReferToWhatIsThere() {
        JsonNode api = Repository.yaml("docs/asyncapi.yaml");
        List<String> references = api.findValuesAsText("$ref");
        assertTrue(references.size() > 15, references.toString());
        for (String reference : references) {
            assertTrue(
                    reference.startsWith("#/")
                            ? !api.at(reference.substring(1)).isMissingNode()
                            : Files.exists(Repository.ROOT.resolve("docs").resolve(reference)),
                    reference);
        }
    }

    private static JsonNode messageOf(JsonNode api, String channel) {
        return messagesOf(api, channel).getFirst();
    }

    private static List<JsonNode> messagesOf(JsonNode api, String channel) {
        List<JsonNode> messages = new ArrayList<>();
        api.path("channels")
                .path(channel)
                .path("messages")
                .forEach(
                        named -> messages.add(api.at(named.path("$ref").asText().substring(1))));
        return messages;
    }

    private static String keyOf(JsonNode api, String channel) {
        return messageOf(api, channel)
                .path("bindings")
                .path("kafka")
                .path("key")
                .path("description")
                .asText();
    }
}
