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
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.LedgerOutcomeStatus;
import io.hapax.serde.AvroFormat;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/**
 * The encoder of {@code ledger-outcomes}: it turns an answer into a record. The same answer always has the same
 * bytes.
 */
final class OutcomeEncoder {
    private final Serializer<LedgerOutcome> serializer;

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

    static LedgerOutcome outcome(PostingAnswer answer) {
        PostingRequest request = answer.request();
        return switch (answer.result()) {
            case Settled(RecordedPayment payment) -> settled(request, payment);
            case AlreadySettled(RecordedPayment payment) -> settled(request, payment);
            case Conflict(RecordedPayment payment, List<String> differingFields) ->
                outcome(request, LedgerOutcomeStatus.CONFLICT, acceptedAt(payment))
                        .setDifferingFields(differingFields)
                        .build();
            case NotFound() ->
                outcome(request, LedgerOutcomeStatus.NOT_FOUND, request.acceptedAt())
                        .build();
        };
    }

    private static LedgerOutcome settled(PostingRequest request, RecordedPayment payment) {
        return switch (payment.settlement()) {
            case Completed() ->
                outcome(request, LedgerOutcomeStatus.COMPLETED, acceptedAt(payment))
                        .build();
            case Failed failed ->
                outcome(request, LedgerOutcomeStatus.FAILED, acceptedAt(payment))
                        .setFailureReason(failed.reason().name())
                        .setFailedAccount(failed.account())
                        .build();
        };
    }

    private static LedgerOutcome.Builder outcome(
            PostingRequest request, LedgerOutcomeStatus status, Instant acceptedAt) {
        return LedgerOutcome.newBuilder()
                .setPaymentId(request.paymentId())
                .setClientId(request.clientId())
                .setIdempotencyKey(request.idempotencyKey())
                .setStatus(status)
                .setAttempt(request.attempt())
                .setAcceptedAt(acceptedAt)
                .setCommandPartition(request.command().partition())
                .setCommandOffset(request.command().offset());
    }

    private static Instant acceptedAt(RecordedPayment payment) {
        return payment.request().acceptedAt();
    }
}
