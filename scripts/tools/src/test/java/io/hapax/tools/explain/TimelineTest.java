package io.hapax.tools.explain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.Verdict;
import io.hapax.tools.history.TimelineEntry;
import io.hapax.tools.history.TimelineEntry.Stage;
import io.hapax.tools.log.AnyDecision;
import io.hapax.tools.log.AnyEvent;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.RecordHeaders;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final UUID PAYMENT = new UUID(0, 1);

    @Test
    void shouldCallACommandThatIsInvalidNoRetry() {
        assertEquals(Stage.COMMAND, Timeline.stage(0, 7, List.of(), List.of(decision(7, Verdict.INVALID))));
        assertEquals(Stage.COMMAND, Timeline.stage(0, 7, List.of(), List.of(decision(7, Verdict.EXPIRED))));
        assertEquals(Stage.COMMAND, Timeline.stage(0, 7, List.of(), List.of()), "not answered yet");
    }

    @Test
    void shouldCallTheCommandThatWasAcceptedACommandAndOnlyLaterOnesRetries() {
        List<AnyEvent> events = List.of(event(8));
        List<AnyDecision> decisions = List.of(
                decision(7, Verdict.INVALID),
                decision(8, Verdict.SETTLED),
                decision(9, Verdict.IN_FLIGHT),
                decision(10, Verdict.REPLAYED),
                decision(11, Verdict.CONFLICT));
        assertEquals(Stage.COMMAND, Timeline.stage(0, 7, events, decisions));
        assertEquals(Stage.COMMAND, Timeline.stage(0, 8, events, decisions));
        for (long offset = 9; offset <= 12; offset++) {
            assertEquals(Stage.RETRY, Timeline.stage(0, offset, events, decisions), "command at " + offset);
        }
        AnyDecision elsewhere = decision(1, 7, Verdict.INVALID);
        assertEquals(Stage.COMMAND, Timeline.stage(1, 7, events, List.of(decision(7, Verdict.IN_FLIGHT), elsewhere)));
    }

    /** The copy is appended after the clock of the decision, which is that of the command. */
    @Test
    void shouldTellThatACommandWasSentOnBeforeTheDecisionOnIt() {
        Instant came = Instant.ofEpochMilli(1_000);
        List<TimelineEntry> moments = new ArrayList<>(List.of(
                new TimelineEntry(came, Stage.DECISION, "payment-decisions 1@0", "IN_FLIGHT"),
                Timeline.rerouted(copy("payment-commands-rerouted", "acme/k", 1_400)),
                new TimelineEntry(came, Stage.RETRY, "payment-commands 0@7", "alice pays bob")));
        moments.sort(TimelineEntry.IN_ORDER);
        assertEquals(
                List.of(Stage.RETRY, Stage.REROUTED, Stage.DECISION),
                moments.stream().map(TimelineEntry::stage).toList());
    }

    @Test
    void shouldListADeadLetterThatTellsTheKey() {
        PaymentKey key = new PaymentKey("acme", "k");
        assertTrue(Timeline.tellsKey(copy("dead-letters", "acme/k", 9), key));
        assertTrue(Timeline.tellsKey(copy("dead-letters", "k", 9), key), "a producer may write the key alone");
        assertTrue(Timeline.tellsKey(copy("dead-letters", "acme/k", 9), new PaymentKey("", "k")));
        assertFalse(Timeline.tellsKey(copy("dead-letters", "other/k", 9), key));
        assertFalse(Timeline.tellsKey(copy("dead-letters", "acme/kk", 9), key));
        assertFalse(Timeline.tellsKey(new ConsumerRecord<>("dead-letters", 0, 0, null, null), key));
        ConsumerRecord<byte[], byte[]> letter = copy("dead-letters", "acme/k", 9);
        letter.headers().add(RecordHeaders.REASON, "MALFORMED".getBytes(UTF_8));
        letter.headers().add(RecordHeaders.TOPIC, "payment-commands".getBytes(UTF_8));
        letter.headers().add(RecordHeaders.DETAIL, "a text in it is not UTF-8".getBytes(UTF_8));
        assertEquals(
                new TimelineEntry(
                        Instant.ofEpochMilli(1_000),
                        Stage.DEAD_LETTER,
                        "dead-letters 1@3",
                        "MALFORMED, was payment-commands 0@7: a text in it is not UTF-8"),
                Timeline.deadLetter(letter));
        assertEquals(
                Stage.DEAD_LETTER,
                Timeline.deadLetter(new ConsumerRecord<>("dead-letters", 0, 0, null, null))
                        .stage(),
                "without any header");
    }

    private static ConsumerRecord<byte[], byte[]> copy(String topic, String key, long appendedAtMs) {
        Headers headers = new org.apache.kafka.common.header.internals.RecordHeaders();
        headers.add(RecordHeaders.PARTITION, "0".getBytes(UTF_8));
        headers.add(RecordHeaders.OFFSET, "7".getBytes(UTF_8));
        headers.add(RecordHeaders.TIMESTAMP, "1000".getBytes(UTF_8));
        return new ConsumerRecord<>(
                topic,
                1,
                3,
                appendedAtMs,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                key.getBytes(UTF_8),
                new byte[0],
                headers,
                Optional.empty());
    }

    private static AnyDecision decision(long offset, Verdict verdict) {
        return decision(0, offset, verdict);
    }

    private static AnyDecision decision(int partition, long offset, Verdict verdict) {
        return AnyDecision.of(PaymentDecision.newBuilder()
                .setClientId("acme")
                .setIdempotencyKey("k")
                .setVerdict(verdict)
                .setPaymentId(PAYMENT)
                .setDecidedAt(Instant.EPOCH)
                .setCommandPartition(partition)
                .setCommandOffset(offset)
                .build());
    }

    private static AnyEvent event(long offset) {
        return AnyEvent.of(LedgerEvent.newBuilder()
                        .setKind(LedgerEventKind.POST)
                        .setPaymentId(PAYMENT)
                        .setClientId("acme")
                        .setIdempotencyKey("k")
                        .setDebtorAccount("alice")
                        .setCreditorAccount("bob")
                        .setAmountMinor(1)
                        .setCurrency("EUR")
                        .setReference(null)
                        .setAttempt(1)
                        .setAcceptedAt(Instant.EPOCH)
                        .setCommandPartition(0)
                        .setCommandOffset(offset)
                        .build())
                .orElseThrow();
    }
}
