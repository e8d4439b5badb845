package io.hapax.ledger.consume;

import io.hapax.ledger.posting.PaymentResult.Completed;
import io.hapax.ledger.posting.PaymentResult.Failed;
import io.hapax.ledger.posting.PostingAnswer;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.PostingResult.AlreadySettled;
import io.hapax.ledger.posting.PostingResult.Conflict;
import io.hapax.ledger.posting.PostingResult.NotFound;
import io.hapax.ledger.posting.PostingResult.Settled;
import io.hapax.ledger.posting.RecordedPayment;
import io.hapax.ledger.posting.Step;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.LedgerOutcomeStatus;
import io.hapax.schemas.ReservationOutcome;
import io.hapax.schemas.ReservationOutcomeStatus;
import io.hapax.schemas.ReservationStep;
import io.hapax.serde.AvroFormat;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * The encoder of {@code ledger-outcomes}: it turns an answer into a record. The same answer always has the same
 * bytes.
 */
final class OutcomeEncoder {
    private final Serializer<SpecificRecord> serializer;

    OutcomeEncoder(AvroFormat format) {
        this.serializer = format.serializer();
    }

    /**
     * The outcome carries the time of its event: time stands still in the ledger. Only an outsider can have written
     * an event without a time, and its outcome is as old as can be, so that it moves nobody's clock.
     *
     * @param eventTimestampMs timestamp of the event answered; negative if it has none
     */
    ProducerRecord<byte[], byte[]> encode(PostingAnswer answer, long eventTimestampMs) {
        String topic = Topic.LEDGER_OUTCOMES.topicName();
        PostingRequest request = answer.request();
        String key = new PaymentKey(request.clientId(), request.idempotencyKey()).topicKey();
        return new ProducerRecord<>(
                topic,
                null,
                Math.max(eventTimestampMs, 0),
                key.getBytes(StandardCharsets.UTF_8),
                serializer.serialize(topic, outcome(answer)));
    }

    private static SpecificRecord outcome(PostingAnswer answer) {
        PostingRequest request = answer.request();
        return switch (request.content().step()) {
            case null -> ofPayment(request, said(answer));
            case Step.Cancel cancel -> CancelOutcomes.of(answer);
            case Step.Reserve reserve -> ofStep(request, ReservationStep.RESERVE, said(answer));
            case Step.Capture capture -> ofStep(request, ReservationStep.CAPTURE, said(answer));
            case Step.Release release -> ofStep(request, ReservationStep.VOID, said(answer));
        };
    }

    /**
     * The answer in the words of the wire.
     *
     * @param status COMPLETED, FAILED, CONFLICT or NOT_FOUND, as both types of outcome have it
     * @param acceptedAt of the event that was dealt with first
     */
    private record Said(String status, @Nullable Failed failed, List<String> differingFields, Instant acceptedAt) {}

    private static Said said(PostingAnswer answer) {
        return switch (answer.result()) {
            case Settled(RecordedPayment payment) -> settled(payment);
            case AlreadySettled(RecordedPayment payment) -> settled(payment);
            case Conflict(RecordedPayment payment, List<String> differingFields) ->
                new Said("CONFLICT", null, differingFields, acceptedAt(payment));
            case NotFound() ->
                new Said("NOT_FOUND", null, List.of(), answer.request().acceptedAt());
        };
    }

    private static Said settled(RecordedPayment payment) {
        return switch (payment.settlement()) {
            case Completed() -> new Said("COMPLETED", null, List.of(), acceptedAt(payment));
            case Failed failed -> new Said("FAILED", failed, List.of(), acceptedAt(payment));
        };
    }

    private static LedgerOutcome ofPayment(PostingRequest request, Said said) {
        return LedgerOutcome.newBuilder()
                .setPaymentId(request.paymentId())
                .setClientId(request.clientId())
                .setIdempotencyKey(request.idempotencyKey())
                .setStatus(LedgerOutcomeStatus.valueOf(said.status()))
                .setFailureReason(
                        said.failed() == null ? null : said.failed().reason().name())
                .setFailedAccount(said.failed() == null ? null : said.failed().account())
                .setDifferingFields(said.differingFields())
                .setAttempt(request.attempt())
                .setAcceptedAt(said.acceptedAt())
                .setCommandPartition(request.command().partition())
                .setCommandOffset(request.command().offset())
                .setDuplicateOf(said.failed() == null ? null : said.failed().duplicateOf())
                .build();
    }

    private static ReservationOutcome ofStep(PostingRequest request, ReservationStep step, Said said) {
        return ReservationOutcome.newBuilder()
                .setPaymentId(request.paymentId())
                .setClientId(request.clientId())
                .setIdempotencyKey(request.idempotencyKey())
                .setStep(step)
                .setResult(ReservationOutcomeStatus.valueOf(said.status()))
                .setFailureReason(
                        said.failed() == null ? null : said.failed().reason().name())
                .setFailedAccount(said.failed() == null ? null : said.failed().account())
                .setDifferingFields(said.differingFields())
                .setAttempt(request.attempt())
                .setAcceptedAt(said.acceptedAt())
                .setCommandPartition(request.command().partition())
                .setCommandOffset(request.command().offset())
                .build();
    }

    private static Instant acceptedAt(RecordedPayment payment) {
        return payment.request().acceptedAt();
    }
}
