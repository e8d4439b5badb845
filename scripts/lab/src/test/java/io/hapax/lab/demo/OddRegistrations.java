package io.hapax.lab.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hapax.sandbox.OddSchemas;
import io.hapax.schemas.PaymentCommand;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.apache.avro.Schema;

/** Registers at a real registry whatever it takes: our schemas, others of all kinds, and texts that are none. */
final class OddRegistrations {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String confluent;
    private final String apicurio;
    private int subjects;

    OddRegistrations(String registryUrl) {
        confluent = registryUrl;
        apicurio = registryUrl.replace("/apis/ccompat/v7", "/apis/registry/v3");
    }

    /** The id of a schema of ours. */
    int ours(Schema schema) throws IOException, InterruptedException {
        return avro("fuzz-" + schema.getName() + "-value", schema.toString()).orElseThrow();
    }

    /** Ids under which there is nothing that one of our values can be read with. */
    List<Integer> odd() throws IOException, InterruptedException {
        List<Integer> ids = new ArrayList<>();
        String ours = PaymentCommand.getClassSchema().toString();
        for (String text : OddSchemas.beside(ours).toList()) {
            asArtifact(text).ifPresent(ids::add);
        }
        confluent("JSON", "{\"type\":\"object\",\"properties\":{\"amount\":{\"type\":\"number\"}}}")
                .ifPresent(ids::add);
        confluent("PROTOBUF", "syntax = \"proto3\"; message Payment { string id = 1; }")
                .ifPresent(ids::add);
        String trace = "{\"type\":\"record\",\"name\":\"Trace\",\"namespace\":\"bank\",\"fields\":[]}";
        avro("bank.Trace", trace).orElseThrow();
        ids.add(withReference(
                "{\"type\":\"record\",\"name\":\"Traced\",\"fields\":[{\"name\":\"t\",\"type\":\"bank.Trace\"}]}"));
        return ids;
    }

    /** Ids of schemas made by chance. */
    List<Integer> any(Random random, int schemas) throws IOException, InterruptedException {
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < schemas; i++) {
            asArtifact(OddSchemas.random(random, PaymentCommand.getClassSchema().toString()))
                    .ifPresent(ids::add);
        }
        return ids;
    }

    private int withReference(String text) throws IOException, InterruptedException {
        ObjectNode body = MAPPER.createObjectNode().put("schema", text);
        body.withArray("references")
                .addObject()
                .put("name", "bank.Trace")
                .put("subject", "bank.Trace")
                .put("version", 1);
        return id(post(confluent + "/subjects/traced-" + ++subjects + "/versions", body))
                .orElseThrow();
    }

    private OptionalInt avro(String subject, String text) throws IOException, InterruptedException {
        ObjectNode body = MAPPER.createObjectNode().put("schema", text);
        return id(post(confluent + "/subjects/" + subject + "/versions", body));
    }

    private OptionalInt confluent(String type, String text) throws IOException, InterruptedException {
        ObjectNode body = MAPPER.createObjectNode().put("schema", text).put("schemaType", type);
        return id(post(confluent + "/subjects/other-" + ++subjects + "/versions", body));
    }

    /** Registers a text as an artifact, which the registry does not check. */
    private OptionalInt asArtifact(String text) throws IOException, InterruptedException {
        ObjectNode body =
                MAPPER.createObjectNode().put("artifactId", "odd-" + ++subjects).put("artifactType", "AVRO");
        body.withObject("firstVersion")
                .withObject("content")
                .put("content", text)
                .put("contentType", "application/json");
        HttpResponse<String> answer = post(apicurio + "/groups/default/artifacts", body);
        JsonNode id = MAPPER.readTree(answer.body()).path("version").path("contentId");
        return answer.statusCode() == 200 && id.isInt() ? OptionalInt.of(id.intValue()) : OptionalInt.empty();
    }

    private static OptionalInt id(HttpResponse<String> answer) throws IOException {
        JsonNode id = MAPPER.readTree(answer.body()).path("id");
        return answer.statusCode() == 200 && id.isInt() ? OptionalInt.of(id.intValue()) : OptionalInt.empty();
    }

    private HttpResponse<String> post(String url, ObjectNode body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
