package io.hapax.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.sandbox.OddSchemas;
import io.hapax.schemas.PaymentCommand;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is registered beside our schemas: a command written by it is read or is unreadable; nothing of it is a
 * fault.
 */
class ForeignSchemasTest {
    private static final String TOPIC = "payment-commands";
    private static final int ID = 7;
    private static final byte[] GOOD = good();
    private static final String OURS = PaymentCommand.getClassSchema().toString();

    private final ScriptedRegistry registry = registry();
    private final WireReader<PaymentCommand> reader = reader(0);

    @AfterEach
    void close() {
        registry.close();
    }

    @ParameterizedTest
    @MethodSource("oddSchemas")
    void shouldCallACommandUnreadableWhateverSchemaWroteIt(String text) {
        registry.schema(ID, text);
        // An empty union is compatible with everything, since it can write nothing.
        UnreadableReason why = text.equals("[]") ? UnreadableReason.MALFORMED : UnreadableReason.WRONG_SCHEMA;
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertEquals(why, reason()));
        assertEquals(why, reason());
        assertEquals(1, registry.asked(), "what is registered never changes: it is asked for once");
    }

    @ParameterizedTest
    @ValueSource(strings = {"JSON", "PROTOBUF", "XML", ""})
    void shouldCallACommandUnreadableThatASchemaOfAnotherKindWrote(String type) {
        registry.answer(ID, 200, "{\"schemaType\":\"" + type + "\",\"schema\":\"syntax = \\\"proto3\\\";\"}");
        assertEquals(UnreadableReason.WRONG_SCHEMA, reason());
    }

    @Test
    void shouldReadACommandWhoseSchemaRefersToOthers() {
        String trace = "{\"type\":\"record\",\"name\":\"Trace\",\"namespace\":\"bank\",\"fields\":"
                + "[{\"name\":\"span\",\"type\":\"bank.Span\"}]}";
        registry.subject("bank.Span", "{\"type\":\"record\",\"name\":\"Span\",\"namespace\":\"bank\",\"fields\":[]}");
        registry.subject("bank.Trace", trace, "bank.Span");
        registry.schema(ID, OddSchemas.withField(OURS, "[\"null\",\"bank.Trace\"]"), "bank.Span", "bank.Trace");
        assertEquals(new Decoded.Value<>(Wire.command()), reader.read(TOPIC, withNullInFront()));
    }

    @Test
    void shouldCallACommandUnreadableWhoseSchemaRefersToItselfOrToTooManyOrToNothing() {
        registry.subject("a", "\"string\"", "b").subject("b", "\"string\"", "a");
        registry.schema(ID, OURS, "a");
        assertEquals(UnreadableReason.WRONG_SCHEMA, reason());

        for (int i = 0; i < 1_000; i++) {
            registry.subject("chain-" + i, "\"string\"", "chain-" + (i + 1));
        }
        registry.schema(ID + 1, OURS, "chain-0");
        assertEquals(UnreadableReason.WRONG_SCHEMA, reason(ID + 1));
        assertTrue(registry.asked() < 200, registry.asked() + " questions");

        registry.schema(ID + 2, OURS, "nobody.has.it");
        assertEquals(UnreadableReason.UNKNOWN_SCHEMA, reason(ID + 2));
    }

    /** Billions of items of no bytes, claimed in a few. */
    @Test
    void shouldNotCountThroughItemsThatTakeNoBytes() {
        registry.schema(ID, OddSchemas.withField(OURS, "{\"type\":\"array\",\"items\":\"null\"}"));
        byte[] claim = {-2, -1, -1, -1, 15};
        byte[] claims = new byte[200_000];
        for (int i = 0; i < claims.length; i++) {
            claims[i] = claim[i % claim.length];
        }
        byte[] bytes = ByteBuffer.allocate(5 + claims.length)
                .put(withId(ID), 0, 5)
                .put(claims)
                .array();
        assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> assertInstanceOf(Decoded.Unreadable.class, reader.read(TOPIC, bytes)));
    }

    @Test
    void shouldNotBelieveLengthsThatBytesClaim() {
        registry.schema(ID, OddSchemas.withField(OURS, "[\"null\",\"bytes\",{\"type\":\"map\",\"values\":\"bytes\"}]"));
        for (long claimed : new long[] {1L << 28, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
            for (byte branch : new byte[] {2, 4}) {
                byte[] bytes = ByteBuffer.allocate(40)
                        .put(withId(ID), 0, 5)
                        .put(branch)
                        .put(varint(claimed))
                        .array();
                assertInstanceOf(Decoded.Unreadable.class, reader.read(TOPIC, bytes));
            }
        }
    }

    /**
     * A wrong path, a proxy without a back end, a page in HTML, half an answer: none of them says anything about the
     * record.
     */
    @ParameterizedTest
    @MethodSource("io.hapax.serde.OddAnswers#faults")
    void shouldTakeAnAnswerThatIsNoneForAFaultOfTheRegistry(OddAnswers.Answer answer) {
        registry.answer(ID, answer.status(), answer.body());
        assertThrows(RegistryUnavailableException.class, this::reason);
        registry.schema(ID, OURS);
        assertEquals(new Decoded.Value<>(Wire.command()), reader.read(TOPIC, withId(ID)), "and goes on when it heals");
    }

    @Test
    void shouldAskAgainBeforeItIsAFault() {
        WireReader<PaymentCommand> patient = reader(2);
        registry.answer(ID, 404, "<html>no back end</html>");
        assertThrows(RegistryUnavailableException.class, () -> patient.read(TOPIC, withId(ID)));
        assertEquals(3, registry.asked());
    }

    @Test
    void shouldNotWaitForEverForTheRestOfAnAnswer() {
        registry.trickle(ID);
        SchemaRegistry impatient = new SchemaRegistry(registry.url(), Optional.empty(), 5, Duration.ofMillis(300));
        assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertThrows(RegistryUnavailableException.class, () -> impatient.byId(ID)));
    }

    @Test
    void shouldRememberForASecondOnlyThatAnIdIsUnknown() {
        AtomicLong clock = new AtomicLong();
        AvroDeserializer<PaymentCommand> patient = new AvroDeserializer<>(clock::get);
        patient.configure(config(0), false);
        for (int i = 0; i < 100; i++) {
            assertThrows(UnreadableException.class, () -> patient.deserialize(TOPIC, withId(ID)));
        }
        assertEquals(1, registry.asked());
        registry.schema(ID, OURS);
        clock.addAndGet(1_000_000_000L);
        assertEquals(Wire.command(), patient.deserialize(TOPIC, withId(ID)));
    }

    @Test
    void shouldNotFillTheHeapWithWhatItRemembersOfInventedIds() {
        for (int id = 1; id <= 30_000; id++) {
            reader.read(TOPIC, withId(-id));
        }
        assertEquals(0, registry.asked(), "no registry gives out such ids");
        assertEquals(UnreadableReason.UNKNOWN_SCHEMA, reason(-1));
    }

    /** It goes into a header of the dead letter. */
    @Test
    void shouldSayWhyInFewCharactersHoweverLongANameIs() {
        registry.schema(ID, "{\"type\":\"record\",\"name\":\"" + "N".repeat(500_000) + "\",\"fields\":[]}");
        if (reader.read(TOPIC, withId(ID)) instanceof Decoded.Unreadable<PaymentCommand>(var reason, var detail)) {
            assertEquals(UnreadableReason.WRONG_SCHEMA, reason);
            assertTrue(detail.length() < 400, detail.length() + " characters");
        } else {
            throw new AssertionError("was read");
        }
    }

    @Test
    void shouldSayThatTheRegistryAnswersOnlyWhenItAnswersAsARegistry() throws Exception {
        RegistryProbe probe = new RegistryProbe(format(0), Duration.ofSeconds(5));
        assertEquals("answers", probe.ask());
        for (OddAnswers.Answer answer : OddAnswers.faults().toList()) {
            registry.answer(Integer.MAX_VALUE, answer.status(), answer.body());
            assertThrows(IOException.class, probe::ask, answer::toString);
        }
    }

    private UnreadableReason reason() {
        return reason(ID);
    }

    private UnreadableReason reason(int id) {
        return switch (reader.read(TOPIC, withId(id))) {
            case Decoded.Value<PaymentCommand> value -> throw new AssertionError("was read: " + value);
            case Decoded.Unreadable<PaymentCommand>(var reason, var detail) -> reason;
        };
    }

    private static ScriptedRegistry registry() {
        try {
            return new ScriptedRegistry();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Map<String, Object> config(int retries) {
        return Map.of(
                AvroFormat.REGISTRY_URL,
                registry.url(),
                AvroFormat.REGISTRY_RETRIES,
                retries,
                AvroFormat.VALUE_TYPE,
                PaymentCommand.class);
    }

    private AvroFormat format(int retries) {
        return new AvroFormat(AvroSerializer.class.getName(), AvroDeserializer.class.getName(), config(retries));
    }

    private WireReader<PaymentCommand> reader(int retries) {
        return new WireReader<>(format(retries), PaymentCommand.class);
    }

    private static byte[] good() {
        try (InMemoryRegistry first = InMemoryRegistry.start()) {
            return AvroFormat.onRegistry(first.url())
                    .<PaymentCommand>serializer()
                    .serialize(TOPIC, Wire.command());
        }
    }

    private static Stream<String> oddSchemas() {
        return OddSchemas.beside(OURS);
    }

    private static byte[] withId(int id) {
        byte[] bytes = GOOD.clone();
        ByteBuffer.wrap(bytes).putInt(1, id);
        return bytes;
    }

    private static byte[] withNullInFront() {
        return ByteBuffer.allocate(GOOD.length + 1)
                .put(withId(ID), 0, 5)
                .put((byte) 0)
                .put(GOOD, 5, GOOD.length - 5)
                .array();
    }

    private static byte[] varint(long number) {
        byte[] bytes = new byte[10];
        long zigzag = (number << 1) ^ (number >> 63);
        int length = 0;
        while ((zigzag & ~0x7FL) != 0) {
            bytes[length++] = (byte) ((zigzag & 0x7F) | 0x80);
            zigzag >>>= 7;
        }
        bytes[length++] = (byte) zigzag;
        return Arrays.copyOf(bytes, length);
    }
}
