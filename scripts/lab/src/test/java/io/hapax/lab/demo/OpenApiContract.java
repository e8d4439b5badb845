package io.hapax.lab.demo;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** docs/openapi.yaml, which real answers are held against. */
final class OpenApiContract {
    private static final String ROOT = "https://hapax.invalid/openapi";

    private final JsonNode api;
    private final SchemaRegistry schemas;

    OpenApiContract() throws IOException {
        String text = Files.readString(Path.of("..", "..", "docs", "openapi.yaml"));
        api = new YAMLMapper().readTree(text);
        schemas = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(Map.of(ROOT, api.toString())));
    }

    /** Everything in which an answer differs from what is described; empty if nothing. */
    List<String> differences(String method, String path, GatewayAnswer answer) {
        String pointer = "/paths/" + escape(path) + "/" + method + "/responses/" + answer.status();
        JsonNode response = api.at(pointer);
        if (response.has("$ref")) {
            pointer = response.path("$ref").asString().substring(1);
            response = api.at(pointer);
        }
        if (response.isMissingNode()) {
            return List.of(answer.status() + " is not described for " + method + " " + path);
        }
        List<String> differences = new ArrayList<>();
        response.path("headers").properties().forEach(header -> {
            JsonNode described = header.getValue();
            JsonNode resolved = described.has("$ref")
                    ? api.at(described.path("$ref").asString().substring(1))
                    : described;
            // A conflict is no replay of anything: that header belongs to settled payments.
            boolean required = resolved.path("required").asBoolean(false)
                    && !(header.getKey().equals("Idempotent-Replayed")
                            && answer.body().contains(":key-reused"));
            if (required && answer.header(header.getKey()).isEmpty()) {
                differences.add("header " + header.getKey() + " is missing");
            }
        });
        if (!response.path("content").has(answer.contentType())) {
            differences.add("content type " + answer.contentType() + " is not described");
            return differences;
        }
        Schema schema = schemas.getSchema(
                SchemaLocation.of(ROOT + "#" + pointer + "/content/" + escape(answer.contentType()) + "/schema"));
        schema.validate(answer.body(), InputFormat.JSON).forEach(error -> differences.add(error.toString()));
        return differences;
    }

    private static String escape(String segment) {
        return segment.replace("~", "~0").replace("/", "~1");
    }
}
