package io.hapax.lab.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Records of a schema of ours that can be read, with values that only the schema allows: by a seeded random. */
final class OddRecords {
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "\u0000",
            "\u2400",
            "EUR",
            "JPY",
            "XXX",
            "alice",
            "system:EUR",
            "a/b",
            "client/x",
            "\u001B[2K\r\n",
            "\uD83D\uDE80".repeat(100),
            "'; DROP TABLE payments; --",
            "x".repeat(70_000));

    private final Random random;

    OddRecords(Random random) {
        this.random = random;
    }

    /**
     * In the wire format, under that schema id.
     *
     * @param given values of fields by name; all others are any
     */
    byte[] of(int id, Schema schema, Map<String, Object> given) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        try {
            new GenericDatumWriter<>(schema).write(record(schema, given), encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private GenericData.Record record(Schema schema, Map<String, Object> given) {
        GenericData.Record record = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
            Object value = given.containsKey(field.name()) ? given.get(field.name()) : any(field.schema());
            record.put(field.pos(), value);
        }
        return record;
    }

    private Object any(Schema schema) {
        return switch (schema.getType()) {
            case NULL -> null;
            case BOOLEAN -> random.nextBoolean();
            case INT -> (int) number();
            case LONG -> number();
            case FLOAT -> Float.intBitsToFloat(random.nextInt());
            case DOUBLE -> Double.longBitsToDouble(random.nextLong());
            case STRING -> schema.getLogicalType() == null ? text() : uuid().toString();
            case BYTES -> ByteBuffer.wrap(noise(random.nextInt(20)));
            case FIXED -> new GenericData.Fixed(schema, noise(schema.getFixedSize()));
            case ENUM ->
                new GenericData.EnumSymbol(
                        schema,
                        schema.getEnumSymbols()
                                .get(random.nextInt(schema.getEnumSymbols().size())));
            case UNION ->
                any(schema.getTypes().get(random.nextInt(schema.getTypes().size())));
            case ARRAY -> list(schema);
            case MAP -> map(schema);
            case RECORD -> record(schema, Map.of());
        };
    }

    private List<Object> list(Schema schema) {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(any(schema.getElementType()));
        }
        return list;
    }

    private Map<String, Object> map(Schema schema) {
        Map<String, Object> map = new HashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            map.put("k" + i, any(schema.getValueType()));
        }
        return map;
    }

    private long number() {
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> Long.MAX_VALUE;
            case 3 -> Long.MIN_VALUE;
            case 4 -> System.currentTimeMillis() + random.nextInt(2_000_000) - 1_000_000;
            case 5 -> random.nextLong();
            default -> random.nextInt(10_000);
        };
    }

    /** Mostly short: a record as long as it may be is rare, and takes as long to move as a thousand others. */
    String text() {
        int which = random.nextInt(TEXTS.size() * 20);
        return which < TEXTS.size() ? TEXTS.get(which) : "t" + random.nextInt(1_000);
    }

    UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private byte[] noise(int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }
}
