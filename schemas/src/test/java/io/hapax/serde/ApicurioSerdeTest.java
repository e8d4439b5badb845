package io.hapax.serde;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import io.hapax.sandbox.OddSchemas;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.ReservationCommand;
import io.hapax.schemas.ReservationEvent;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

/**
 * Our serde and Apicurio's own, on the real registry, in both directions; theirs is named by setting, as anybody's
 * can be.
 */
class ApicurioSerdeTest {
    private static final String TOPIC = "payment-commands";

    private final Sandbox sandbox = Sandbox.shared(Part.REGISTRY);
    private final AvroFormat ours = AvroFormat.onRegistry(sandbox.registryUrl());
    private final AvroFormat theirs = new AvroFormat(
            AvroKafkaSerializer.class.getName(), AvroKafkaDeserializer.class.getName(), apicurioSettings());

    @Test
    void shouldBeReadByTheirsWhatOursWrote() {
        byte[] bytes = ours.<PaymentCommand>serializer().serialize(TOPIC, Wire.command());
        assertEquals(
                new Decoded.Value<>(Wire.command()), new WireReader<>(theirs, PaymentCommand.class).read(TOPIC, bytes));
    }

    @Test
    void shouldReadWhatTheirsWrote() {
        Serializer<PaymentCommand> serializer = theirs.serializer();
        byte[] bytes = serializer.serialize(TOPIC, Wire.command());
        assertEquals(
                new Decoded.Value<>(Wire.command()), new WireReader<>(ours, PaymentCommand.class).read(TOPIC, bytes));
    }

    /** Theirs goes by the writer's schema: whether a record is taken for a payment is ours to say. */
    @Test
    void shouldReadEachTypeOfATopicWithTheirsAndNoReservationAsAPayment() {
        WireReader<SpecificRecord> several = WireReader.ofAny(
                theirs, List.of(PaymentCommand.class, ReservationCommand.class, ReservationEvent.class));
        WireReader<PaymentCommand> payments = new WireReader<>(theirs, PaymentCommand.class);
        for (String name : List.of("reserve", "reservationEvent")) {
            SpecificRecord written = Wire.all().get(name);
            byte[] bytes = ours.<SpecificRecord>serializer().serialize(TOPIC, written);
            assertEquals(new Decoded.Value<>(written), several.read(TOPIC, bytes));
            assertEquals(
                    new Decoded.Unreadable<>(UnreadableReason.WRONG_SCHEMA, "not a PaymentCommand"),
                    payments.read(TOPIC, bytes));
        }
    }

    @Test
    void shouldRegisterATypeThatJoinedTheTopicUnderItsOwnName() throws Exception {
        ours.<SpecificRecord>serializer().serialize("b-topic", Wire.command());
        ours.<SpecificRecord>serializer().serialize("b-topic", Wire.all().get("capture"));
        for (String subject : List.of("b-topic-value", "b-topic-io.hapax.schemas.CaptureCommand")) {
            assertEquals("[1]", body("/subjects/" + subject + "/versions"), subject);
        }
    }

    @Test
    void shouldRegisterTheDocumentedSchemaUnderTheTopic() throws Exception {
        ours.<PaymentCommand>serializer().serialize("a-topic", Wire.command());
        String registered = body("/subjects/a-topic-value/versions/latest");
        assertEquals(true, registered.contains("Amount in minor units"), registered);
    }

    @Test
    void shouldWriteTheSameBytesEveryTime() {
        assertArrayEquals(
                ours.<PaymentCommand>serializer().serialize(TOPIC, Wire.command()),
                ours.<PaymentCommand>serializer().serialize(TOPIC, Wire.command()));
    }

    /** The registry tells the text with the name unresolved, and where the other schema is. */
    @Test
    void shouldReadACommandWhoseSchemaRefersToAnotherSubject() throws Exception {
        String span = "{\"type\":\"record\",\"name\":\"Span\",\"namespace\":\"bank\",\"fields\":[]}";
        register("bank.Span", span, "[]");
        String traced = OddSchemas.withField(PaymentCommand.getClassSchema().toString(), "[\"null\",\"bank.Span\"]");
        int id = register(
                "traced-commands", traced, "[{\"name\":\"bank.Span\",\"subject\":\"bank.Span\",\"version\":1}]");
        byte[] plain = ours.<PaymentCommand>serializer().serialize(TOPIC, Wire.command());
        byte[] bytes = ByteBuffer.allocate(plain.length + 1)
                .put((byte) 0)
                .putInt(id)
                .put((byte) 0)
                .put(plain, 5, plain.length - 5)
                .array();
        assertEquals(
                new Decoded.Value<>(Wire.command()), new WireReader<>(ours, PaymentCommand.class).read(TOPIC, bytes));
    }

    /** Broken bytes make a foreign deserializer throw what it likes: it is unreadable all the same. */
    @Test
    void shouldCallUnreadableWhateverTheirsThrowsAbout() {
        byte[] good = ours.<PaymentCommand>serializer().serialize(TOPIC, Wire.command());
        WireReader<PaymentCommand> reader = new WireReader<>(theirs, PaymentCommand.class);
        for (int id : new int[] {0, -1, 1_000_000}) {
            byte[] unknown = good.clone();
            ByteBuffer.wrap(unknown).putInt(1, id);
            assertInstanceOf(Decoded.Unreadable.class, reader.read(TOPIC, unknown));
        }
        assertInstanceOf(Decoded.Unreadable.class, reader.read(TOPIC, Arrays.copyOf(good, good.length - 9)));
    }

    private String body(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(sandbox.registryUrl() + path))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    private int register(String subject, String schema, String references) throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode body = mapper.createObjectNode().put("schema", schema);
        body.set("references", mapper.readTree(references));
        String answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(sandbox.registryUrl() + "/subjects/" + subject + "/versions"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                                .build(),
                        BodyHandlers.ofString())
                .body();
        return mapper.readTree(answer).path("id").asInt();
    }

    private Map<String, Object> apicurioSettings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(AvroFormat.REGISTRY_URL, sandbox.registryUrl());
        settings.put("apicurio.registry.url", sandbox.registryUrl().replace("/apis/ccompat/v7", "/apis/registry/v3"));
        settings.put("apicurio.registry.auto-register", true);
        settings.put("apicurio.registry.use-id", "contentId");
        settings.put("apicurio.registry.headers.enabled", false);
        settings.put("apicurio.registry.use-specific-avro-reader", true);
        return settings;
    }
}
