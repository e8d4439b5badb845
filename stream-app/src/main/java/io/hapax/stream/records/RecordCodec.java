package io.hapax.stream.records;

import io.hapax.stream.decision.Cancellation;
import io.hapax.stream.decision.EncodedPayment;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.AcceptedCommand;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.IdempotencyRecord.TakenKey;
import io.hapax.stream.decision.Payload;
import io.hapax.stream.decision.PayloadDigest;
import io.hapax.stream.decision.Payment;
import io.hapax.stream.decision.Result;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an idempotency record: one byte with the version, then Avro binary of the schema of that version.
 *
 * <p>These bytes outlive the program that wrote them, in stores and changelogs: a change of the schema is a new
 * version, and every version stays readable.
 *
 * <p>Payments go field by field on Avro's encoder: one is written for each command, and Avro's datum writer took three
 * times as long. What has two steps goes to {@link TwoStepCodec}, guarded payments go to
 * {@link GuardedCodec}, and cancels go to {@link CancelCodec}.
 *
 * <p>More than 300 lines: what writes a field and what reads it stand side by side, in every version.
 */
final class RecordCodec {
    /** {@code IdempotencyRecord.avsc}: what ended payments are written by, and once pending ones were, too. */
    private static final byte ANY = 1;

    /** {@code PendingPayment.avsc}: what pending payments are written by. */
    private static final byte PENDING_ONLY = 2;

    /** {@code TwoStepRecord.avsc}: what reservations, captures and voidings are written by. */
    private static final byte TWO_STEPS = 3;

    /** {@code GuardedRecord.avsc}: what the bytes of other payments can't tell of a guarded one. */
    private static final byte GUARDED = 4;

    /** {@code CancelRecord.avsc}: what cancels are written by. */
    private static final byte CANCEL = 5;

    /** Branches of the schema's union of states. */
    private static final int PENDING = 0;

    private static final int SETTLED = 1;
    private static final int REFUSED = 2;

    /** Branches of the schema's optional fields. */
    private static final int ABSENT = 0;

    private static final int PRESENT = 1;

    private static final ThreadLocal<Buffer> BUFFERS = ThreadLocal.withInitial(Buffer::new);

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
        try {
            return BUFFERS.get().write(stored);
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array cannot fail", e);
        }
    }

    static IdempotencyRecord decode(byte[] bytes) {
        try {
            BinaryDecoder from = DecoderFactory.get().binaryDecoder(bytes, 1, bytes.length - 1, null);
            return switch (bytes[0]) {
                case ANY -> readAny(from);
                case PENDING_ONLY -> readPending(Sighting.read(from), from);
                case TWO_STEPS -> TwoStepCodec.read(from);
                case GUARDED -> GuardedCodec.read(from);
                case CANCEL -> CancelCodec.read(from);
                default ->
                    throw new IllegalStateException("the store holds a record of version " + bytes[0]
                            + ", this program reads up to " + CANCEL + ": a newer program wrote it");
            };
        } catch (IOException e) {
            throw new UncheckedIOException("the store holds a broken record", e);
        }
    }

    private static byte versionOf(IdempotencyRecord stored) {
        return switch (stored.first().digest().payload()) {
            case null -> ofPayment(stored);
            case Payment payment -> ofPayment(stored);
            case Payload.OfDebtor step -> TWO_STEPS;
            case Cancellation cancel -> CANCEL;
        };
    }

    private static byte ofPayment(IdempotencyRecord stored) {
        if (GuardedCodec.isFor(stored)) return GUARDED;
        return stored instanceof Pending ? PENDING_ONLY : ANY;
    }

    private static void write(byte version, IdempotencyRecord stored, BinaryEncoder to) throws IOException {
        switch (version) {
            case TWO_STEPS -> TwoStepCodec.write(stored, to);
            case GUARDED -> GuardedCodec.write(stored, to);
            case CANCEL -> CancelCodec.write(stored, to);
            default -> writeRecord(stored, to);
        }
    }

    private static void writeRecord(IdempotencyRecord stored, BinaryEncoder to) throws IOException {
        switch (stored) {
            case Pending pending -> writePending(pending, to);
            case Settled settled -> {
                writeEnded(settled.first(), to);
                writeSettled(settled, to);
                writeOptional((Payment) settled.first().digest().payload(), to);
                writeOptional(settled.ledgerKnewSince(), to);
            }
            case TakenKey refused -> {
                writeEnded(refused.first(), to);
                writeRefused(refused, to);
                // To its client it was never accepted: nobody asks for it.
                to.writeIndex(ABSENT);
                to.writeIndex(ABSENT);
            }
        }
    }

    private static void writeEnded(AcceptedCommand first, BinaryEncoder to) throws IOException {
        to.writeFixed(first.digest().fingerprint());
        to.writeFixed(first.digest().fieldDigests());
        writeSighting(first, to);
    }

    private static void writeSighting(AcceptedCommand first, BinaryEncoder to) throws IOException {
        writeTime(first.seenAt(), to);
        to.writeInt(first.origin().partition());
        to.writeLong(first.origin().offset());
        to.writeInt(first.attempt());
    }

    private static void writePending(Pending pending, BinaryEncoder to) throws IOException {
        writeSighting(pending.first(), to);
        writePayment(pending.key(), (Payment) pending.payload(), to);
        writeTime(pending.leaseUntil(), to);
    }

    private static void writePayment(PaymentKey key, Payment payment, BinaryEncoder to) throws IOException {
        EncodedPayment encoded = payment.encoded();
        if (encoded.isKnown()) {
            // The command has them in the same bytes.
            to.writeFixed(encoded.bytes(), encoded.from(), encoded.length());
        } else {
            to.writeString(key.clientId());
            to.writeString(key.idempotencyKey());
            writePayment(payment, to);
        }
    }

    private static void writePayment(Payment payment, BinaryEncoder to) throws IOException {
        to.writeString(payment.debtorAccount());
        to.writeString(payment.creditorAccount());
        to.writeLong(payment.amountMinor());
        to.writeString(payment.currency());
        writeOptional(payment.reference(), to);
    }

    private static void writeSettled(Settled settled, BinaryEncoder to) throws IOException {
        to.writeIndex(SETTLED);
        writeTime(settled.settledAt(), to);
        to.writeLong(settled.outcomeOffset());
        Result.Failed failed = settled.result() instanceof Result.Failed failure ? failure : null;
        writeOptional(failed == null ? null : failed.reason(), to);
        writeOptional(failed == null ? null : failed.account(), to);
    }

    private static void writeRefused(TakenKey refused, BinaryEncoder to) throws IOException {
        to.writeIndex(REFUSED);
        writeTime(refused.refusedAt(), to);
        to.writeLong(refused.outcomeOffset());
        to.writeArrayStart();
        to.setItemCount(refused.differing().size());
        for (String name : refused.differing()) {
            to.startItem();
            to.writeString(name);
        }
        to.writeArrayEnd();
    }

    private static IdempotencyRecord readAny(BinaryDecoder from) throws IOException {
        byte[] fingerprint = new byte[PayloadDigest.FINGERPRINT_BYTES];
        byte[] fieldDigests = new byte[PayloadDigest.FIELD_DIGESTS_BYTES];
        from.readFixed(fingerprint);
        from.readFixed(fieldDigests);
        Sighting sighting = Sighting.read(from);
        AcceptedCommand first = sighting.of(PayloadDigest.ofStored(fingerprint, fieldDigests));
        int state = from.readIndex();
        return switch (state) {
            case PENDING -> readPending(sighting, from);
            case SETTLED -> withContent(readSettled(first, from), from);
            case REFUSED -> new TakenKey(first, readTime(from), from.readLong(), readStrings(from));
            default -> throw new IOException("the schema knows no state " + state);
        };
    }

    /** The digest follows from the payload. */
    private static Pending readPending(Sighting sighting, BinaryDecoder from) throws IOException {
        PaymentKey key = new PaymentKey(from.readString(), from.readString());
        Payment payment = readPayment(from);
        return new Pending(sighting.of(PayloadDigest.of(payment)), key, payment, readTime(from));
    }

    private static Payment readPayment(BinaryDecoder from) throws IOException {
        return new Payment(
                from.readString(), from.readString(), from.readLong(), from.readString(), readOptional(from));
    }

    /**
     * Programs before version 5 of the schemas wrote nothing behind the state, and leave unread what stands there: so
     * the bytes have the same version in front, and instances of both may follow each other.
     */
    private static Settled withContent(Settled stored, BinaryDecoder from) throws IOException {
        if (from.isEnd()) {
            return stored;
        }
        AcceptedCommand first = stored.first();
        PayloadDigest digest = from.readIndex() == ABSENT ? first.digest() : PayloadDigest.of(readPayment(from));
        Instant ledgerKnewSince = from.readIndex() == ABSENT ? null : readTime(from);
        return new Settled(
                new AcceptedCommand(digest, first.seenAt(), first.origin(), first.attempt()),
                stored.settledAt(),
                stored.outcomeOffset(),
                stored.result(),
                ledgerKnewSince);
    }

    private static Settled readSettled(AcceptedCommand first, BinaryDecoder from) throws IOException {
        Instant settledAt = readTime(from);
        long outcomeOffset = from.readLong();
        String reason = readOptional(from);
        String account = readOptional(from);
        return new Settled(
                first,
                settledAt,
                outcomeOffset,
                reason == null ? new Result.Completed() : new Result.Failed(reason, account));
    }

    /** The one of two ended payments that ended later. */
    static byte[] endedLater(byte[] one, byte[] other) {
        return endedAt(decode(one)).isBefore(endedAt(decode(other))) ? other : one;
    }

    private static Instant endedAt(IdempotencyRecord ended) {
        return switch (ended) {
            case Settled settled -> settled.settledAt();
            case TakenKey refused -> refused.refusedAt();
            case Pending pending -> throw new IllegalStateException("a pending payment has not ended");
        };
    }

    private static void writeTime(Instant time, BinaryEncoder to) throws IOException {
        to.writeLong(time.toEpochMilli());
    }

    private static Instant readTime(BinaryDecoder from) throws IOException {
        return Instant.ofEpochMilli(from.readLong());
    }

    private static void writeOptional(@Nullable String text, BinaryEncoder to) throws IOException {
        if (text == null) {
            to.writeIndex(ABSENT);
        } else {
            to.writeIndex(PRESENT);
            to.writeString(text);
        }
    }

    private static void writeOptional(@Nullable Payment payment, BinaryEncoder to) throws IOException {
        if (payment == null) {
            to.writeIndex(ABSENT);
        } else {
            to.writeIndex(PRESENT);
            writePayment(payment, to);
        }
    }

    private static void writeOptional(@Nullable Instant time, BinaryEncoder to) throws IOException {
        if (time == null) {
            to.writeIndex(ABSENT);
        } else {
            to.writeIndex(PRESENT);
            writeTime(time, to);
        }
    }

    private static @Nullable String readOptional(BinaryDecoder from) throws IOException {
        return from.readIndex() == ABSENT ? null : from.readString();
    }

    private static List<String> readStrings(BinaryDecoder from) throws IOException {
        List<String> strings = new ArrayList<>();
        for (long block = from.readArrayStart(); block > 0; block = from.arrayNext()) {
            for (long i = 0; i < block; i++) {
                strings.add(from.readString());
            }
        }
        return List.copyOf(strings);
    }

    /** The fields of a first sighting that every version has. */
    private record Sighting(Instant seenAt, LogPosition origin, int attempt) {
        static Sighting read(BinaryDecoder from) throws IOException {
            return new Sighting(readTime(from), new LogPosition(from.readInt(), from.readLong()), from.readInt());
        }

        AcceptedCommand of(PayloadDigest digest) {
            return new AcceptedCommand(digest, seenAt, origin, attempt);
        }
    }

    /** One thread's buffer and encoder, reused from record to record. */
    private static final class Buffer {
        private static final int USUAL_SIZE = 256;

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_SIZE);
        private final BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);

        byte[] write(IdempotencyRecord stored) throws IOException {
            bytes.reset();
            byte version = versionOf(stored);
            bytes.write(version);
            RecordCodec.write(version, stored, encoder);
            encoder.flush();
            return bytes.toByteArray();
        }
    }
}
