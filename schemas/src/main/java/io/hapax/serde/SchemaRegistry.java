package io.hapax.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/**
 * Asks a schema registry over Confluent's REST API (Confluent's own, Apicurio's {@code /apis/ccompat/v7}, Karapace's,
 * Redpanda's).
 *
 * <p>Every call asks the network; who calls remembers. A registry that is away is asked again for a while; one that stays
 * away or answers nonsense is a {@link RegistryUnavailableException}: a fault that heals, never a reason to refuse a payment.
 */
final class SchemaRegistry {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** With 100 ms at first and four times as much each time: a restart passes unnoticed, within 35 s. */
    private static final int DEFAULT_RETRIES = 5;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final String JSON = "application/vnd.schemaregistry.v1+json";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final URI base;
    private final Optional<String> credentials;
    private final int retries;
    private final HttpClient http;

    /**
     * @param url base of the REST API
     * @param userInfo {@code user:password} for HTTP basic authentication, if the registry wants it
     * @param retries how often a call that failed is made again
     */
    SchemaRegistry(String url, Optional<String> userInfo, int retries) {
        this.retries = retries;
        this.base = URI.create(url.endsWith("/") ? url : url + "/");
        this.credentials = userInfo.map(
                info -> "Basic " + Base64.getEncoder().encodeToString(info.getBytes(StandardCharsets.UTF_8)));
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .build();
    }

    /** The id of the schema under the subject, which is registered if it was not yet. */
    int register(String subject, Schema schema) {
        return idOf(
                send(post("subjects/" + subject + "/versions", schema), "register the schema of subject " + subject));
    }

    /** The id of a schema that somebody registered under the subject before. */
    int lookUp(String subject, Schema schema) {
        return idOf(send(post("subjects/" + subject, schema), "look up the schema of subject " + subject));
    }

    /** The schema with this id; empty when the registry knows none. */
    Optional<Schema> byId(int id) {
        String what = "fetch schema " + id;
        HttpResponse<String> response =
                exchange(request("schemas/ids/" + id).GET().build(), what);
        if (response.statusCode() == 404) {
            return Optional.empty();
        }
        String text = json(expectOk(response, what), what).path("schema").asText();
        try {
            return Optional.of(new Schema.Parser().parse(text));
        } catch (SchemaParseException e) {
            // Another kind of schema (JSON, Protobuf) has its ids in the same registry.
            return Optional.empty();
        }
    }

    private HttpRequest post(String path, Schema schema) {
        String body = MAPPER.createObjectNode().put("schema", schema.toString()).toString();
        return request(path).POST(BodyPublishers.ofString(body)).build();
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(base.resolve(path))
                .timeout(TIMEOUT)
                .header("Content-Type", JSON)
                .header("Accept", JSON);
        credentials.ifPresent(value -> builder.header("Authorization", value));
        return builder;
    }

    private JsonNode send(HttpRequest request, String what) {
        return json(expectOk(exchange(request, what), what), what);
    }

    private HttpResponse<String> exchange(HttpRequest request, String what) {
        Duration pause = FIRST_PAUSE;
        for (int retriesLeft = retries; ; retriesLeft--) {
            try {
                HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
                if (response.statusCode() / 100 != 5 || retriesLeft == 0) {
                    return response;
                }
            } catch (IOException e) {
                // Who waited for a whole time-out has waited enough.
                if (retriesLeft == 0 || e instanceof HttpTimeoutException) {
                    throw new RegistryUnavailableException("the schema registry at " + base + " did not " + what, e);
                }
            } catch (InterruptedException e) {
                throw interrupted(what, e);
            }
            pause(pause, what);
            pause = pause.multipliedBy(4);
        }
    }

    private static void pause(Duration pause, String what) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            throw interrupted(what, e);
        }
    }

    private static RegistryUnavailableException interrupted(String what, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new RegistryUnavailableException("interrupted while asking the schema registry to " + what, e);
    }

    private String expectOk(HttpResponse<String> response, String what) {
        if (response.statusCode() / 100 != 2) {
            throw new RegistryUnavailableException("the schema registry at " + base + " did not " + what + ": HTTP "
                    + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    private JsonNode json(String body, String what) {
        try {
            return MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            throw new RegistryUnavailableException(
                    "the schema registry at " + base + " did not answer JSON when asked to " + what, e);
        }
    }

    private int idOf(JsonNode answer) {
        JsonNode id = answer.path("id");
        if (!id.isInt()) {
            throw new RegistryUnavailableException("the schema registry at " + base + " answered no id: " + answer);
        }
        return id.intValue();
    }

    /** Builds one from the settings that Confluent's serdes use too. */
    static SchemaRegistry fromConfig(Map<String, ?> config) {
        Object url = config.get(AvroFormat.REGISTRY_URL);
        if (url == null) {
            throw new IllegalArgumentException(AvroFormat.REGISTRY_URL + " is missing");
        }
        return new SchemaRegistry(
                url.toString(),
                Optional.ofNullable(config.get(AvroFormat.REGISTRY_USER_INFO)).map(Object::toString),
                Optional.ofNullable(config.get(AvroFormat.REGISTRY_RETRIES))
                        .map(text -> Integer.parseInt(text.toString()))
                        .orElse(DEFAULT_RETRIES));
    }
}
