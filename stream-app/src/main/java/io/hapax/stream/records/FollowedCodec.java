package io.hapax.stream.records;

import io.hapax.schemas.FollowedChange;
import io.hapax.schemas.FollowedPolicy;
import io.hapax.serde.TrustedClasses;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.RetentionSchedule.Change;
import io.hapax.stream.decision.RetentionSchedule.Terms;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a policy that a task follows: one byte with the version, then Avro binary of
 * {@code FollowedPolicy.avsc}. They outlive the program, like those of {@link RecordCodec}. Skew and lease are not
 * among them: those are the settings'.
 */
public final class FollowedCodec {
    /** Before there was a recall; still written while none is followed, so that an older program can read it. */
    private static final byte WITHOUT_RECALL = 1;

    private static final byte WITH_RECALL = 2;

    /** The schema of version 1. */
    private static final Schema SCHEMA_WITHOUT_RECALL = SchemaBuilder.record("FollowedPolicy")
            .namespace("io.hapax.schemas")
            .fields()
            .name("changes")
            .type()
            .array()
            .items()
            .record("FollowedChange")
            .fields()
            .requiredLong("from")
            .requiredLong("retentionMs")
            .requiredString("scope")
            .endRecord()
            .noDefault()
            .endRecord();

    static {
        TrustedClasses.trustOurs();
    }

    private FollowedCodec() {}

    static Serde<RetentionSchedule> serde(RetentionSchedule initial) {
        return Serdes.serdeFrom((topic, policy) -> toBytes(policy), (topic, bytes) -> fromBytes(bytes, initial));
    }

    /** Streams serializes and reads nothing, too. */
    @SuppressWarnings("NullAway") // Kafka's interface predates null marks.
    private static byte @Nullable [] toBytes(@Nullable RetentionSchedule policy) {
        return policy == null ? null : encode(policy);
    }

    @SuppressWarnings("NullAway")
    private static @Nullable RetentionSchedule fromBytes(byte @Nullable [] bytes, RetentionSchedule initial) {
        return bytes == null ? null : policy(changes(bytes), initial);
    }

    private static RetentionSchedule policy(List<Change> changes, RetentionSchedule initial) {
        return new RetentionSchedule(changes.getLast().retention(), initial.allowedSkew(), initial.lease(), changes);
    }

    private static byte[] encode(RetentionSchedule policy) {
        FollowedPolicy wire = new FollowedPolicy(policy.changes().stream()
                .map(change -> new FollowedChange(
                        change.from().toEpochMilli(),
                        change.retention().toMillis(),
                        change.by().name(),
                        change.terms().recall().toMillis()))
                .toList());
        boolean recalls = policy.changes().stream()
                .anyMatch(change -> !change.terms().recall().isZero());
        byte version = recalls ? WITH_RECALL : WITHOUT_RECALL;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(version);
        try {
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
            new SpecificDatumWriter<FollowedPolicy>(schema(version)).write(wire, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array cannot fail", e);
        }
        return bytes.toByteArray();
    }

    /** The changes in such bytes, oldest first; for whoever reads the changelog. */
    public static List<Change> changes(byte[] bytes) {
        try {
            FollowedPolicy wire = new SpecificDatumReader<FollowedPolicy>(
                            schema(bytes[0]), FollowedPolicy.getClassSchema())
                    .read(null, DecoderFactory.get().binaryDecoder(bytes, 1, bytes.length - 1, null));
            return wire.getChanges().stream()
                    .map(change -> new Change(
                            Instant.ofEpochMilli(change.getFrom()),
                            new Terms(
                                    Duration.ofMillis(change.getRetentionMs()),
                                    Duration.ofMillis(change.getRecallMs())),
                            PolicyScope.Kind.valueOf(change.getScope())))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the store holds a broken policy", e);
        }
    }

    private static Schema schema(byte version) {
        return switch (version) {
            case WITHOUT_RECALL -> SCHEMA_WITHOUT_RECALL;
            case WITH_RECALL -> FollowedPolicy.getClassSchema();
            default ->
                throw new IllegalStateException("the store holds a policy of version " + version
                        + ", this program reads up to " + WITH_RECALL + ": a newer program wrote it");
        };
    }
}
