package io.hapax.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka serializer of generated Avro records in Confluent's wire format. The subject is
 * {@link SubjectName}'s.
 *
 * <p>Safe for use by several threads, as Streams shares one instance between its threads.
 */
public final class AvroSerializer<T extends SpecificRecord> implements Serializer<T> {
    private static final int USUAL_SIZE = 256;

    private static final ThreadLocal<Buffer> BUFFERS = ThreadLocal.withInitial(Buffer::new);

    private final Map<Subject, Integer> ids = new ConcurrentHashMap<>();
    private final Map<Schema, DatumWriter<T>> writers = new ConcurrentHashMap<>();

    private @Nullable SchemaRegistry registry;
    private boolean autoRegister = true;

    private record Subject(String topic, Schema schema) {}

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        TrustedClasses.trustOurs();
        registry = SchemaRegistry.fromConfig(configs);
        Object register = configs.get(AvroFormat.AUTO_REGISTER);
        autoRegister = register == null || Boolean.parseBoolean(register.toString());
    }

    @Override
    @SuppressWarnings("NullAway") // Kafka's interface predates null marks: null in, null out.
    public byte @Nullable [] serialize(String topic, @Nullable T datum) {
        if (datum == null) {
            return null;
        }
        Schema schema = datum.getSchema();
        DatumWriter<T> writer = writers.computeIfAbsent(schema, AvroSerializer::writer);
        return serialize(topic, schema, encoder -> writer.write(datum, encoder));
    }

    /** The fields of a value, written one by one. */
    @FunctionalInterface
    public interface Fields {
        /** Writes them in the order of the schema. */
        void writeTo(Encoder encoder) throws IOException;
    }

    /** The bytes of a value of the schema whose fields the caller writes. */
    public byte[] serialize(String topic, Schema schema, Fields fields) {
        int id = ids.computeIfAbsent(new Subject(topic, schema), this::askForId);
        return BUFFERS.get().write(id, fields);
    }

    private static <T> DatumWriter<T> writer(Schema schema) {
        return new SpecificDatumWriter<>(schema);
    }

    private int askForId(Subject subject) {
        if (registry == null) {
            throw new IllegalStateException("configure() was not called");
        }
        Schema documented = DocumentedSchema.of(subject.schema());
        String name = SubjectName.of(subject.topic(), documented);
        return autoRegister ? registry.register(name, documented) : registry.lookUp(name, documented);
    }

    /** One thread's buffer and encoder, reused from record to record. */
    private static final class Buffer {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_SIZE);
        private @Nullable BinaryEncoder encoder;

        byte[] write(int id, Fields fields) {
            bytes.reset();
            bytes.writeBytes(ByteBuffer.allocate(AvroFormat.HEADER_BYTES)
                    .put(AvroFormat.MAGIC)
                    .putInt(id)
                    .array());
            encoder = EncoderFactory.get().binaryEncoder(bytes, encoder);
            try {
                fields.writeTo(encoder);
                encoder.flush();
            } catch (IOException e) {
                throw new UncheckedIOException("a byte array cannot fail", e);
            }
            return bytes.toByteArray();
        }
    }
}
