package io.hapax.serde;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * A decoder of the values of one topic, with whatever deserializer is configured. It tells unreadable bytes from a
 * registry that is away.
 */
public final class WireReader<T extends SpecificRecord> {
    /**
     * Bytes of the largest value that is read. Ours have some hundreds; what is derived from a larger one (sent on to
     * its own partition, or answered) might not fit into a record, and the partition would stand still for ever.
     */
    public static final int MAX_BYTES = 256 * 1024;

    /** Bytes in front of the fields. */
    public static final int HEADER_BYTES = AvroFormat.HEADER_BYTES;

    private final List<Class<? extends T>> types;
    private final Deserializer<T> deserializer;

    /**
     * Ours, which tells broken bytes from a registry in trouble; null where the deserializer is ours or the URL is
     * missing.
     */
    private final @Nullable AvroDeserializer<T> arbiter;

    public WireReader(AvroFormat format, Class<T> type) {
        this(format, List.of(type));
    }

    private WireReader(AvroFormat format, List<Class<? extends T>> types) {
        this.types = types;
        this.deserializer = format.deserializer(types);
        this.arbiter =
                deserializer instanceof AvroDeserializer || !format.config().containsKey(AvroFormat.REGISTRY_URL)
                        ? null
                        : format.ours(types);
    }

    /** A decoder of a topic that holds several types. The name of the writer's schema tells which one a value is. */
    public static WireReader<SpecificRecord> ofAny(AvroFormat format, List<Class<? extends SpecificRecord>> types) {
        return new WireReader<>(format, List.copyOf(types));
    }

    /**
     * The value, or why there is none. Anything else that goes wrong is thrown: a fault, after which the same bytes
     * must be read again.
     */
    public Decoded<T> read(String topic, byte @Nullable [] bytes) {
        if (bytes == null) {
            return new Decoded.Unreadable<>(UnreadableReason.NULL_VALUE, "the value is null");
        }
        if (bytes.length > MAX_BYTES) {
            return new Decoded.Unreadable<>(
                    UnreadableReason.TOO_LARGE, bytes.length + " bytes are more than " + MAX_BYTES);
        }
        try {
            // A foreign deserializer follows the writer's schema, so the type is known only now.
            Object value = deserializer.deserialize(topic, bytes);
            if (arbiter != null && ReplacedText.mayBeIn(value)) {
                value = arbiter.deserialize(topic, bytes);
            }
            for (Class<? extends T> type : types) {
                if (type.isInstance(value)) {
                    return new Decoded.Value<>(type.cast(value));
                }
            }
            return new Decoded.Unreadable<>(UnreadableReason.WRONG_SCHEMA, "not a " + expected());
        } catch (UnreadableException e) {
            return unreadable(e);
        } catch (RegistryUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            if (isNetworkFault(e)) {
                throw new RegistryUnavailableException("the schema registry cannot be asked", e);
            }
            return arbitrate(topic, bytes, e);
        }
    }

    /**
     * True when the fields of a value that was read lie in its bytes as we would write them: the writer's schema is
     * ours, but for names and texts that do not show. A foreign deserializer does not tell: never true then.
     *
     * @param bytes of a value that was read
     */
    public boolean isInOurSchema(byte[] bytes) {
        return deserializer instanceof AvroDeserializer<T> ours && ours.isInOurSchema(bytes);
    }

    /** A foreign deserializer throws what it likes, about bytes and about the registry: ours knows which it was. */
    private Decoded<T> arbitrate(String topic, byte[] bytes, RuntimeException thrown) {
        if (arbiter == null) {
            if (!(thrown instanceof SerializationException)) throw thrown;
            return new Decoded.Unreadable<>(
                    UnreadableReason.MALFORMED,
                    "not a " + expected() + ": " + thrown.getClass().getSimpleName());
        }
        try {
            return new Decoded.Value<>(arbiter.deserialize(topic, bytes));
        } catch (UnreadableException e) {
            return unreadable(e);
        }
    }

    private String expected() {
        return types.stream().map(Class::getSimpleName).collect(Collectors.joining(" or "));
    }

    private Decoded<T> unreadable(UnreadableException e) {
        return new Decoded.Unreadable<>(e.reason(), String.valueOf(e.getMessage()));
    }

    /** Foreign deserializers wrap a registry that is away in the same exception as broken bytes. */
    private static boolean isNetworkFault(Throwable thrown) {
        for (Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpTimeoutException
                    || (cause instanceof IOException
                            && cause.getClass().getPackageName().startsWith("java.net"))
                    || cause.getClass().getSimpleName().equals("RestClientException")) {
                return true;
            }
        }
        return false;
    }
}
