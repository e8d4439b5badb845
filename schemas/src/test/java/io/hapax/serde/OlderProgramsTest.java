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
import java.util.List;
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
 * Programs from before reservations meet their records on the topics of payments. To take one for a payment would pay
 * what is only to be held.
 */
class OlderProgramsTest {
    static {
        TrustedClasses.trustOurs();
    }

    /** Which is what the deserializer of each version asks before it reads anything. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void shouldFindNoReservationThatItsSchemasCanRead(int version) throws IOException {
        for (Schema known : released(version)) {
            Wire.reservations()
                    .forEach((what, record) -> assertInstanceOf(
                            SchemaMatch.Mismatch.class,
                            SchemaMatch.of(record.getSchema(), known),
                            what + " as " + known.getName()));
        }
    }

    /** Avro itself reads a record as one of another name. So do deserializers that are given a schema to read by. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void shouldReadNoReservationEvenByTheNamesOfFieldsAlone(int version) throws IOException {
        for (Schema known : released(version)) {
            Wire.reservations()
                    .forEach((what, record) -> assertThrows(
                            AvroTypeException.class,
                            () -> readByFields(record, known),
                            what + " as " + known.getName()));
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
    void shouldPutReservationsToTheDeadLetters() {
        try (InMemoryRegistry registry = InMemoryRegistry.start()) {
            AvroFormat format = AvroFormat.onRegistry(registry.url());
            Wire.reservations().forEach((what, record) -> {
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
