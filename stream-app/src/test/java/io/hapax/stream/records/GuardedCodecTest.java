package io.hapax.stream.records;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.stream.decision.Guard;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.AcceptedCommand;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.PayloadDigest;
import io.hapax.stream.decision.Payment;
import io.hapax.stream.decision.Result;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** Bytes of stored guarded payments, as every released version wrote them. */
class GuardedCodecTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Instant LEASE = NOON.plusSeconds(30);
    private static final PaymentKey KEY = new PaymentKey("acme", "order-1");
    private static final Payment PAYMENT = new Payment("alice", "bob", 1000, "EUR", "rent");
    private static final AcceptedCommand FIRST =
            new AcceptedCommand(PayloadDigest.of(PAYMENT), NOON, new LogPosition(3, 123_456_789), 2);

    @Test
    void shouldKeepTheBytesOfGuardedPaymentsAsTheyWereFirstWritten() throws IOException {
        Result suspected = new Result.Failed("SUSPECTED_DUPLICATE", null, "order-0");
        Map<String, IdempotencyRecord> guarded = Map.of(
                "pending",
                new Pending(FIRST, KEY, PAYMENT, LEASE, new Guard(Duration.ofMinutes(10), null)),
                "confirming",
                new Pending(FIRST, KEY, PAYMENT, LEASE, new Guard(Duration.ofMinutes(10), "order-0")),
                "suspected",
                new Settled(FIRST, NOON.plusMillis(150), 987_654_321, suspected),
                "suspectedBefore",
                new Settled(FIRST, NOON.plusMillis(150), 987_654_321, suspected, NOON.minusSeconds(60)));
        Properties golden = new Properties();
        try (InputStream source = GuardedCodecTest.class.getResourceAsStream("guarded-v5.properties")) {
            golden.load(source);
        }
        assertEquals(guarded.keySet(), golden.stringPropertyNames());
        guarded.forEach((name, stored) -> {
            assertEquals(golden.getProperty(name), HexFormat.of().formatHex(RecordCodec.encode(stored)), name);
            assertEquals(4, RecordCodec.encode(stored)[0], "a program from before must stop there");
        });
        guarded.forEach((name, stored) ->
                assertEquals(stored, RecordCodec.decode(HexFormat.of().parseHex(golden.getProperty(name))), name));
    }

    /** An operator may switch guards off again: what they left of others must be what it always was. */
    @Test
    void shouldStoreAPaymentThatNothingGuardsAsBefore() {
        Pending unguarded = new Pending(FIRST, KEY, PAYMENT, LEASE, Guard.NONE);
        assertArrayEquals(RecordCodec.encode(new Pending(FIRST, KEY, PAYMENT, LEASE)), RecordCodec.encode(unguarded));
        assertEquals(
                1, RecordCodec.encode(new Settled(FIRST, NOON, 1, new Result.Failed("SUSPECTED_DUPLICATE", null)))[0]);
    }
}
