package io.hapax.stream.records;

import io.hapax.schemas.FollowedChange;
import io.hapax.schemas.FollowedPolicy;
import io.hapax.stream.decision.DecisionPolicy;
import io.hapax.stream.decision.DecisionPolicy.Change;
import io.hapax.stream.decision.PolicyScope;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a policy that a task follows: one byte with the version, then Avro binary of {@code FollowedPolicy.avsc}. They outlive
 * the program, like those of {@link RecordCodec}. Skew and lease are not among them: those are the settings'.
 */
public final class FollowedCodec {
    private static final byte VERSION = 1;

    private FollowedCodec() {}

    static Serde<DecisionPolicy> serde(DecisionPolicy initial) {
        return Serdes.serdeFrom((topic, policy) -> toBytes(policy), (topic, bytes) -> fromBytes(bytes, initial));
    }

    /** Streams serializes and reads nothing, too. */
    @SuppressWarnings("NullAway") // Kafka's interface predates null marks.
    private static byte @Nullable [] toBytes(@Nullable DecisionPolicy policy) {
        return policy == null ? null : encode(policy);
    }

    @SuppressWarnings("NullAway")
    private static @Nullable DecisionPolicy fromBytes(byte @Nullable [] bytes, DecisionPolicy initial) {
        return bytes == null ? null : policy(changes(bytes), initial);
    }

    private static DecisionPolicy policy(List<Change> changes, DecisionPolicy initial) {
        return new DecisionPolicy(changes.getLast().retention(), initial.allowedSkew(), initial.lease(), changes);
    }

    private static byte[] encode(DecisionPolicy policy) {
        FollowedPolicy wire = new FollowedPolicy(policy.changes().stream()
                .map(change -> new FollowedChange(
                        change.from().toEpochMilli(),
                        change.retention().toMillis(),
                        change.by().name()))
                .toList());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(VERSION);
        try {
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
            new SpecificDatumWriter<>(FollowedPolicy.class).write(wire, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array cannot fail", e);
        }
        return bytes.toByteArray();
    }

    /** The changes in such bytes, oldest first; for whoever reads the changelog. */
    public static List<Change> changes(byte[] bytes) {
        if (bytes[0] != VERSION) {
            throw new IllegalStateException("the store holds a policy of version " + bytes[0]
                    + ", this program reads up to " + VERSION + ": a newer program wrote it");
        }
        try {
            FollowedPolicy wire = new SpecificDatumReader<>(FollowedPolicy.class)
                    .read(null, DecoderFactory.get().binaryDecoder(bytes, 1, bytes.length - 1, null));
            return wire.getChanges().stream()
                    .map(change -> new Change(
                            Instant.ofEpochMilli(change.getFrom()),
                            Duration.ofMillis(change.getRetentionMs()),
                            PolicyScope.Kind.valueOf(change.getScope())))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the store holds a broken policy", e);
        }
    }
}
