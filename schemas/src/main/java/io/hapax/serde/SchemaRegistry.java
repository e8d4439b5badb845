package io.hapax.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hapax.serde.BoundedBody.Body;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A client of a schema registry with Confluent's REST API (Confluent's own, Apicurio's {@code /apis/ccompat/v7},
 * Karapace's, Redpanda's).
 *
 * <p>Every call asks the network; who calls remembers. Only a registry that says so with its own error code does not
 * know a schema. Any other answer that is none (a wrong path, a proxy without a back end, a page in HTML, half an
 * answer) is asked for again for a while, and is then a {@link RegistryUnavailableException}: a fault that heals,
 * never a reason to refuse a payment.
 */
final class SchemaRegistry {
    /** Bytes of an answer that are read: no schema that goes with one of ours comes near it. */
    static final int MAX_ANSWER_BYTES = 1024 * 1024;

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** With 100 ms at first and four times as much each time: a restart passes unnoticed, within 35 s. */
    private static final int DEFAULT_RETRIES = 5;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final String JSON = "application/vnd.schemaregistry.v1+json";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** By its own error codes, never by a bare 404, a registry says that it has no such schema. */
    private static final Set<Integer> NO_SUCH_ID = Set.of(40403);

    /** No such subject, or no such version of it. */
    private static final Set<Integer> NO_SUCH_VERSION = Set.of(40401, 40402);

    private static final int SHOWN_OF_AN_ANSWER = 200;

    private final URI base;
    private final Optional<String> credentials;
    private final int retries;
    private final Duration timeout;
    private final HttpClient http;

    /**
     * @param url base of the REST API
     * @param userInfo {@code user:password} for HTTP basic authentication, if the registry wants it
     * @param retries how often a call that failed is made again
     * @param timeout of one call, from the first byte of the request to the last of the answer
     */
    SchemaRegistry(String url, Optional<String> userInfo, int retries, Duration timeout) {
        this.retries = retries;
        this.timeout = timeout;
        this.base = URI.create(url.endsWith("/") ? url : url + "/");
        this.credentials = userInfo.map(
                info -> "Basic " + Base64.getEncoder().encodeToString(info.getBytes(StandardCharsets.UTF_8)));
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .build();
    }

    /** The registry's answer about one schema id, or about one version of a subject. */
    sealed interface Registered {
        /**
         * @param type {@code AVRO}, or another kind of schema, which has its ids in the same registry
         * @param text as it was registered; names of other schemas may stand in it
         * @param references where those other schemas are
         */
        record Text(String type, String text, List<Reference> references) implements Registered {}

        /** A schema with an answer of more than {@link #MAX_ANSWER_BYTES}. */
        record TooLarge() implements Registered {}

        /** No schema: the registry says that there is none. */
        record Nothing() implements Registered {}
    }

    /** Another schema that a schema speaks of: a version of a subject. */
    record Reference(String subject, int version) {}

    /** An answer that means something; null where it does not. */
    private interface Meaning<T> {
        @Nullable T of(int status, Body body);
    }

    /** The id of the schema under the subject, which is registered if it was not yet. */
    int register(String subject, Schema schema) {
        return ask(
                post("subjects/" + subject + "/versions", schema),
                "register the schema of subject " + subject,
                SchemaRegistry::id);
    }

    /** The id of a schema that somebody registered under the subject before. */
    int lookUp(String subject, Schema schema) {
        return ask(post("subjects/" + subject, schema), "look up the schema of subject " + subject, SchemaRegistry::id);
    }

    /** The schema with this id. */
    Registered byId(int id) {
        // Ids are positive; what a registry makes of another is its own.
        return id <= 0
                ? new Registered.Nothing()
                : ask(
                        request("schemas/ids/" + id).GET().build(),
                        "fetch schema " + id,
                        (status, body) -> registered(status, body, NO_SUCH_ID));
    }

    /** The schema that another one speaks of, also when it was deleted since: what it means to the other one stays. */
    Registered byReference(Reference reference) {
        String subject =
                URLEncoder.encode(reference.subject(), StandardCharsets.UTF_8).replace("+", "%20");
        String path = "subjects/" + subject + "/versions/" + reference.version() + "?deleted=true";
        return ask(
                request(path).GET().build(),
                "fetch version " + reference.version() + " of subject " + reference.subject(),
                (status, body) -> registered(status, body, NO_SUCH_VERSION));
    }

    private static @Nullable Registered registered(int status, Body body, Set<Integer> nothing) {
        if (status == 404) {
            return nothing.contains(errorCode(body)) ? new Registered.Nothing() : null;
        }
        if (status / 100 != 2) {
            return null;
        }
        if (body.isCut()) {
            return body.text().startsWith("{") ? new Registered.TooLarge() : null;
        }
        JsonNode answer = json(body);
        JsonNode text = answer.path("schema");
        List<Reference> references = references(answer.path("references"));
        return text.isTextual() && references != null
                ? new Registered.Text(answer.path("schemaType").asText("AVRO"), text.textValue(), references)
                : null;
    }

    private static @Nullable List<Reference> references(JsonNode listed) {
        if (listed.isMissingNode() || listed.isNull()) {
            return List.of();
        }
        List<Reference> references = new ArrayList<>();
        for (JsonNode each : listed) {
            if (!each.path("subject").isTextual() || !each.path("version").isInt()) {
                return null;
            }
            references.add(new Reference(
                    each.path("subject").textValue(), each.path("version").intValue()));
        }
        return references;
    }

    private static @Nullable Integer id(int status, Body body) {
        JsonNode id = json(body).path("id");
        return status / 100 == 2 && id.isInt() ? id.intValue() : null;
    }

    private static JsonNode json(Body body) {
        try {
            return MAPPER.readTree(body.text());
        } catch (JsonProcessingException e) {
            return MAPPER.missingNode();
        }
    }

    private HttpRequest post(String path, Schema schema) {
        String body = MAPPER.createObjectNode().put("schema", schema.toString()).toString();
        return request(path).POST(BodyPublishers.ofString(body)).build();
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(base.resolve(path))
                .timeout(timeout)
                .header("Content-Type", JSON)
                .header("Accept", JSON);
        credentials.ifPresent(value -> builder.header("Authorization", value));
        return builder;
    }

    private <T> T ask(HttpRequest request, String what, Meaning<T> meaning) {
        Duration pause = FIRST_PAUSE;
        for (int retriesLeft = retries; ; retriesLeft--) {
            try {
                HttpResponse<Body> response = exchange(request, what);
                T understood = meaning.of(response.statusCode(), response.body());
                if (understood != null) {
                    return understood;
                }
                if (retriesLeft == 0 || isRefusal(response)) {
                    throw new RegistryUnavailableException("the schema registry at " + base + " did not " + what
                            + ": HTTP " + response.statusCode() + " "
                            + shown(response.body().text()));
                }
            } catch (IOException e) {
                // Who waited for a whole time-out has waited enough.
                if (retriesLeft == 0 || e instanceof HttpTimeoutException) {
                    throw new RegistryUnavailableException("the schema registry at " + base + " did not " + what, e);
                }
            }
            pause(pause, what);
            pause = pause.multipliedBy(4);
        }
    }

    /** Asking again would not change what it says about credentials, rights or the request itself. */
    private static boolean isRefusal(HttpResponse<Body> response) {
        int status = response.statusCode();
        boolean isOfRegistry = status != 404 || errorCode(response.body()) > 40_400;
        return status / 100 == 4 && status != 408 && status != 429 && isOfRegistry;
    }

    private static int errorCode(Body body) {
        return json(body).path("error_code").asInt();
    }

    /** The time-out of the request ends with the head of the answer; this one holds for the whole of it. */
    private HttpResponse<Body> exchange(HttpRequest request, String what) throws IOException {
        CompletableFuture<HttpResponse<Body>> answer =
                http.sendAsync(request, head -> new BoundedBody(MAX_ANSWER_BYTES));
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException fault ? fault : new IOException(e.getCause());
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new RegistryUnavailableException(
                    "the schema registry at " + base + " did not " + what + " within " + timeout, e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw interrupted(what, e);
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

    private static String shown(String answer) {
        String line = answer.replaceAll("\\s+", " ").strip();
        return line.length() <= SHOWN_OF_AN_ANSWER ? line : line.substring(0, SHOWN_OF_AN_ANSWER) + "...";
    }

    /** Builds one from the settings that Confluent's serdes use too. */
    static SchemaRegistry fromConfig(Map<String, ?> config) {
        return fromConfig(
                config,
                Optional.ofNullable(config.get(AvroFormat.REGISTRY_RETRIES))
                        .map(text -> Integer.parseInt(text.toString()))
                        .orElse(DEFAULT_RETRIES),
                TIMEOUT);
    }

    static SchemaRegistry fromConfig(Map<String, ?> config, int retries, Duration timeout) {
        Object url = config.get(AvroFormat.REGISTRY_URL);
        if (url == null) {
            throw new IllegalArgumentException(AvroFormat.REGISTRY_URL + " is missing");
        }
        return new SchemaRegistry(
                url.toString(),
                Optional.ofNullable(config.get(AvroFormat.REGISTRY_USER_INFO)).map(Object::toString),
                retries,
                timeout);
    }
}
