package io.hapax.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.schemas.PaymentDecision;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In a rolling upgrade, programs read decisions of older and of newer ones. */
class DecisionsAcrossVersionsTest {
    private static final int HEADER = 5;

    static {
        TrustedClasses.trustOurs();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void shouldLeaveOnlyTheNumberOutForAProgramThatStillLooksForIt(int version) throws IOException {
        PaymentDecision written = PaymentDecision.newBuilder(
                        (PaymentDecision) Wire.records().get("decision"))
                .setPayloadFingerprint("esc34NVkuXbKF-P2rwY2wA")
                .build();
        try (InMemoryRegistry registry = InMemoryRegistry.start()) {
            byte[] bytes = AvroFormat.onRegistry(registry.url())
                    .<PaymentDecision>serializer()
                    .serialize("payment-decisions", written);
            Schema released = released(version);
            GenericRecord read = new GenericDatumReader<GenericRecord>(written.getSchema(), released)
                    .read(null, DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, null));
            assertEquals(written.getStatus().name(), read.get("status").toString());
            assertEquals(written.getCommandOffset(), read.get("commandOffset"));
            if (released.getField("payloadDigest") != null) {
                assertNull(read.get("payloadDigest"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void shouldReadTheNumberThatOlderProgramsWrote(int version) throws IOException {
        Schema released = released(version);
        GenericRecord written = new GenericRecordBuilder(released)
                .set("clientId", "acme")
                .set("idempotencyKey", "order-1")
                .set(
                        "verdict",
                        new GenericData.EnumSymbol(released.getField("verdict").schema(), "REPLAYED"))
                .set("decidedAt", 0L)
                .set("commandPartition", 3)
                .set("commandOffset", 4L)
                .set("payloadDigest", Long.MIN_VALUE + 1)
                .build();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        var encoder = EncoderFactory.get().binaryEncoder(body, null);
        new GenericDatumWriter<GenericRecord>(released).write(written, encoder);
        encoder.flush();
        try (InMemoryRegistry registry = InMemoryRegistry.start()) {
            byte[] bytes = ByteBuffer.allocate(HEADER + body.size())
                    .put((byte) 0)
                    .putInt(registry.register(released.toString()))
                    .put(body.toByteArray())
                    .array();
            var reader = new WireReader<>(AvroFormat.onRegistry(registry.url()), PaymentDecision.class);
            if (reader.read("payment-decisions", bytes) instanceof Decoded.Value<PaymentDecision>(var read)) {
                assertEquals(Long.MIN_VALUE + 1, read.getPayloadDigest());
                assertNull(read.getPayloadFingerprint());
            } else {
                throw new AssertionError("unreadable");
            }
        }
    }

    private static Schema released(int version) throws IOException {
        return new Schema.Parser()
                .parse(Path.of("src/released", String.valueOf(version), "PaymentDecision.avsc")
                        .toFile());
    }
}
