package io.hapax.serde;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import io.hapax.schemas.PaymentCommand;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

/** Our serde and Apicurio's own, on the real registry, in both directions; theirs is named by setting, as anybody's can be. */
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

    @Test
    void shouldRegisterTheDocumentedSchemaUnderTheTopic() throws Exception {
        ours.<PaymentCommand>serializer().serialize("a-topic", Wire.command());
        String registered = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create(sandbox.registryUrl() + "/subjects/a-topic-value/versions/latest"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
        assertEquals(true, registered.contains("Amount in minor units"), registered);
    }

    @Test
    void shouldWriteTheSameBytesEveryTime() {
        assertArrayEquals(
                ours.<PaymentCommand>serializer().serialize(TOPIC, Wire.command()),
                ours.<PaymentCommand>serializer().serialize(TOPIC, Wire.command()));
    }

    private Map<String, Object> apicurioSettings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put("apicurio.registry.url", sandbox.registryUrl().replace("/apis/ccompat/v7", "/apis/registry/v3"));
        settings.put("apicurio.registry.auto-register", true);
        settings.put("apicurio.registry.use-id", "contentId");
        settings.put("apicurio.registry.headers.enabled", false);
        settings.put("apicurio.registry.use-specific-avro-reader", true);
        return settings;
    }
}
