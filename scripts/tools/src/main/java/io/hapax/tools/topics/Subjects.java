package io.hapax.tools.topics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hapax.schemas.CancelCommand;
import io.hapax.schemas.CancelDecision;
import io.hapax.schemas.CancelEvent;
import io.hapax.schemas.CancelOutcome;
import io.hapax.schemas.CaptureCommand;
import io.hapax.schemas.GuardedEvent;
import io.hapax.schemas.KeyUsageAlert;
import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.LedgerTime;
import io.hapax.schemas.OperatorAction;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.ReservationCommand;
import io.hapax.schemas.ReservationDecision;
import io.hapax.schemas.ReservationEvent;
import io.hapax.schemas.ReservationOutcome;
import io.hapax.schemas.RetentionPolicy;
import io.hapax.schemas.VoidCommand;
import io.hapax.serde.SubjectName;
import io.hapax.tools.cli.PlainFailure;
import io.hapax.tools.cli.PlainReason;
import io.hapax.topics.Topic;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaParseException;
import org.jspecify.annotations.Nullable;

/**
 * The subjects of the topics in the schema registry. Some producers write with the latest version of a subject. If
 * that version dropped a field, all their commands would become dead letters. So each subject has our schema, and
 * the level {@value #LEVEL}. Under this level the registry refuses such a version.
 */
public final class Subjects {
    /** The compatibility level: every version can read every other, and can be read by every other. */
    static final String LEVEL = "FULL_TRANSITIVE";

    private static final int NO_SUCH_SUBJECT = 404;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final String JSON = "application/vnd.schemaregistry.v1+json";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** The schemas that programs of other teams write or read, by subject. */
    private static final Map<String, Schema> PUBLISHED = named();

    private final URI base;
    private final HttpClient http;

    /** @param registryUrl base of the Confluent-compatible REST API */
    public Subjects(String registryUrl) {
        this.base = URI.create(registryUrl.endsWith("/") ? registryUrl : registryUrl + "/");
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .build();
    }

    private static Map<String, Schema> named() {
        Map<String, Schema> schemas = new LinkedHashMap<>();
        publish(schemas, Topic.PAYMENT_COMMANDS, PaymentCommand.class);
        publish(schemas, Topic.PAYMENT_COMMANDS, ReservationCommand.class);
        publish(schemas, Topic.PAYMENT_COMMANDS, CaptureCommand.class);
        publish(schemas, Topic.PAYMENT_COMMANDS, VoidCommand.class);
        publish(schemas, Topic.PAYMENT_COMMANDS, CancelCommand.class);
        publish(schemas, Topic.PAYMENT_DECISIONS, PaymentDecision.class);
        publish(schemas, Topic.PAYMENT_DECISIONS, ReservationDecision.class);
        publish(schemas, Topic.PAYMENT_DECISIONS, CancelDecision.class);
        publish(schemas, Topic.LEDGER_EVENTS, LedgerEvent.class);
        publish(schemas, Topic.LEDGER_EVENTS, ReservationEvent.class);
        publish(schemas, Topic.LEDGER_EVENTS, LedgerTime.class);
        publish(schemas, Topic.LEDGER_EVENTS, CancelEvent.class);
        publish(schemas, Topic.LEDGER_EVENTS, GuardedEvent.class);
        publish(schemas, Topic.LEDGER_OUTCOMES, LedgerOutcome.class);
        publish(schemas, Topic.LEDGER_OUTCOMES, ReservationOutcome.class);
        publish(schemas, Topic.LEDGER_OUTCOMES, CancelOutcome.class);
        publish(schemas, Topic.KEY_USAGE_ALERTS, KeyUsageAlert.class);
        publish(schemas, Topic.RETENTION_POLICIES, RetentionPolicy.class);
        publish(schemas, Topic.OPERATOR_AUDIT, OperatorAction.class);
        return Collections.unmodifiableMap(schemas);
    }

    private static void publish(Map<String, Schema> schemas, Topic topic, Class<?> type) {
        Schema schema = documented(type);
        schemas.put(SubjectName.of(topic.topicName(), schema), schema);
    }

    /** The schema as it is documented, which is what the apps register too: the generated class has it without docs. */
    private static Schema documented(Class<?> type) {
        try (InputStream text = type.getResourceAsStream(type.getSimpleName() + ".avsc")) {
            return new Schema.Parser().parse(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The schemas by subject. */
    static Map<String, Schema> published() {
        return PUBLISHED;
    }

    /** Registers our schemas and sets the level; returns the subjects, and what is wrong with them all the same. */
    public List<String> prepare() {
        PUBLISHED.forEach((subject, schema) -> {
            Answer registered = ask(
                    "POST",
                    "subjects/" + subject + "/versions",
                    MAPPER.createObjectNode().put("schema", schema.toString()));
            if (!registered.isOk() && !registered.isConflict()) {
                throw registered.unexpected("register the schema of subject " + subject);
            }
            Answer set =
                    ask("PUT", "config/" + subject, MAPPER.createObjectNode().put("compatibility", LEVEL));
            if (!set.isOk()) {
                throw set.unexpected("set the compatibility of subject " + subject);
            }
        });
        return problems();
    }

    /**
     * Everything about the subjects that can turn good commands into dead letters, and how to mend it; empty when all
     * is sound.
     */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        PUBLISHED.forEach((subject, schema) -> problems.addAll(problems(subject, schema)));
        return problems;
    }

    private List<String> problems(String subject, Schema ours) {
        Answer versions = ask("GET", "subjects/" + subject + "/versions", null);
        if (versions.isMissingSubject()) {
            return List.of(
                    "subject " + subject + " is not registered, and whoever comes first decides what it is; to mend:"
                            + " scripts/topics create with --registry");
        }
        if (!versions.isOk()) {
            throw versions.unexpected("list the versions of subject " + subject);
        }
        List<String> problems = new ArrayList<>();
        String level = level(subject);
        if (!level.equals(LEVEL)) {
            problems.add("subject " + subject + ": compatibility is " + level + ", must be " + LEVEL
                    + "; to mend: scripts/topics create with --registry, or PUT " + base + "config/" + subject
                    + " {\"compatibility\":\"" + LEVEL + "\"}");
        }
        boolean registered = false;
        for (JsonNode version : versions.json()) {
            Answer found = ask("GET", "subjects/" + subject + "/versions/" + version.asInt(), null);
            if (!found.isOk()) {
                throw found.unexpected("fetch version " + version.asInt() + " of subject " + subject);
            }
            String why = mismatch(found.json(), ours);
            if (why == null) {
                registered = true;
            } else {
                problems.add("subject " + subject + ": version " + version.asInt() + " does not go with "
                        + ours.getName()
                        + ": " + why + "; what is written with it can become dead letters; to mend: find out who"
                        + " registered it, then DELETE " + base + "subjects/" + subject + "/versions/"
                        + version.asInt());
            }
        }
        if (!registered) {
            problems.add("subject " + subject + " has no version that goes with " + ours.getName());
        }
        return problems;
    }

    /** The subject's own, or the one of the whole registry where it has none. */
    private String level(String subject) {
        Answer answer = ask("GET", "config/" + subject + "?defaultToGlobal=true", null);
        if (!answer.isOk()) {
            throw answer.unexpected("tell the compatibility of subject " + subject);
        }
        return answer.json().path("compatibilityLevel").asText("unknown");
    }

    /**
     * The reason why values written with one schema cannot be read with the other; null if they can, in both
     * directions.
     */
    private static @Nullable String mismatch(JsonNode registered, Schema ours) {
        String type = registered.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO")) {
            return "it is of type " + type;
        }
        Schema theirs;
        try {
            theirs = new Schema.Parser().parse(registered.path("schema").asText());
        } catch (SchemaParseException e) {
            return "it is no schema that Avro can read by itself";
        }
        String toUs = mismatch(theirs, ours);
        return toUs == null ? mismatch(ours, theirs) : toUs;
    }

    private static @Nullable String mismatch(Schema writer, Schema reader) {
        var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult();
        if (result.getCompatibility() == SchemaCompatibilityType.COMPATIBLE) {
            return null;
        }
        var first = result.getIncompatibilities().getFirst();
        return first.getType() + " " + first.getMessage();
    }

    private record Answer(URI asked, int status, JsonNode json) {
        boolean isOk() {
            return status / 100 == 2;
        }

        boolean isConflict() {
            return status == 409;
        }

        /** A proxy's 404 says nothing about subjects. */
        boolean isMissingSubject() {
            return status == NO_SUCH_SUBJECT && json.path("error_code").asInt() / 100 == NO_SUCH_SUBJECT;
        }

        PlainFailure unexpected(String what) {
            return new PlainFailure("the schema registry did not " + what + ": HTTP " + status + " from " + asked);
        }
    }

    private Answer ask(String method, String path, @Nullable JsonNode body) {
        URI uri = base.resolve(path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(TIMEOUT)
                .header("Content-Type", JSON)
                .header("Accept", JSON)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()))
                .build();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            return new Answer(uri, response.statusCode(), json(response.body()));
        } catch (IOException e) {
            throw new PlainFailure("--registry " + base + ": " + PlainReason.of(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlainFailure("interrupted while asking " + base, e);
        }
    }

    /** The body as JSON; a missing node if it is no JSON. A registry never answers without JSON. */
    private static JsonNode json(String body) {
        try {
            JsonNode json = MAPPER.readTree(body);
            return json == null ? MAPPER.missingNode() : json;
        } catch (JsonProcessingException e) {
            return MAPPER.missingNode();
        }
    }
}
