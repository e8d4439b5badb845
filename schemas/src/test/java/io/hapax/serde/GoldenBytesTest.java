package io.hapax.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.sandbox.InMemoryRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The bytes after the 5 of the header, as version 1 wrote them: what lies in topics stays readable, and this is what is written. */
class GoldenBytesTest {
    private static final int HEADER = 5;
    private final InMemoryRegistry registry = InMemoryRegistry.start();
    private final AvroFormat format = AvroFormat.onRegistry(registry.url());

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void shouldWriteAndReadTheBytesOfVersion1() throws IOException {
        Properties golden = golden();
        assertEquals(Wire.records().keySet(), golden.stringPropertyNames());
        Wire.records().forEach((name, value) -> assertEquals(golden.getProperty(name), hex(name, value), name));
        Wire.records().forEach((name, value) -> {
            byte[] written = format.<SpecificRecord>serializer().serialize(name, value);
            byte[] body = HexFormat.of().parseHex(golden.getProperty(name));
            System.arraycopy(body, 0, written, HEADER, body.length);
            @SuppressWarnings("unchecked")
            Class<SpecificRecord> type = (Class<SpecificRecord>) value.getClass();
            assertEquals(new Decoded.Value<>(value), new WireReader<>(format, type).read(name, written), name);
        });
    }

    private String hex(String topic, SpecificRecord value) {
        byte[] bytes = format.<SpecificRecord>serializer().serialize(topic, value);
        return HexFormat.of().formatHex(bytes, HEADER, bytes.length);
    }

    private static Properties golden() throws IOException {
        Properties golden = new Properties();
        try (InputStream source = GoldenBytesTest.class.getResourceAsStream("wire-v1.properties")) {
            golden.load(source);
        }
        return golden;
    }
}
