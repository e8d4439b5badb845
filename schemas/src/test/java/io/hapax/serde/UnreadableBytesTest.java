package io.hapax.serde;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.schemas.PaymentCommand;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bytes that are no command are a value with a reason; a registry that is away is a fault. */
class UnreadableBytesTest {
    private static final String TOPIC = "payment-commands";
    private static final String CAT =
            "{\"type\":\"record\",\"name\":\"Cat\",\"fields\":[{\"name\":\"lives\",\"type\":\"int\"}]}";

    private final InMemoryRegistry registry = InMemoryRegistry.start();
    private final AvroFormat format = AvroFormat.onRegistry(registry.url());
    private final WireReader<PaymentCommand> reader = new WireReader<>(format, PaymentCommand.class);
    private final byte[] good = format.<PaymentCommand>serializer().serialize(TOPIC, Wire.command());

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void shouldReadWhatWasWritten() {
        assertEquals(new Decoded.Value<>(Wire.command()), reader.read(TOPIC, good));
    }

    @Test
    void shouldNameTheReason() {
        assertEquals(UnreadableReason.NULL_VALUE, reason(null));
        assertEquals(UnreadableReason.TOO_LARGE, reason(Arrays.copyOf(good, WireReader.MAX_BYTES + 1)));
        assertEquals(UnreadableReason.TOO_SHORT, reason(new byte[4]));
        assertEquals(UnreadableReason.WRONG_MAGIC, reason("{\"a\": 1}".getBytes(StandardCharsets.UTF_8)));
        assertEquals(UnreadableReason.UNKNOWN_SCHEMA, reason(withId(999)));
        assertEquals(UnreadableReason.WRONG_SCHEMA, reason(withId(registry.register(CAT))));
        assertEquals(UnreadableReason.MALFORMED, reason(Arrays.copyOf(good, good.length + 1)));
    }

    /** Avro would read U+FFFD in their place, and two keys could become one. */
    @Test
    void shouldRefuseATextThatIsNotUtf8InEveryTypeOfRecord() {
        String[] notUtf8 = {"ff", "80", "c3", "c0af", "eda080", "f4908080", "e282"};
        Wire.records().forEach((what, one) -> {
            byte[] bytes = format.<SpecificRecord>serializer().serialize(what, one);
            WireReader<?> wire = new WireReader<>(format, one.getClass());
            for (String hex : notUtf8) {
                byte[] broken = bytes.clone();
                byte[] bad = HexFormat.of().parseHex(hex);
                // Behind "order-1".
                int place = new String(broken, ISO_8859_1).indexOf("order-1") + "order-1".length() - bad.length;
                System.arraycopy(bad, 0, broken, place, bad.length);
                Decoded<?> decoded = wire.read(what, broken);
                assertTrue(
                        decoded instanceof Decoded.Unreadable<?>(var reason, var detail)
                                && reason == UnreadableReason.MALFORMED,
                        what + " with " + hex + ": " + decoded);
            }
        });
    }

    @Test
    void shouldRefuseATextThatIsNotUtf8WhicheverDeserializerIsNamed() {
        AvroFormat theirs = new AvroFormat(
                AvroSerializer.class.getName(),
                Lenient.class.getName(),
                Map.of(AvroFormat.REGISTRY_URL, registry.url()));
        byte[] broken = good.clone();
        broken[new String(broken, ISO_8859_1).indexOf("order-1")] = (byte) 0xff;
        assertInstanceOf(Decoded.Unreadable.class, new WireReader<>(theirs, PaymentCommand.class).read(TOPIC, broken));
        assertEquals(
                new Decoded.Value<>(Wire.command()), new WireReader<>(theirs, PaymentCommand.class).read(TOPIC, good));
    }

    @Test
    void shouldReadTheReplacementCharacterThatSomebodyWrote() {
        PaymentCommand written = PaymentCommand.newBuilder(Wire.command())
                .setReference("r\uFFFDf €")
                .build();
        byte[] bytes = format.<PaymentCommand>serializer().serialize(TOPIC, written);
        assertEquals(new Decoded.Value<>(written), reader.read(TOPIC, bytes));
    }

    /** A deserializer as others write them: Avro alone, which puts a character in place of bad bytes. */
    public static final class Lenient implements Deserializer<PaymentCommand> {
        @Override
        public PaymentCommand deserialize(String topic, byte[] bytes) {
            try {
                return new SpecificDatumReader<>(PaymentCommand.class)
                        .read(null, DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null));
            } catch (IOException e) {
                throw new SerializationException(e);
            }
        }
    }

    @Test
    void shouldCallEveryTruncationUnreadable() {
        for (int length = 0; length < good.length; length++) {
            assertFalse(reader.read(TOPIC, Arrays.copyOf(good, length)) instanceof Decoded.Value, "length " + length);
        }
    }

    @Test
    void shouldNeverThrowAboutBytes() {
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[5 + random.nextInt(100)];
            random.nextBytes(noise);
            System.arraycopy(good, 0, noise, 0, 5);
            assertInstanceOf(Decoded.class, reader.read(TOPIC, noise));
        }
    }

    @Test
    void shouldSayNothingOfTheContent() {
        byte[] broken = good.clone();
        broken[broken.length - 1] ^= 0x7F;
        byte[] longer = Arrays.copyOf(good, good.length + 1);
        for (byte[] bytes : new byte[][] {broken, longer, Arrays.copyOf(good, good.length - 9)}) {
            if (reader.read(TOPIC, bytes) instanceof Decoded.Unreadable<PaymentCommand>(var reason, var detail)) {
                assertFalse(detail.contains("alice") || detail.contains("order-1"), detail);
            }
        }
    }

    @Test
    void shouldTakeARegistryThatIsAwayForAFaultThatHeals() {
        byte[] unseen = withId(registry.register(PaymentCommand.getClassSchema().toString()) + 1);
        AvroFormat onceOnly = new AvroFormat(
                AvroSerializer.class.getName(),
                AvroDeserializer.class.getName(),
                Map.of(AvroFormat.REGISTRY_URL, registry.url(), AvroFormat.REGISTRY_RETRIES, 1));
        registry.close();
        WireReader<PaymentCommand> impatient = new WireReader<>(onceOnly, PaymentCommand.class);
        assertThrows(RegistryUnavailableException.class, () -> impatient.read(TOPIC, unseen));
    }

    @Test
    void shouldReadASchemaThatIsRegisteredAMomentLater() {
        AtomicLong clock = new AtomicLong();
        AvroDeserializer<PaymentCommand> patient = new AvroDeserializer<>(clock::get);
        patient.configure(
                Map.of(AvroFormat.REGISTRY_URL, registry.url(), AvroFormat.VALUE_TYPE, PaymentCommand.class), false);
        int next = registry.register(CAT) + 1;
        UnreadableException unknown =
                assertThrows(UnreadableException.class, () -> patient.deserialize(TOPIC, withId(next)));
        assertEquals(UnreadableReason.UNKNOWN_SCHEMA, unknown.reason());
        // The same schema with another text is another id of this registry.
        assertEquals(next, registry.register(PaymentCommand.getClassSchema().toString(true)));
        clock.addAndGet(11_000_000_000L);
        assertEquals(Wire.command(), patient.deserialize(TOPIC, withId(next)));
    }

    @Test
    void shouldReadWhatAWriterWithAnOptionalFieldMoreOrLessWrote() {
        String more = PaymentCommand.getClassSchema()
                .toString()
                .replace(
                        "\"fields\":[",
                        "\"fields\":[{\"name\":\"channel\",\"type\":[\"null\",\"string\"],\"default\":null},");
        byte[] bytes = ByteBuffer.allocate(good.length + 1)
                .put(withId(registry.register(more)), 0, 5)
                .put((byte) 0)
                .put(good, 5, good.length - 5)
                .array();
        assertEquals(new Decoded.Value<>(Wire.command()), reader.read(TOPIC, bytes));
    }

    private UnreadableReason reason(byte[] bytes) {
        return switch (reader.read(TOPIC, bytes)) {
            case Decoded.Value<PaymentCommand> value -> throw new AssertionError("was read: " + value);
            case Decoded.Unreadable<PaymentCommand>(var reason, var detail) -> reason;
        };
    }

    private byte[] withId(int id) {
        byte[] bytes = good.clone();
        ByteBuffer.wrap(bytes).putInt(1, id);
        return bytes;
    }
}
