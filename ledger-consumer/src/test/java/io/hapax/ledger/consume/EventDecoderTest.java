package io.hapax.ledger.consume;

import static io.hapax.ledger.posting.Requests.inquire;
import static io.hapax.ledger.posting.Requests.payment;
import static io.hapax.ledger.posting.Requests.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.hapax.ledger.posting.Guard;
import io.hapax.ledger.posting.LedgerInput;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.Step;
import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.schemas.CancelCommand;
import io.hapax.schemas.CancelEvent;
import io.hapax.schemas.CancelRequest;
import io.hapax.schemas.CaptureCommand;
import io.hapax.schemas.GuardedEvent;
import io.hapax.schemas.LedgerTime;
import io.hapax.schemas.PayRequest;
import io.hapax.schemas.ReservationEvent;
import io.hapax.schemas.ReservationStep;
import io.hapax.schemas.VoidCommand;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.UnreadableReason;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventDecoderTest {
    private static final String TOPIC = Topic.LEDGER_EVENTS.topicName();
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private final InMemoryRegistry registry = InMemoryRegistry.start();
    private final AvroFormat format = AvroFormat.onRegistry(registry.url());
    private final EventDecoder decoder = new EventDecoder(format);

    @AfterEach
    void close() {
        registry.close();
    }

    /** The place of the event counts: a posting of a later event does not exist for this one. */
    @Test
    void shouldAskTheLedgerForAllThatAnEventSaysAndTellWhereItLies() {
        PaymentContent gift = new PaymentContent("alice", "bob", 30, "EUR", "March");
        for (PostingRequest request :
                List.of(post("rent", payment("alice", "bob", 30), 4711), inquire("gift", gift, 4712))) {
            assertEquals(
                    request,
                    asked(
                            LedgerTopics.event(request),
                            request.event(),
                            request.eventTime().toEpochMilli()));
        }
    }

    @Test
    void shouldAskTheLedgerForAStepOfAReservation() {
        ReservationEvent reserve = ReservationEvent.newBuilder(
                        ReservationEvents.reserve("hold", "alice", "bob", 70, HOUR, true, NOON))
                .setReference("room")
                .build();
        assertEquals(
                new PaymentContent("alice", "bob", 70, "EUR", "room", new Step.Reserve(HOUR, true)), content(reserve));
        UUID hold = new PaymentKey(ReservationEvents.CLIENT, "hold").paymentId();
        assertEquals(
                new PaymentContent("alice", "", 50, "EUR", null, new Step.Capture(hold, true)),
                content(ReservationEvents.capture("capture", "hold", "alice", 50, true, NOON)));
        ReservationEvent release = ReservationEvents.release("void", "hold", "alice", NOON);
        assertEquals(new PaymentContent("alice", "", 0, "", null, new Step.Release(hold)), content(release));

        PostingRequest inquiry = asked(ReservationEvents.inquiry(release), new LogPosition(2, 9), 1_000);
        assertEquals(
                new PostingRequest(
                        PostingRequest.Kind.INQUIRE,
                        new PaymentKey(ReservationEvents.CLIENT, "void").paymentId(),
                        ReservationEvents.CLIENT,
                        "void",
                        content(release),
                        1,
                        NOON,
                        new LogPosition(3, NOON.toEpochMilli()),
                        new LogPosition(2, 9),
                        Instant.ofEpochMilli(1_000)),
                inquiry);
    }

    /** An outsider wrote it: the rule answers, and the partition goes on. */
    @ParameterizedTest
    @EnumSource(ReservationStep.class)
    void shouldAskForAStepThatLacksAllThatItNeeds(ReservationStep step) {
        ReservationEvent bare = ReservationEvent.newBuilder(ReservationEvents.release("bare", "hold", "alice", NOON))
                .setStep(step)
                .setReservationKey(null)
                .build();
        UUID nothing = new PaymentKey(ReservationEvents.CLIENT, "").paymentId();
        Step expected = switch (step) {
            case RESERVE -> new Step.Reserve(Duration.ZERO, false);
            case CAPTURE -> new Step.Capture(nothing, false);
            case VOID -> new Step.Release(nothing);
        };
        assertEquals(new PaymentContent("alice", "", 0, "", null, expected), content(bare));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 253_402_300_800_000L, Long.MAX_VALUE})
    void shouldTakeATimeThatNoCalendarHasForNone(long ms) {
        ReservationEvent reserve = ReservationEvents.reserve("hold", "alice", "bob", 70, HOUR, true, NOON);
        assertEquals(
                Instant.EPOCH,
                asked(reserve, new LogPosition(0, 1), Math.max(ms, -1)).eventTime());
        assertEquals(new LedgerInput.TimePassed(3, Instant.EPOCH), told(new LedgerTime(Instant.ofEpochMilli(ms))));
    }

    @Test
    void shouldAskTheLedgerToCancel() {
        UUID id = new PaymentKey("acme", "order-1").paymentId();
        assertEquals(
                new PostingRequest(
                        PostingRequest.Kind.POST,
                        id,
                        "acme",
                        "order-1",
                        PaymentContent.cancel(),
                        1,
                        NOON,
                        new LogPosition(3, 4),
                        new LogPosition(0, 17),
                        NOON.plus(HOUR)),
                asked(
                        new CancelEvent(CancelRequest.CANCEL, id, "acme", "order-1", NOON, 3, 4L),
                        new LogPosition(0, 17),
                        NOON.plus(HOUR).toEpochMilli()));
    }

    /** A window that no program of ours writes is bounded, so that what is remembered is. */
    @ParameterizedTest
    @CsvSource({
        "600000, 600000",
        "0, 0",
        "-1, 0",
        "86400000, 86400000",
        "86400001, 86400000",
        "9223372036854775807, 86400000"
    })
    void shouldAskTheLedgerToHeedAGuard(long saidMs, long heededMs) {
        PostingRequest payment = post("key", new PaymentContent("alice", "bob", 30, "EUR", "March"), 17);
        GuardedEvent event = new GuardedEvent(
                PayRequest.POST,
                payment.paymentId(),
                payment.clientId(),
                "key",
                "alice",
                "bob",
                30L,
                "EUR",
                "March",
                1,
                payment.acceptedAt(),
                payment.command().partition(),
                payment.command().offset(),
                saidMs,
                "order-0",
                null);
        PostingRequest asked = asked(event, payment.event(), payment.eventTime().toEpochMilli());
        assertEquals(new Guard(Duration.ofMillis(heededMs), "order-0"), asked.guard());
        assertEquals(payment.content(), asked.content());
        assertEquals(PostingRequest.Kind.POST, asked.kind());
        assertEquals(payment.paymentId(), asked.paymentId());
        assertEquals(payment.eventTime(), asked.eventTime());
    }

    /** What it says counts, and not when somebody wrote it. */
    @Test
    void shouldTellTheTimeOfThePartitionThatItLiesOn() {
        assertEquals(new LedgerInput.TimePassed(3, NOON), told(new LedgerTime(NOON)));
    }

    @Test
    void shouldAskForNothingThatIsNoEvent() {
        for (SpecificRecord stray : List.of(
                new CaptureCommand("acme", "c", "h", "alice", 1L, "EUR", false, null, null),
                new VoidCommand("acme", "v", "h", "alice", null),
                new CancelCommand(CancelRequest.CANCEL, "acme", "c"))) {
            assertEquals(
                    UnreadableReason.WRONG_SCHEMA,
                    assertInstanceOf(DecodedEvent.Unreadable.class, decode(stray, new LogPosition(0, 1), 0))
                            .reason());
        }
    }

    private PaymentContent content(ReservationEvent event) {
        return asked(event, new LogPosition(0, 1), 0).content();
    }

    private PostingRequest asked(SpecificRecord event, LogPosition position, long timestampMs) {
        return assertInstanceOf(DecodedEvent.Request.class, decode(event, position, timestampMs))
                .request();
    }

    private LedgerInput.TimePassed told(LedgerTime time) {
        return assertInstanceOf(DecodedEvent.Time.class, decode(time, new LogPosition(3, 1), 0))
                .passed();
    }

    private DecodedEvent decode(SpecificRecord event, LogPosition position, long timestampMs) {
        byte[] bytes = format.<SpecificRecord>serializer().serialize(TOPIC, event);
        return decoder.decode(new ConsumerRecord<>(
                TOPIC,
                position.partition(),
                position.offset(),
                timestampMs,
                TimestampType.CREATE_TIME,
                0,
                bytes.length,
                null,
                bytes,
                new RecordHeaders(),
                Optional.empty()));
    }
}
