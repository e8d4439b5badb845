package io.hapax.serde;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads records in Confluent's wire format as one generated Avro type, whatever compatible schema wrote them.
 *
 * <p>Throws {@link UnreadableException} for bytes that are not what they should be, and
 * {@link RegistryUnavailableException} when the registry cannot be asked. Safe for use by several threads.
 */
public final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {
    /** How long an id stays unknown before the registry is asked again: it may be registered a moment later. */
    private static final long UNKNOWN_FOR_NANOS = 10_000_000_000L;

    /** Unknown ids remembered at most: a flood of invented ids must not fill the heap. */
    private static final int MAX_UNKNOWN = 10_000;

    /** One decoder per thread, reused from record to record. */
    private static final ThreadLocal<@Nullable BinaryDecoder> DECODERS = new ThreadLocal<>();

    private final LongSupplier nanoClock;
    private final Map<Integer, DatumReader<T>> readers = new ConcurrentHashMap<>();
    private final Map<Integer, Long> unknownSince = new ConcurrentHashMap<>();

    /** Why the schemas of these ids cannot be read as our type: the registry is not asked for each such record. */
    private final Map<Integer, String> mismatches = new ConcurrentHashMap<>();

    private @Nullable SchemaRegistry registry;
    private @Nullable Class<T> type;

    /** For Kafka, which configures it; see {@link AvroFormat#VALUE_TYPE}. */
    public AvroDeserializer() {
        this(System::nanoTime);
    }

    AvroDeserializer(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    @Override
    @SuppressWarnings("unchecked") // The setting names the type that the caller declared.
    public void configure(Map<String, ?> configs, boolean isKey) {
        TrustedClasses.trustOurs();
        registry = SchemaRegistry.fromConfig(configs);
        Object named = configs.get(AvroFormat.VALUE_TYPE);
        if (!(named instanceof Class<?> valueType) || !SpecificRecord.class.isAssignableFrom(valueType)) {
            throw new IllegalArgumentException(AvroFormat.VALUE_TYPE + " is " + named + ", must be a generated class");
        }
        type = (Class<T>) valueType;
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
        int id = ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt();
        return read(readerFor(id), bytes);
    }

    private T read(DatumReader<T> reader, byte[] bytes) {
        BinaryDecoder decoder = DecoderFactory.get()
                .binaryDecoder(bytes, AvroFormat.HEADER_BYTES, bytes.length - AvroFormat.HEADER_BYTES, DECODERS.get());
        DECODERS.set(decoder);
        try {
            T datum = reader.read(null, decoder);
            if (!decoder.isEnd()) {
                throw new UnreadableException(UnreadableReason.MALFORMED, "bytes are left after the end");
            }
            return datum;
        } catch (UnreadableException e) {
            throw e;
        } catch (IOException | RuntimeException | StackOverflowError e) {
            // Whatever Avro throws here, it throws about the bytes: broken ones raise half a dozen types, and a
            // writer's schema
            // may nest without end. Its messages may quote content: the class must do.
            throw new UnreadableException(
                    UnreadableReason.MALFORMED,
                    "not a " + declared().getSimpleName() + ": " + e.getClass().getSimpleName());
        }
    }

    private DatumReader<T> readerFor(int id) {
        DatumReader<T> reader = readers.get(id);
        return reader != null ? reader : learn(id);
    }

    private DatumReader<T> learn(int id) {
        Long since = unknownSince.get(id);
        if (since != null && nanoClock.getAsLong() - since < UNKNOWN_FOR_NANOS) {
            throw unknown(id);
        }
        String mismatch = mismatches.get(id);
        if (mismatch != null) {
            throw new UnreadableException(UnreadableReason.WRONG_SCHEMA, mismatch);
        }
        if (registry == null) {
            throw new IllegalStateException("configure() was not called");
        }
        Optional<Schema> writer = registry.byId(id);
        if (writer.isEmpty()) {
            remember(id);
            throw unknown(id);
        }
        unknownSince.remove(id);
        DatumReader<T> reader = resolve(id, writer.get());
        readers.put(id, reader);
        return reader;
    }

    private void remember(int id) {
        if (unknownSince.size() >= MAX_UNKNOWN) {
            unknownSince.clear();
        }
        unknownSince.put(id, nanoClock.getAsLong());
    }

    private DatumReader<T> resolve(int id, Schema writer) {
        SchemaMatch match = SchemaMatch.of(writer, SpecificData.get().getSchema(declared()));
        if (match instanceof SchemaMatch.Mismatch mismatch) {
            String why = "schema " + id + " (" + writer.getFullName() + ") cannot be read as "
                    + declared().getSimpleName() + ": " + mismatch.why();
            mismatches.put(id, why);
            throw new UnreadableException(UnreadableReason.WRONG_SCHEMA, why);
        }
        SpecificDatumReader<T> reader = new SpecificDatumReader<>(declared());
        reader.setSchema(writer);
        return reader;
    }

    private Class<T> declared() {
        if (type == null) {
            throw new IllegalStateException("configure() was not called");
        }
        return type;
    }

    private static UnreadableException unknown(int id) {
        return new UnreadableException(UnreadableReason.UNKNOWN_SCHEMA, "the registry knows no Avro schema " + id);
    }
}
