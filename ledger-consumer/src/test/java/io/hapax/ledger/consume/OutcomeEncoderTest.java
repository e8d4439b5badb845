package io.hapax.ledger.consume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.hapax.ledger.posting.FailureReason;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PaymentResult;
import io.hapax.ledger.posting.PostingAnswer;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.PostingResult;
import io.hapax.ledger.posting.RecordedPayment;
import io.hapax.ledger.posting.Requests;
import io.hapax.ledger.posting.Reservations;
import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.schemas.CancelFound;
import io.hapax.schemas.CancelOutcome;
import io.hapax.schemas.CancelledStep;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.LedgerOutcomeStatus;
import io.hapax.schemas.ReservationOutcome;
import io.hapax.schemas.ReservationOutcomeStatus;
import io.hapax.schemas.ReservationStep;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.topics.Topic;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutcomeEncoderTest {
    private static final Instant NOON = Reservations.NOON;

    private final InMemoryRegistry registry = InMemoryRegistry.start();
    private final AvroFormat format = AvroFormat.onRegistry(registry.url());
    private final OutcomeEncoder encoder = new OutcomeEncoder(format);
    private final WireReader<SpecificRecord> reader =
            WireReader.ofAny(format, List.of(LedgerOutcome.class, ReservationOutcome.class, CancelOutcome.class));

    @AfterEach
    void close() {
        registry.close();
    }

    /** A hold that is completed has moved no money: its outcome is of another type. */
    @Test
    void shouldAnswerEachStepAsWhatItIs() {
        for (Step each : List.of(
                new Step(ReservationStep.RESERVE, Reservations.hold("alice", "bob", 70)),
                new Step(ReservationStep.CAPTURE, Reservations.capture("hold", "alice", 70, false)),
                new Step(ReservationStep.VOID, Reservations.release("hold", "alice")))) {
            PostingRequest request = Reservations.event("key", each.content(), 7, NOON.plusSeconds(9));
            assertEquals(
                    outcome(request, each.step(), ReservationOutcomeStatus.COMPLETED)
                            .build(),
                    encoded(
                            request,
                            new PostingResult.Settled(recorded(each.content(), new PaymentResult.Completed()))));
        }
    }

    private record Step(ReservationStep step, PaymentContent content) {}

    @Test
    void shouldSayWhatBecameOfAStepAndWhenItWasFirstAccepted() {
        PaymentContent content = Reservations.release("hold", "alice");
        PostingRequest request = Reservations.event("key", content, 7, NOON.plusSeconds(9));
        RecordedPayment failed =
                recorded(content, new PaymentResult.Failed(FailureReason.RESERVATION_EXPIRED, "alice"));
        assertEquals(
                outcome(request, ReservationStep.VOID, ReservationOutcomeStatus.FAILED)
                        .setFailureReason("RESERVATION_EXPIRED")
                        .setFailedAccount("alice")
                        .build(),
                encoded(request, new PostingResult.AlreadySettled(failed)));
        assertEquals(
                outcome(request, ReservationStep.VOID, ReservationOutcomeStatus.CONFLICT)
                        .setDifferingFields(List.of("reservationKey"))
                        .build(),
                encoded(request, new PostingResult.Conflict(failed, List.of("reservationKey"))));
        assertEquals(
                outcome(request, ReservationStep.VOID, ReservationOutcomeStatus.NOT_FOUND)
                        .setAcceptedAt(request.acceptedAt())
                        .build(),
                encoded(request, new PostingResult.NotFound()));
    }

    @Test
    void shouldTellACancelWhatStandsUnderTheKey() {
        PostingRequest cancel = Reservations.event("key", PaymentContent.cancel(), 7, NOON.plusSeconds(9));
        PaymentResult cancelled = new PaymentResult.Failed(FailureReason.CANCELLED, null);
        CancelOutcome mine = CancelOutcome.newBuilder(found(cancel, CancelFound.CANCELLED))
                .setRecordedAcceptedAt(cancel.acceptedAt())
                .build();
        assertEquals(mine, encoded(cancel, new PostingResult.Settled(new RecordedPayment(cancel, cancelled))));
        assertEquals(
                found(cancel, CancelFound.CANCELLED),
                encoded(cancel, new PostingResult.AlreadySettled(recorded(PaymentContent.cancel(), cancelled))));
        for (Done each : List.of(
                new Done(CancelledStep.PAYMENT, Requests.payment("alice", "bob", 70)),
                new Done(CancelledStep.RESERVE, Reservations.hold("alice", "bob", 70)),
                new Done(CancelledStep.CAPTURE, Reservations.capture("hold", "alice", 70, false)),
                new Done(CancelledStep.VOID, Reservations.release("hold", "alice")))) {
            assertEquals(
                    CancelOutcome.newBuilder(found(cancel, CancelFound.COMPLETED))
                            .setStep(each.step())
                            .build(),
                    encoded(
                            cancel,
                            new PostingResult.AlreadySettled(recorded(each.content(), new PaymentResult.Completed()))));
        }
        assertEquals(
                CancelOutcome.newBuilder(found(cancel, CancelFound.FAILED))
                        .setFailureReason("INSUFFICIENT_FUNDS")
                        .setFailedAccount("alice")
                        .build(),
                encoded(
                        cancel,
                        new PostingResult.AlreadySettled(recorded(
                                Requests.payment("alice", "bob", 70),
                                new PaymentResult.Failed(FailureReason.INSUFFICIENT_FUNDS, "alice")))));
    }

    private record Done(CancelledStep step, PaymentContent content) {}

    /** Whoever asked for a payment waits for the outcome of one. */
    @Test
    void shouldAnswerAPaymentUnderACancelledKeyAsAPayment() {
        PostingRequest request = Reservations.event("key", Requests.payment("alice", "bob", 70), 7, NOON);
        RecordedPayment cancel =
                recorded(PaymentContent.cancel(), new PaymentResult.Failed(FailureReason.CANCELLED, null));
        LedgerOutcome outcome = (LedgerOutcome) encoded(request, new PostingResult.AlreadySettled(cancel));
        assertEquals(LedgerOutcomeStatus.FAILED, outcome.getStatus());
        assertEquals("CANCELLED", outcome.getFailureReason());
    }

    @Test
    void shouldTellWhichPaymentASuspectedDuplicateMayBeAgain() {
        PaymentContent payment = Requests.payment("alice", "bob", 70);
        PostingRequest request = Reservations.event("key", payment, 7, NOON);
        for (String duplicateOf : new String[] {"order-0", null}) {
            RecordedPayment suspected =
                    recorded(payment, new PaymentResult.Failed(FailureReason.SUSPECTED_DUPLICATE, null, duplicateOf));
            LedgerOutcome outcome = (LedgerOutcome) encoded(request, new PostingResult.AlreadySettled(suspected));
            assertEquals("SUSPECTED_DUPLICATE", outcome.getFailureReason());
            assertNull(outcome.getFailedAccount());
            assertEquals(duplicateOf, outcome.getDuplicateOf());
        }
    }

    private static CancelOutcome found(PostingRequest cancel, CancelFound found) {
        return CancelOutcome.newBuilder()
                .setFound(found)
                .setPaymentId(cancel.paymentId())
                .setClientId(cancel.clientId())
                .setIdempotencyKey("key")
                .setRecordedAcceptedAt(NOON)
                .setCommandPartition(cancel.command().partition())
                .setCommandOffset(cancel.command().offset())
                .build();
    }

    /** Whoever asked for a payment waits for the outcome of one. */
    @Test
    void shouldAnswerAPaymentUnderTheKeyOfAReservationAsAPayment() {
        PaymentContent payment = Requests.payment("alice", "bob", 70);
        PostingRequest request = Reservations.event("key", payment, 7, NOON);
        RecordedPayment hold = recorded(Reservations.hold("alice", "bob", 70), new PaymentResult.Completed());
        LedgerOutcome outcome = (LedgerOutcome) encoded(request, new PostingResult.Conflict(hold, List.of("step")));
        assertEquals(LedgerOutcomeStatus.CONFLICT, outcome.getStatus());
        assertEquals(List.of("step"), outcome.getDifferingFields());
    }

    private static RecordedPayment recorded(PaymentContent content, PaymentResult settlement) {
        return new RecordedPayment(Reservations.event("key", content, 3, NOON), settlement);
    }

    private static ReservationOutcome.Builder outcome(
            PostingRequest request, ReservationStep step, ReservationOutcomeStatus result) {
        return ReservationOutcome.newBuilder()
                .setPaymentId(request.paymentId())
                .setClientId(request.clientId())
                .setIdempotencyKey("key")
                .setStep(step)
                .setResult(result)
                .setAttempt(1)
                .setAcceptedAt(NOON)
                .setCommandPartition(request.command().partition())
                .setCommandOffset(request.command().offset());
    }

    private SpecificRecord encoded(PostingRequest request, PostingResult result) {
        ProducerRecord<byte[], byte[]> record = encoder.encode(new PostingAnswer(request, result), 1_000);
        return switch (reader.read(Topic.LEDGER_OUTCOMES.topicName(), record.value())) {
            case Decoded.Value<SpecificRecord>(SpecificRecord outcome) -> outcome;
            case Decoded.Unreadable<SpecificRecord> unreadable -> throw new AssertionError(unreadable);
        };
    }
}
