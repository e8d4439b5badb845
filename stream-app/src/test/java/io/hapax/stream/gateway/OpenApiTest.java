package io.hapax.stream.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.schemas.ReservationCommand;
import io.hapax.stream.decision.CommandCheck;
import io.hapax.stream.decision.PayloadField;
import io.hapax.stream.decision.Violation;
import io.hapax.topics.PaymentKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The published description of the gateway against its code. Its answers are held against it in the tests of the
 * tools.
 */
class OpenApiTest {
    private static final Path FILE = Path.of("..", "docs", "openapi.yaml");

    private static JsonNode api;

    @BeforeAll
    static void read() throws Exception {
        api = new YAMLMapper().readTree(Files.readString(FILE));
    }

    @Test
    void shouldDescribeAllPathsAndTheirMethods() {
        assertTrue(api.path("openapi").asString().startsWith("3.1."));
        assertEquals(
                Set.of(
                        "post " + Route.PAYMENTS,
                        "get " + Route.PAYMENTS + "/{key}",
                        "head " + Route.PAYMENTS + "/{key}",
                        "post " + Route.PAYMENTS + "/{key}/cancel",
                        "post " + Route.RESERVATIONS,
                        "get " + Route.RESERVATIONS + "/{key}",
                        "head " + Route.RESERVATIONS + "/{key}",
                        "post " + Route.RESERVATIONS + "/{key}/capture",
                        "post " + Route.RESERVATIONS + "/{key}/void"),
                api.path("paths").properties().stream()
                        .flatMap(path ->
                                path.getValue().propertyNames().stream().map(method -> method + " " + path.getKey()))
                        .collect(Collectors.toSet()));
    }

    @Test
    void shouldListEveryProblemUnderItsStatusAndNoOther() {
        Set<String> described = new TreeSet<>();
        for (JsonNode path : api.path("paths")) {
            for (JsonNode operation : path) {
                operation
                        .path("responses")
                        .properties()
                        .forEach(response -> problemTypes(resolve(response.getValue()))
                                .forEach(type -> described.add(response.getKey() + " " + type)));
            }
        }
        assertEquals(
                Stream.of(Problem.values())
                        .map(problem -> problem.status() + " " + problem.type())
                        .collect(Collectors.toCollection(TreeSet::new)),
                described);
    }

    @Test
    void shouldDescribeTheFieldsOfEachBody() {
        shouldDescribe("PaymentRequest", CommandBody.OF_PAYMENT, CommandBody::payment);
        shouldDescribe("ReservationRequest", CommandBody.OF_RESERVATION, CommandBody::reservation);
        shouldDescribe("CaptureRequest", CommandBody.OF_CAPTURE, CommandBody.capture("hold-1"));
        shouldDescribe("VoidRequest", CommandBody.OF_VOIDING, CommandBody.voiding("hold-1"));
    }

    private static void shouldDescribe(String name, Set<String> fields, CommandBody.Reader reader) {
        JsonNode request = schema(name);
        assertEquals(fields, Set.copyOf(request.path("properties").propertyNames()));
        assertTrue(!request.path("additionalProperties").asBoolean());
        CommandBody.Read.Refused empty = (CommandBody.Read.Refused)
                reader.read(ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8)), new PaymentKey("a", "b"));
        assertEquals(
                empty.violations().stream().map(BrokenRule::field).collect(Collectors.toSet()),
                texts(request.path("required")));
    }

    @Test
    void shouldDescribeTheBoundsOfAHold() {
        JsonNode hold = schema("ReservationRequest").at("/properties/holdMs");
        assertEquals(CommandCheck.SHORTEST_HOLD.toMillis(), hold.path("minimum").asLong());
        assertEquals(CommandCheck.LONGEST_HOLD.toMillis(), hold.path("maximum").asLong());
        CommandBody.Read.Command usual = (CommandBody.Read.Command) CommandBody.reservation(
                ByteBuffer.wrap(
                        "{\"debtorAccount\":\"a\",\"creditorAccount\":\"b\",\"amountMinor\":1,\"currency\":\"EUR\"}"
                                .getBytes(StandardCharsets.UTF_8)),
                new PaymentKey("a", "b"));
        assertEquals(
                ((ReservationCommand) usual.command()).getHoldMs(),
                hold.path("default").asLong());
    }

    @Test
    void shouldListEveryBrokenRule() {
        Set<String> rules =
                Stream.of(Violation.values()).map(Enum::name).collect(Collectors.toCollection(TreeSet::new));
        rules.addAll(List.of("FIELD_MISSING", "FIELD_UNKNOWN", "FIELD_DOUBLED", "FIELD_WRONG_TYPE", "FIELD_MALFORMED"));
        assertEquals(
                rules,
                texts(schema("BrokenRule").path("properties").path("code").path("enum")));
    }

    @Test
    void shouldListEveryFieldThatCanDiffer() {
        assertEquals(
                Stream.concat(PayloadField.OF_PAYMENT.stream(), Stream.of(PayloadField.STEP))
                        .map(PayloadField::wireName)
                        .collect(Collectors.toSet()),
                differing("/v1/payments"));
        Set<String> all = new TreeSet<>(differing("/v1/reservations"));
        all.addAll(differing("/v1/reservations/{key}/capture"));
        all.addAll(differing("/v1/reservations/{key}/void"));
        assertEquals(
                Stream.of(PayloadField.values()).map(PayloadField::wireName).collect(Collectors.toSet()), all);
    }

    private static Set<String> differing(String path) {
        JsonNode conflict =
                api.path("paths").path(path).at("/post/responses/422/content/application~1problem+json/schema");
        return texts(conflict.findPath("differingFields").path("items").path("enum"));
    }

    @Test
    void shouldDescribeTheHeadersOfIdempotency() {
        Set<String> headers = Set.copyOf(api.at("/components/headers").propertyNames());
        assertTrue(headers.containsAll(Set.of(Reply.FIRST_SEEN, Reply.EXPIRES_AT, Reply.REPLAYED)), headers::toString);
    }

    private static JsonNode schema(String name) {
        return api.path("components").path("schemas").path(name);
    }

    private static JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? api.at(node.path("$ref").asString().substring(1)) : node;
    }

    private static Set<String> problemTypes(JsonNode response) {
        return response.findValues("enum").stream()
                .flatMap(each -> texts(each).stream())
                .filter(text -> text.startsWith("urn:hapax:problem:"))
                .collect(Collectors.toSet());
    }

    private static Set<String> texts(JsonNode array) {
        Set<String> texts = new TreeSet<>();
        array.forEach(text -> texts.add(text.asString()));
        return texts;
    }
}
