package io.hapax.tools.log;

import io.hapax.schemas.CancelOutcome;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.LedgerOutcomeStatus;
import io.hapax.schemas.ReservationOutcome;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.WireReader;
import io.hapax.stream.decision.Asked;
import io.hapax.stream.decision.Outcome;
import io.hapax.stream.wire.Outcomes;
import io.hapax.topics.PaymentKey;
import java.util.List;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * An outcome of any type: the part that all of them tell of what the ledger answered.
 *
 * @param asked what the event asked for
 * @param status what stands under the payment id; of a cancel that is on record, {@code FAILED} with {@code CANCELLED}
 * @param outcome the same as the stream app reads it
 */
public record AnyOutcome(
        UUID paymentId,
        PaymentKey key,
        Asked.Kind asked,
        LedgerOutcomeStatus status,
        @Nullable String failureReason,
        @Nullable String failedAccount,
        List<String> differingFields,
        Outcome outcome) {

    /** Reads an outcome of any type. */
    public static WireReader<SpecificRecord> reader(AvroFormat format) {
        return WireReader.ofAny(format, List.of(LedgerOutcome.class, ReservationOutcome.class, CancelOutcome.class));
    }

    public static AnyOutcome of(SpecificRecord wire) {
        return switch (wire) {
            case LedgerOutcome outcome ->
                new AnyOutcome(
                        outcome.getPaymentId(),
                        new PaymentKey(outcome.getClientId(), outcome.getIdempotencyKey()),
                        Asked.Kind.PAYMENT,
                        outcome.getStatus(),
                        outcome.getFailureReason(),
                        outcome.getFailedAccount(),
                        outcome.getDifferingFields(),
                        Outcomes.outcome(outcome));
            case ReservationOutcome outcome ->
                new AnyOutcome(
                        outcome.getPaymentId(),
                        new PaymentKey(outcome.getClientId(), outcome.getIdempotencyKey()),
                        Outcomes.asked(outcome),
                        LedgerOutcomeStatus.valueOf(outcome.getResult().name()),
                        outcome.getFailureReason(),
                        outcome.getFailedAccount(),
                        outcome.getDifferingFields(),
                        Outcomes.outcome(outcome));
            case CancelOutcome outcome ->
                new AnyOutcome(
                        outcome.getPaymentId(),
                        new PaymentKey(outcome.getClientId(), outcome.getIdempotencyKey()),
                        Asked.Kind.CANCEL,
                        CancelWords.status(outcome.getFound()),
                        CancelWords.failureReason(outcome.getFound(), outcome.getFailureReason()),
                        outcome.getFailedAccount(),
                        List.of(),
                        Outcomes.outcome(outcome));
            default -> throw new IllegalArgumentException(wire.getSchema().getFullName());
        };
    }
}
