package io.hapax.serde;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka deserializer of records in Confluent's wire format, for one generated Avro type or several. It reads what
 * any compatible schema wrote. Where there are several types, the name of the writer's schema chooses.
 *
 * <p>Throws {@link UnreadableException} for bytes that are not what they should be, and
 * {@link RegistryUnavailableException} when the registry cannot be asked. Safe for use by several threads.
 */
public final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {
    /**
     * The time for which an id stays unknown before the registry is asked again. The id may be registered at any
     * moment: ids are given out one after the other. A good record that comes within this time becomes a dead letter.
     * A flood of records with one invented id asks the registry once in this time.
     */
    private static final long UNKNOWN_FOR_NANOS = 1_000_000_000L;

    /** Ids remembered at most, of either kind: neither invented ids nor registered ones must fill the heap. */
    private static final int MAX_REFUSED = 10_000;

    private static final int MAX_READERS = 1_000;

    /** One decoder per thread, reused from record to record. */
    private static final ThreadLocal<@Nullable BinaryDecoder> DECODERS = new ThreadLocal<>();

    private final LongSupplier nanoClock;
    private final Map<Integer, Known<T>> readers = new ConcurrentHashMap<>();

    /**
     * The schema ids that cannot be read, each with the reason. The registry is not asked for each of their records.
     */
    private final Map<Integer, Refused> refused = new ConcurrentHashMap<>();

    private @Nullable SchemaRegistry registry;
    private List<Class<? extends T>> types = List.of();

    /**
     * A schema id that can be read.
     *
     * @param isOurs the fields lie in the bytes as in our own schema
     */
    private record Known<T>(SpecificDatumReader<? extends T> reader, boolean isOurs) {}

    /**
     * A schema id that cannot be read, with the reason. An id that the registry does not know is held for a short
     * time only.
     */
    private record Refused(UnreadableReason reason, String why, long sinceNanos) {
        boolean holdsAt(long nanos) {
            return reason != UnreadableReason.UNKNOWN_SCHEMA || nanos - sinceNanos < UNKNOWN_FOR_NANOS;
        }

        UnreadableException asException() {
            return new UnreadableException(reason, why);
        }
    }

    /** For Kafka, which configures it; see {@link AvroFormat#VALUE_TYPE}. */
    public AvroDeserializer() {
        this(System::nanoTime);
    }

    AvroDeserializer(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        TrustedClasses.trustOurs();
        registry = SchemaRegistry.fromConfig(configs);
        Object named = configs.get(AvroFormat.VALUE_TYPE);
        types = (named instanceof List<?> several ? several : Collections.singletonList(named))
                .stream().map(AvroDeserializer::<T>generated).toList();
    }

    @SuppressWarnings("unchecked") // The setting names the types that the caller declared.
    private static <T> Class<? extends T> generated(@Nullable Object named) {
        if (!(named instanceof Class<?> type) || !SpecificRecord.class.isAssignableFrom(type)) {
            throw new IllegalArgumentException(AvroFormat.VALUE_TYPE + " is " + named + ", must be a generated class");
        }
        return (Class<? extends T>) type;
    }

    @Override
    public T deserialize(String topic, byte @Nullable [] bytes) {
        if (bytes == null) {
            throw new UnreadableException(UnreadableReason.NULL_VALUE, "the value is null");
        }
        if (bytes.length < AvroFormat.HEADER_BYTES) {
            throw new UnreadableException(
                    UnreadableReason.TOO_SHORT, bytes.length + " bytes are fewer than the header's 5");
        }
        if (bytes[0] != AvroFormat.MAGIC) {
            throw new UnreadableException(UnreadableReason.WRONG_MAGIC, "the first byte is not 0");
        }
        return read(readerFor(schemaId(bytes)), bytes);
    }

    /** True when the fields of a value that was read lie in its bytes as our own serializer would write them. */
    boolean isInOurSchema(byte[] bytes) {
        Known<T> known = readers.get(schemaId(bytes));
        return known != null && known.isOurs();
    }

    private static int schemaId(byte[] bytes) {
        return ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt();
    }

    private T read(SpecificDatumReader<? extends T> reader, byte[] bytes) {
        BinaryDecoder decoder = DecoderFactory.get()
                .binaryDecoder(bytes, AvroFormat.HEADER_BYTES, bytes.length - AvroFormat.HEADER_BYTES, DECODERS.get());
        DECODERS.set(decoder);
        try {
            T datum = reader.read(null, decoder);
            if (!decoder.isEnd()) {
                throw new UnreadableException(UnreadableReason.MALFORMED, "bytes are left after the end");
            }
            if (ReplacedText.mayBeIn(datum)
                    && !ReplacedText.isWritten(
                            bytes, AvroFormat.HEADER_BYTES, reader.getSchema(), reader.getExpected())) {
                throw new UnreadableException(UnreadableReason.MALFORMED, "a text in it is not UTF-8");
            }
            return datum;
        } catch (UnreadableException e) {
            throw e;
        } catch (IOException | RuntimeException | StackOverflowError e) {
            // Whatever Avro throws here, it throws about the bytes: broken ones raise half a dozen types, and a
            // writer's schema may nest without end. Its messages may quote content: the class must do.
            throw new UnreadableException(
                    UnreadableReason.MALFORMED,
                    "not a " + reader.getExpected().getName() + ": "
                            + e.getClass().getSimpleName());
        }
    }

    private SpecificDatumReader<? extends T> readerFor(int id) {
        Known<T> known = readers.get(id);
        return known != null ? known.reader() : learn(id);
    }

    private SpecificDatumReader<? extends T> learn(int id) {
        Refused before = refused.get(id);
        if (before != null && before.holdsAt(nanoClock.getAsLong())) {
            throw before.asException();
        }
        if (registry == null) {
            throw new IllegalStateException("configure() was not called");
        }
        return switch (WriterSchema.of(id, registry)) {
            case WriterSchema.Known(Schema writer) -> resolve(id, writer);
            case WriterSchema.Unusable(String why) -> throw refuse(id, UnreadableReason.WRONG_SCHEMA, why);
            case WriterSchema.Unknown(String why) -> throw refuse(id, UnreadableReason.UNKNOWN_SCHEMA, why);
        };
    }

    private SpecificDatumReader<? extends T> resolve(int id, Schema writer) {
        List<String> obstacles = new ArrayList<>();
        for (Class<? extends T> type : types) {
            Schema ours = SpecificData.get().getSchema(type);
            String obstacle = obstacle(writer, ours);
            if (obstacle.isEmpty()) {
                return remember(id, writer, type, ours);
            }
            obstacles.add("as " + type.getSimpleName() + ": " + obstacle);
        }
        throw refuse(
                id,
                UnreadableReason.WRONG_SCHEMA,
                "schema " + id + " (" + writer.getFullName() + ") cannot be read " + String.join(", nor ", obstacles));
    }

    private SpecificDatumReader<? extends T> remember(int id, Schema writer, Class<? extends T> type, Schema ours) {
        SpecificDatumReader<? extends T> reader = new SpecificDatumReader<>(type);
        reader.setSchema(writer);
        refused.remove(id);
        putWithin(MAX_READERS, readers, id, new Known<>(reader, isOurs(writer, ours)));
        return reader;
    }

    /** In the canonical form are those parts of a schema alone that a value's bytes depend on, and names. */
    private static boolean isOurs(Schema writer, Schema ours) {
        return SchemaNormalization.toParsingForm(writer).equals(SchemaNormalization.toParsingForm(ours));
    }

    /** The reason why values that the schema wrote are not read as ours. Empty if they are. */
    private static String obstacle(Schema writer, Schema ours) {
        try {
            if (SchemaMatch.of(writer, ours) instanceof SchemaMatch.Mismatch mismatch) {
                return mismatch.why();
            }
            // Now and not with the first record, again and again.
            var unused = DecoderFactory.get().resolvingDecoder(writer, ours, null);
            return "";
        } catch (IOException | RuntimeException | StackOverflowError e) {
            return e.getClass().getSimpleName();
        }
    }

    private UnreadableException refuse(int id, UnreadableReason reason, String why) {
        Refused now = new Refused(reason, why, nanoClock.getAsLong());
        putWithin(MAX_REFUSED, refused, id, now);
        return now.asException();
    }

    /** All are forgotten when there are too many: that happens under attack, and asking again heals it. */
    private static <V> void putWithin(int most, Map<Integer, V> known, int id, V value) {
        if (known.size() >= most) {
            known.clear();
        }
        known.put(id, value);
    }
}
