package io.hapax.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.sandbox.OddSchemas;
import io.hapax.sandbox.OddValues;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/**
 * Schemas by chance times bytes by chance: every value is read or unreadable, soon, and the registry is asked once
 * per schema.
 */
class WireFuzzTest {
    private static final int RECORDS = Integer.getInteger("fuzz.values", 100_000);
    private static final long SEED = Long.getLong("fuzz.seed", 14);
    private static final int SCHEMAS = 400;
    private static final long SLOW_NANOS = 5_000_000_000L;
    private static final String TOPIC = "any";

    private final Random random = new Random(SEED);
    private final List<Integer> oddIds = new ArrayList<>();
    private final List<Integer> anyIds = new ArrayList<>();

    @Test
    void shouldReadOrRefuseEveryValueWhateverSchemaAndBytesItHas() throws Exception {
        try (ScriptedRegistry registry = new ScriptedRegistry()) {
            Map<SpecificRecord, byte[]> good = register(registry);
            Map<Class<?>, WireReader<?>> readers = new HashMap<>();
            good.keySet().forEach(ours -> readers.put(ours.getClass(), reader(registry, ours.getClass())));
            OddValues values = new OddValues(random, oddIds, anyIds);
            List<SpecificRecord> ours = List.copyOf(good.keySet());
            Map<OddValues.Kind, Integer> read = new EnumMap<>(OddValues.Kind.class);
            for (int i = 0; i < RECORDS; i++) {
                SpecificRecord one = ours.get(random.nextInt(ours.size()));
                OddValues.Made made = values.of(good.get(one));
                long started = System.nanoTime();
                Decoded<?> decoded = readers.get(one.getClass()).read(TOPIC, made.bytes());
                String which = "seed " + SEED + ", record " + i + ", " + made.kind();
                assertTrue(System.nanoTime() - started < SLOW_NANOS, which);
                switch (made.kind()) {
                    case GOOD -> assertEquals(new Decoded.Value<>(one), decoded, which);
                    case BROKEN -> assertInstanceOf(Decoded.Unreadable.class, decoded, which);
                    case CHANGED -> assertInstanceOf(Decoded.class, decoded, which);
                }
                read.merge(made.kind(), decoded instanceof Decoded.Value ? 1 : 0, Integer::sum);
            }
            assertTrue(read.get(OddValues.Kind.CHANGED) > RECORDS / 1_000, "too little of it was still read: " + read);
        }
    }

    /** Ours under the lowest ids, odd ones and random ones behind. */
    private Map<SpecificRecord, byte[]> register(ScriptedRegistry registry) {
        Map<SpecificRecord, byte[]> good = new HashMap<>();
        int id = 0;
        for (SpecificRecord ours : Wire.records().values()) {
            String text = ours.getSchema().toString();
            registry.schema(++id, text);
            good.put(ours, bytes(id, ours));
            for (String odd : OddSchemas.beside(text).toList()) {
                // Half a megabyte of nothing, four times, shows no more than once.
                if (id < 100 || odd.length() < 100_000) {
                    registry.schema(++id, odd);
                    oddIds.add(id);
                }
            }
        }
        String text = Wire.command().getSchema().toString();
        while (anyIds.size() < SCHEMAS) {
            registry.schema(++id, OddSchemas.random(random, text));
            anyIds.add(id);
        }
        return good;
    }

    private static byte[] bytes(int id, SpecificRecord ours) {
        try (InMemoryRegistry any = InMemoryRegistry.start()) {
            byte[] bytes = AvroFormat.onRegistry(any.url()).serializer().serialize(TOPIC, ours);
            ByteBuffer.wrap(bytes).putInt(1, id);
            return bytes;
        }
    }

    @SuppressWarnings("unchecked") // All of them are generated records.
    private static WireReader<?> reader(ScriptedRegistry registry, Class<?> type) {
        return new WireReader<>(AvroFormat.onRegistry(registry.url()), (Class<? extends SpecificRecord>) type);
    }
}
