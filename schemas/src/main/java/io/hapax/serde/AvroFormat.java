package io.hapax.serde;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;

/**
 * The Avro format of records: a factory of the serializers and deserializers that the settings name. They are ours,
 * or any others in Confluent's wire format.
 *
 * @param serializerClass class name of a {@code Serializer<SpecificRecord>}
 * @param deserializerClass class name of a {@code Deserializer<SpecificRecord>}
 * @param config what both are configured with, such as {@link #REGISTRY_URL}
 */
public record AvroFormat(String serializerClass, String deserializerClass, Map<String, Object> config) {
    /** Setting: base URL of the registry's Confluent-compatible REST API. */
    public static final String REGISTRY_URL = "schema.registry.url";

    /** Setting: {@code user:password} for the registry. */
    public static final String REGISTRY_USER_INFO = "basic.auth.user.info";

    /** Setting: how often a call of the registry that failed is made again before it counts as a fault. */
    public static final String REGISTRY_RETRIES = "max.retries";

    /** Setting: whether schemas that the registry lacks are registered on first use. */
    public static final String AUTO_REGISTER = "auto.register.schemas";

    /** Configuration of our deserializer: the generated class to read, or a list of them. */
    public static final String VALUE_TYPE = "hapax.value.type";

    static final byte MAGIC = 0;
    static final int HEADER_BYTES = 1 + Integer.BYTES;

    /** Our own serializer and deserializer on a registry. */
    public static AvroFormat onRegistry(String url) {
        return new AvroFormat(
                AvroSerializer.class.getName(), AvroDeserializer.class.getName(), Map.of(REGISTRY_URL, url));
    }

    /** A configured serializer for values of the type. */
    public <T extends SpecificRecord> Serializer<T> serializer() {
        @SuppressWarnings("unchecked") // Such serializers take any generated record.
        Serializer<T> serializer = (Serializer<T>) make(serializerClass, Serializer.class);
        serializer.configure(config, false);
        return serializer;
    }

    /** A configured deserializer for values of the type. */
    public <T extends SpecificRecord> Deserializer<T> deserializer(Class<T> type) {
        return deserializer(List.of(type));
    }

    /** A configured deserializer for values of any of the types. */
    <T extends SpecificRecord> Deserializer<T> deserializer(List<Class<? extends T>> types) {
        @SuppressWarnings("unchecked") // What it returns is checked by WireReader.
        Deserializer<T> deserializer = (Deserializer<T>) make(deserializerClass, Deserializer.class);
        Map<String, Object> typed = new HashMap<>(config);
        typed.put(VALUE_TYPE, types);
        typed.put("specific.avro.reader", true); // Confluent's
        deserializer.configure(typed, false);
        return deserializer;
    }

    /** Our own deserializer on the same registry, whichever is named. */
    <T extends SpecificRecord> AvroDeserializer<T> ours(List<Class<? extends T>> types) {
        AvroDeserializer<T> deserializer = new AvroDeserializer<>();
        Map<String, Object> typed = new HashMap<>(config);
        typed.put(VALUE_TYPE, types);
        deserializer.configure(typed, false);
        return deserializer;
    }

    /** Both as one. */
    public <T extends SpecificRecord> Serde<T> serde(Class<T> type) {
        return Serdes.serdeFrom(this.<T>serializer(), deserializer(type));
    }

    private static <T> T make(String className, Class<T> type) {
        TrustedClasses.trustOurs();
        try {
            return Utils.newInstance(className, type);
        } catch (ClassNotFoundException e) {
            throw new ConfigException("class " + className + " is not on the class path");
        }
    }
}
