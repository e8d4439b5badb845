package io.hapax.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.sandbox.InMemoryRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The bytes after the 5 of the header, as version 1 wrote them: what lies in topics stays readable, and this is what
 * is written.
 */
class GoldenBytesTest {
    private static final int HEADER = 5;
    private final InMemoryRegistry registry = InMemoryRegistry.start();
    private final AvroFormat format = AvroFormat.onRegistry(registry.url());

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void shouldWriteTheBytesOfTheCurrentVersion() throws IOException {
        Properties golden = golden(5);
        assertEquals(Wire.all().keySet(), golden.stringPropertyNames());
        Wire.all().forEach((name, value) -> assertEquals(golden.getProperty(name), hex(name, value), name));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void shouldReadTheBytesOfEachVersion(int version) throws IOException {
        Properties golden = golden(version);
        Map<String, SpecificRecord> known = version < Wire.RESERVATIONS_SINCE ? Wire.records() : Wire.all();
        for (Map.Entry<String, SpecificRecord> each : known.entrySet()) {
            Class<? extends SpecificRecord> type = each.getValue().getClass();
            int id = registry.register(
                    Files.readString(Path.of("src/released", String.valueOf(version), type.getSimpleName() + ".avsc")));
            byte[] body = HexFormat.of().parseHex(golden.getProperty(each.getKey()));
            byte[] written = ByteBuffer.allocate(HEADER + body.length)
                    .put((byte) 0)
                    .putInt(id)
                    .put(body)
                    .array();
            assertEquals(
                    new Decoded.Value<>(each.getValue()),
                    new WireReader<>(format, type).read(each.getKey(), written),
                    each.getKey());
        }
    }

    private String hex(String topic, SpecificRecord value) {
        byte[] bytes = format.<SpecificRecord>serializer().serialize(topic, value);
        return HexFormat.of().formatHex(bytes, HEADER, bytes.length);
    }

    private static Properties golden(int version) throws IOException {
        Properties golden = new Properties();
        try (InputStream source = GoldenBytesTest.class.getResourceAsStream("wire-v" + version + ".properties")) {
            golden.load(source);
        }
        return golden;
    }
}
