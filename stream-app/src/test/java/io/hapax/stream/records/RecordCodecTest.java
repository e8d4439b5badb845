package io.hapax.stream.records;

import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.schemas.PendingPayment;
import io.hapax.serde.TrustedClasses;
import io.hapax.stream.decision.Asked;
import io.hapax.stream.decision.Cancellation;
import io.hapax.stream.decision.Capture;
import io.hapax.stream.decision.EncodedPayment;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.AcceptedCommand;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.IdempotencyRecord.TakenKey;
import io.hapax.stream.decision.Payload;
import io.hapax.stream.decision.PayloadDigest;
import io.hapax.stream.decision.Payment;
import io.hapax.stream.decision.Reservation;
import io.hapax.stream.decision.Result;
import io.hapax.stream.decision.Voiding;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;

/**
 * Bytes of stored records, as every released version wrote them: yesterday's must read tomorrow. A change that breaks
 * this test needs a new version beside the old one, never new golden bytes.
 */
class RecordCodecTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Payment PAYMENT = new Payment("alice", "bob", 1000, "EUR", "rent");
    private static final AcceptedCommand FIRST =
            new AcceptedCommand(PayloadDigest.of(PAYMENT), NOON, new LogPosition(3, 123_456_789), 2);

    private static final Map<String, IdempotencyRecord> RECORDS = Map.of(
            "pending",
            new Pending(FIRST, new PaymentKey("acme", "order-1"), PAYMENT, NOON.plusSeconds(30)),
            "completed",
            new Settled(FIRST, NOON.plusMillis(150), 987_654_321, new Result.Completed()),
            "failed",
            new Settled(FIRST, NOON.plusMillis(150), 987_654_321, new Result.Failed("INSUFFICIENT_FUNDS", "alice")),
            "refused",
            new TakenKey(FIRST, NOON.plusMillis(150), 987_654_321, List.of("amountMinor", "currency")));

    @Test
    void shouldReadTheBytesOfVersion1() throws IOException {
        assertEquals(RECORDS, decoded(golden("records-v1.properties")));
    }

    @Test
    void shouldReadTheBytesOfVersion2() throws IOException {
        assertEquals(Map.of("pending", RECORDS.get("pending")), decoded(golden("records-v2.properties")));
    }

    /**
     * Written with version 5 of the schemas: the same byte in front, and more behind, which programs before leave
     * unread.
     */
    @Test
    void shouldReadWhatWasPaidBehindTheBytesOfVersion1() throws IOException {
        Properties before = golden("records-v1.properties");
        Properties current = golden("records-v5.properties");
        assertEquals(
                RECORDS.keySet(),
                Stream.concat(current.keySet().stream(), Stream.of("pending")).collect(Collectors.toSet()));
        current.stringPropertyNames()
                .forEach(name -> assertTrue(current.getProperty(name).startsWith(before.getProperty(name)), name));
        Map<String, IdempotencyRecord> records = decoded(current);
        records.forEach((name, stored) -> assertEquals(RECORDS.get(name), stored, name));
        assertEquals(PAYMENT, records.get("completed").first().digest().payload());
        assertEquals(PAYMENT, records.get("failed").first().digest().payload());
        assertNull(decoded(before).get("completed").first().digest().payload());
    }

    @Test
    void shouldKeepWhenThePaymentWasFirstAccepted() {
        Settled known = new Settled(
                FIRST, NOON.plusMillis(150), 987_654_321, new Result.Completed(), NOON.minusSeconds(86_400));
        assertEquals(known, RecordCodec.decode(RecordCodec.encode(known)));
    }

    /** Settled under a version before, and moved to another bucket by this one. */
    @Test
    void shouldKeepARecordOfWhichOnlyDigestsAreKnown() throws IOException {
        IdempotencyRecord old = decoded(golden("records-v1.properties")).get("completed");
        IdempotencyRecord again = RecordCodec.decode(RecordCodec.encode(old));
        assertEquals(old, again);
        assertNull(again.first().digest().payload());
    }

    @Test
    void shouldWriteTheBytesOfTheCurrentVersions() throws IOException {
        Properties current = golden("records-v5.properties");
        current.putAll(golden("records-v2.properties"));
        RECORDS.forEach((name, stored) ->
                assertEquals(current.getProperty(name), HexFormat.of().formatHex(RecordCodec.encode(stored)), name));
    }

    /** The schemas are what other programs will read them by, though ours goes field by field. */
    @Test
    void shouldWriteWhatItsSchemasSay() throws IOException {
        TrustedClasses.trustOurs();
        for (IdempotencyRecord stored : RECORDS.values()) {
            byte[] ours = RecordCodec.encode(stored);
            Schema schema = stored instanceof Pending
                    ? PendingPayment.getClassSchema()
                    : io.hapax.schemas.IdempotencyRecord.getClassSchema();
            BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(ours, 1, ours.length - 1, null);
            Object read = new SpecificDatumReader<>(schema).read(null, decoder);
            assertTrue(decoder.isEnd());
            ByteArrayOutputStream avros = new ByteArrayOutputStream();
            avros.write(ours[0]);
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(avros, null);
            new SpecificDatumWriter<>(schema).write(read, encoder);
            assertArrayEquals(ours, avros.toByteArray());
        }
    }

    @Test
    void shouldWriteTheSameBytesWhenThePaymentIsCopiedFromItsCommand() throws IOException {
        ByteArrayOutputStream command = new ByteArrayOutputStream();
        command.write(new byte[5]);
        BinaryEncoder fields = EncoderFactory.get().directBinaryEncoder(command, null);
        for (String text : List.of("acme", "order-1", "alice", "bob")) {
            fields.writeString(text);
        }
        fields.writeLong(1000);
        fields.writeString("EUR");
        fields.writeIndex(1);
        fields.writeString("rent");
        int end = command.size();
        fields.writeLong(NOON.toEpochMilli());
        EncodedPayment encoded = new EncodedPayment(command.toByteArray(), 5, end - 5);
        Payment copied = new Payment("alice", "bob", 1000, "EUR", "rent", encoded);
        assertArrayEquals(
                RecordCodec.encode(RECORDS.get("pending")),
                RecordCodec.encode(
                        new Pending(FIRST, new PaymentKey("acme", "order-1"), copied, NOON.plusSeconds(30))));
    }

    @Test
    void shouldStaySmallOnceSettled() {
        int bytes = RecordCodec.encode(RECORDS.get("completed")).length;
        assertTrue(bytes <= 84, bytes + " bytes, of which 24 are what was paid");
    }

    @Test
    void shouldRefuseTheBytesOfANewerProgram() {
        byte[] newer = RecordCodec.encode(RECORDS.get("completed"));
        newer[0] = 6;
        assertThrows(IllegalStateException.class, () -> RecordCodec.decode(newer));
    }

    /** Rules for commands get stricter; what was accepted before them stays readable. */
    @Test
    void shouldReadWhatWasAcceptedUnderOtherRules() {
        for (Payment payment : List.of(
                new Payment("a".repeat(1_000), "", Long.MAX_VALUE, "no currency", "\u0000".repeat(1_000)),
                new Payment("", " ", 1, "", ""))) {
            Pending pending = new Pending(
                    new AcceptedCommand(PayloadDigest.of(payment), NOON, new LogPosition(-1, -1), 0),
                    new PaymentKey("", "x".repeat(10_000)),
                    payment,
                    Instant.EPOCH);
            assertEquals(pending, RecordCodec.decode(RecordCodec.encode(pending)));
        }
    }

    @Test
    void shouldKeepTheBytesOfStepsAsTheyWereFirstWritten() throws IOException {
        Properties golden = golden("steps-v5.properties");
        Map<String, IdempotencyRecord> steps = steps();
        assertEquals(steps.keySet(), golden.stringPropertyNames());
        steps.forEach((name, stored) ->
                assertEquals(golden.getProperty(name), HexFormat.of().formatHex(RecordCodec.encode(stored)), name));
        Map<String, IdempotencyRecord> read = decoded(golden);
        steps.forEach((name, stored) -> {
            assertEquals(stored, read.get(name), name);
            // Records are equal by fingerprints; what is posted again must be the payload itself.
            assertEquals(
                    stored.first().digest().payload(),
                    read.get(name).first().digest().payload(),
                    name);
        });
    }

    /** A program from before must stop there, and not take a hold for a payment. */
    @Test
    void shouldPutAnotherVersionBeforeEachStepThanBeforeAPayment() {
        steps().forEach((name, stored) -> assertEquals(3, RecordCodec.encode(stored)[0], name));
        RECORDS.forEach((name, stored) -> assertNotEquals(3, RecordCodec.encode(stored)[0], name));
    }

    @Test
    void shouldKeepTheBytesOfCancelsAsTheyWereFirstWritten() throws IOException {
        Cancellation cancel = new Cancellation();
        AcceptedCommand first = new AcceptedCommand(PayloadDigest.of(cancel), NOON, new LogPosition(3, 123_456_789), 1);
        Result cancelled = new Result.Failed(Result.CANCELLED, null);
        Instant before = NOON.minusSeconds(60);
        Map<String, IdempotencyRecord> cancels = Map.of(
                "pending",
                new Pending(first, new PaymentKey("acme", "order-1"), cancel, NOON.plusSeconds(30)),
                "cancelled",
                new Settled(first, NOON.plusMillis(150), 987_654_321, cancelled),
                "cancelledBefore",
                new Settled(first, NOON.plusMillis(150), 987_654_321, cancelled, before),
                "tooLate",
                new Settled(
                        first, NOON.plusMillis(150), 987_654_321, new Result.DoneBefore(Asked.Kind.CAPTURE), before),
                "failedBefore",
                new Settled(
                        first,
                        NOON.plusMillis(150),
                        987_654_321,
                        new Result.Failed("INSUFFICIENT_FUNDS", "alice"),
                        before));
        Properties golden = golden("cancels-v5.properties");
        assertEquals(cancels.keySet(), golden.stringPropertyNames());
        assertEquals(cancels, decoded(golden));
        cancels.forEach((name, stored) -> {
            assertEquals(golden.getProperty(name), HexFormat.of().formatHex(RecordCodec.encode(stored)), name);
            assertEquals(5, RecordCodec.encode(stored)[0], "a program from before must stop there");
        });
    }

    /** Each kind in each state. */
    private static Map<String, IdempotencyRecord> steps() {
        Map<String, Payload> payloads = Map.of(
                "reserve", new Reservation("alice", "bob", 1000, "EUR", "rent", Duration.ofDays(7), true),
                "capture", new Capture("hold-1", "alice", 900, "EUR", true, null),
                "void", new Voiding("hold-1", "alice"));
        Map<String, IdempotencyRecord> steps = new HashMap<>();
        payloads.forEach((name, payload) -> {
            AcceptedCommand first =
                    new AcceptedCommand(PayloadDigest.of(payload), NOON, new LogPosition(3, 123_456_789), 2);
            steps.put(
                    name + ".pending",
                    new Pending(first, new PaymentKey("acme", "order-1"), payload, NOON.plusSeconds(30)));
            steps.put(
                    name + ".completed",
                    new Settled(
                            first, NOON.plusMillis(150), 987_654_321, new Result.Completed(), NOON.minusSeconds(60)));
            steps.put(
                    name + ".failed",
                    new Settled(
                            first, NOON.plusMillis(150), 987_654_321, new Result.Failed("RESERVATION_EXPIRED", null)));
            steps.put(name + ".refused", new TakenKey(first, NOON.plusMillis(150), 987_654_321, List.of("step")));
        });
        return steps;
    }

    private static Map<String, IdempotencyRecord> decoded(Properties golden) {
        return golden.stringPropertyNames().stream()
                .collect(toMap(
                        name -> name, name -> RecordCodec.decode(HexFormat.of().parseHex(golden.getProperty(name)))));
    }

    private static Properties golden(String name) throws IOException {
        Properties golden = new Properties();
        try (InputStream source = RecordCodecTest.class.getResourceAsStream(name)) {
            golden.load(source);
        }
        return golden;
    }
}
