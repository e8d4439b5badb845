package io.hapax.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.schemas.PaymentCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Programs from before reservations, cancels and guards meet their records on the topics of payments. To take a
 * reservation for a payment would pay what is only to be held. To take a cancel for a payment, or anything else for a
 * cancel, would be as wrong.
 */
class OlderProgramsTest {
    static {
        TrustedClasses.trustOurs();
    }

    /** Which is what the deserializer of each version asks before it reads anything. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void shouldFindNothingThatItsSchemasCanRead(int version) throws IOException {
        for (Schema known : released(version)) {
            newer().forEach((what, record) -> assertInstanceOf(
                    SchemaMatch.Mismatch.class,
                    SchemaMatch.of(record.getSchema(), known),
                    what + " as " + known.getName()));
        }
    }

    /** Avro itself reads a record as one of another name. So do deserializers that are given a schema to read by. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void shouldReadNothingEvenByTheNamesOfFieldsAlone(int version) throws IOException {
        for (Schema known : released(version)) {
            newer().forEach((what, record) -> assertThrows(
                    AvroTypeException.class, () -> readByFields(record, known), what + " as " + known.getName()));
        }
    }

    /** That the test above can fail. */
    @Test
    void shouldBeReadByTheNamesOfFieldsIfOnlyTheNameOfTheRecordDiffers() throws IOException {
        Schema renamed = new Schema.Parser()
                .parse(PaymentCommand.getClassSchema().toString().replace("\"PaymentCommand\"", "\"AnotherName\""));
        assertEquals(1250L, readByFields(Wire.command(), renamed).get("amountMinor"));
    }

    @Test
    void shouldPutThemToTheDeadLetters() {
        try (InMemoryRegistry registry = InMemoryRegistry.start()) {
            AvroFormat format = AvroFormat.onRegistry(registry.url());
            newer().forEach((what, record) -> {
                byte[] bytes = format.<SpecificRecord>serializer().serialize(what, record);
                for (SpecificRecord payment : Wire.records().values()) {
                    Decoded.Unreadable<?> unreadable = assertInstanceOf(
                            Decoded.Unreadable.class,
                            new WireReader<>(format, payment.getClass()).read(what, bytes),
                            what + " as " + payment.getSchema().getName());
                    assertEquals(UnreadableReason.WRONG_SCHEMA, unreadable.reason());
                }
            });
        }
    }

    /** The types of this version, too: a program that knows reservations must not take one for a cancel. */
    @Test
    void shouldReadNoCancelAsAnythingElseAndNothingElseAsACancel() throws IOException {
        List<SpecificRecord> cancels = List.copyOf(Wire.cancels().values());
        for (Schema known : released(5)) {
            for (SpecificRecord cancel : cancels) {
                if (!isOf(known, cancel)) {
                    assertUnlike(cancel, known);
                }
            }
        }
        for (SpecificRecord other : Wire.all().values()) {
            for (SpecificRecord cancel : cancels) {
                if (!isOf(cancel.getSchema(), other)) {
                    assertUnlike(other, cancel.getSchema());
                }
            }
        }
    }

    /** A ledger that looks for duplicates must not take an unguarded event for a guarded one, nor the other way. */
    @Test
    void shouldReadNoGuardedEventAsAnythingElseAndNothingElseAsAGuardedEvent() throws IOException {
        SpecificRecord guarded = Wire.guards().get("guardedEvent");
        for (Schema known : released(5)) {
            if (!isOf(known, guarded)) {
                assertUnlike(guarded, known);
            }
        }
        for (SpecificRecord other : Wire.all().values()) {
            if (!isOf(guarded.getSchema(), other)) {
                assertUnlike(other, guarded.getSchema());
            }
        }
    }

    /** That the two tests above can fail: what a cancel asks for must have no default, and be a field of its own. */
    @Test
    void shouldTakeEveryCommandForACancelThatHasNoFieldOfItsOwn() throws IOException {
        Schema bare = new Schema.Parser().parse("""
                {"type": "record", "name": "CancelCommand", "namespace": "io.hapax.schemas", "fields": [
                  {"name": "clientId", "type": "string"}, {"name": "idempotencyKey", "type": "string"}]}""");
        assertEquals(
                "order-1",
                readByFields(Wire.command(), bare).get("idempotencyKey").toString());
    }

    private static boolean isOf(Schema schema, SpecificRecord record) {
        return schema.getFullName().equals(record.getSchema().getFullName());
    }

    private static void assertUnlike(SpecificRecord written, Schema reader) {
        String what = written.getSchema().getName() + " as " + reader.getName();
        assertInstanceOf(SchemaMatch.Mismatch.class, SchemaMatch.of(written.getSchema(), reader), what);
        assertThrows(AvroTypeException.class, () -> readByFields(written, reader), what);
    }

    /** What the types of payments can't hold. */
    private static Map<String, SpecificRecord> newer() {
        Map<String, SpecificRecord> newer = new HashMap<>(Wire.reservations());
        newer.putAll(Wire.cancels());
        newer.put("guardedEvent", Wire.guards().get("guardedEvent"));
        return newer;
    }

    private static GenericRecord readByFields(SpecificRecord written, Schema reader) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new SpecificDatumWriter<>(written.getSchema()).write(written, encoder);
        encoder.flush();
        return new GenericDatumReader<GenericRecord>(written.getSchema(), reader)
                .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));
    }

    private static List<Schema> released(int version) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/released", String.valueOf(version)))) {
            return files.map(OlderProgramsTest::parse).toList();
        }
    }

    private static Schema parse(Path file) {
        try {
            return new Schema.Parser().parse(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
