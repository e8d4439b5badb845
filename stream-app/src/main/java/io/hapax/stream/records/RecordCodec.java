package io.hapax.stream.records;

import io.hapax.schemas.FieldDigests;
import io.hapax.schemas.PayloadFingerprint;
import io.hapax.schemas.PendingState;
import io.hapax.schemas.RefusedState;
import io.hapax.schemas.SettledState;
import io.hapax.serde.TrustedClasses;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.FirstSighting;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Refused;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.Origin;
import io.hapax.stream.decision.PayloadDigest;
import io.hapax.stream.decision.Payment;
import io.hapax.stream.decision.Result;
import io.hapax.topics.PaymentKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an idempotency record: one byte with the version, then Avro binary of the schema of that version.
 *
 * <p>These bytes outlive the program that wrote them, in stores and changelogs: a change of the schema is a new version, and
 * every version stays readable.
 */
final class RecordCodec {
    private static final byte VERSION = 1;

    static {
        TrustedClasses.trustOurs();
    }

    private static final SpecificDatumWriter<io.hapax.schemas.IdempotencyRecord> WRITER =
            new SpecificDatumWriter<>(io.hapax.schemas.IdempotencyRecord.class);
    private static final SpecificDatumReader<io.hapax.schemas.IdempotencyRecord> READER =
            new SpecificDatumReader<>(io.hapax.schemas.IdempotencyRecord.class);

    private RecordCodec() {}

    static Serde<IdempotencyRecord> serde() {
        return Serdes.serdeFrom((topic, stored) -> toBytes(stored), (topic, bytes) -> decode(bytes));
    }

    /** Streams serializes the nothing that deletes an entry, too. */
    @SuppressWarnings("NullAway") // Kafka's interface predates null marks.
    private static byte @Nullable [] toBytes(@Nullable IdempotencyRecord stored) {
        return stored == null ? null : encode(stored);
    }

    static byte[] encode(IdempotencyRecord stored) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        bytes.write(VERSION);
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        try {
            WRITER.write(toWire(stored), encoder);
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array cannot fail", e);
        }
        return bytes.toByteArray();
    }

    static IdempotencyRecord decode(byte[] bytes) {
        if (bytes[0] != VERSION) {
            throw new IllegalStateException("the store holds a record of version " + bytes[0]
                    + ", this program reads up to " + VERSION + ": a newer program wrote it");
        }
        try {
            return toDomain(READER.read(null, DecoderFactory.get().binaryDecoder(bytes, 1, bytes.length - 1, null)));
        } catch (IOException e) {
            throw new UncheckedIOException("the store holds a broken record", e);
        }
    }

    private static io.hapax.schemas.IdempotencyRecord toWire(IdempotencyRecord stored) {
        FirstSighting first = stored.first();
        return new io.hapax.schemas.IdempotencyRecord(
                new PayloadFingerprint(first.digest().fingerprint()),
                new FieldDigests(first.digest().fieldDigests()),
                first.seenAt().toEpochMilli(),
                first.origin().partition(),
                first.origin().offset(),
                first.attempt(),
                switch (stored) {
                    case Pending pending -> toWire(pending);
                    case Settled settled -> toWire(settled);
                    case Refused refused -> toWire(refused);
                });
    }

    private static PendingState toWire(Pending pending) {
        Payment payment = pending.payment();
        return new PendingState(
                pending.key().clientId(),
                pending.key().idempotencyKey(),
                payment.debtorAccount(),
                payment.creditorAccount(),
                payment.amountMinor(),
                payment.currency(),
                payment.reference(),
                pending.leaseUntil().toEpochMilli());
    }

    private static SettledState toWire(Settled settled) {
        long settledAt = settled.settledAt().toEpochMilli();
        return switch (settled.result()) {
            case Result.Completed completed -> new SettledState(settledAt, settled.outcomeOffset(), null, null);
            case Result.Failed failed ->
                new SettledState(settledAt, settled.outcomeOffset(), failed.reason(), failed.account());
        };
    }

    private static RefusedState toWire(Refused refused) {
        return new RefusedState(refused.refusedAt().toEpochMilli(), refused.outcomeOffset(), refused.differing());
    }

    private static IdempotencyRecord toDomain(io.hapax.schemas.IdempotencyRecord wire) {
        FirstSighting first = new FirstSighting(
                PayloadDigest.ofStored(
                        wire.getFingerprint().bytes(), wire.getFieldDigests().bytes()),
                Instant.ofEpochMilli(wire.getFirstSeenAt()),
                new Origin(wire.getCommandPartition(), wire.getCommandOffset()),
                wire.getAttempt());
        return switch (wire.getState()) {
            case PendingState pending -> toDomain(first, pending);
            case SettledState settled -> toDomain(first, settled);
            case RefusedState refused ->
                new Refused(
                        first,
                        Instant.ofEpochMilli(refused.getRefusedAt()),
                        refused.getOutcomeOffset(),
                        refused.getDifferingFields());
            default -> throw new IllegalStateException("the schema knows no other state");
        };
    }

    private static Pending toDomain(FirstSighting first, PendingState pending) {
        Payment payment = new Payment(
                pending.getDebtorAccount(),
                pending.getCreditorAccount(),
                pending.getAmountMinor(),
                pending.getCurrency(),
                pending.getReference());
        PaymentKey key = new PaymentKey(pending.getClientId(), pending.getIdempotencyKey());
        return new Pending(first, key, payment, Instant.ofEpochMilli(pending.getLeaseUntil()));
    }

    private static Settled toDomain(FirstSighting first, SettledState settled) {
        Result result = settled.getFailureReason() == null
                ? new Result.Completed()
                : new Result.Failed(settled.getFailureReason(), settled.getFailedAccount());
        return new Settled(first, Instant.ofEpochMilli(settled.getSettledAt()), settled.getOutcomeOffset(), result);
    }
}
