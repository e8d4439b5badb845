package io.hapax.ledger.consume;

import io.hapax.ledger.posting.FailureReason;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PaymentResult.Completed;
import io.hapax.ledger.posting.PaymentResult.Failed;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.RecordedPayment;
import io.hapax.ledger.posting.Step;
import io.hapax.schemas.CancelFound;
import io.hapax.schemas.CancelOutcome;
import io.hapax.schemas.CancelledStep;

/** The mapping of answers to cancels to Avro. */
final class CancelOutcomes {
    private CancelOutcomes() {}

    /** @param found what stands under the payment id: the cancel itself, or what came before it */
    static CancelOutcome of(PostingRequest request, RecordedPayment found) {
        CancelOutcome.Builder outcome = CancelOutcome.newBuilder()
                .setPaymentId(request.paymentId())
                .setClientId(request.clientId())
                .setIdempotencyKey(request.idempotencyKey())
                .setRecordedAcceptedAt(found.request().acceptedAt())
                .setCommandPartition(request.command().partition())
                .setCommandOffset(request.command().offset());
        return switch (found.settlement()) {
            case Completed() ->
                outcome.setFound(CancelFound.COMPLETED)
                        .setStep(step(found.request().content()))
                        .build();
            case Failed(var reason, var account)
            when reason == FailureReason.CANCELLED ->
                outcome.setFound(CancelFound.CANCELLED).build();
            case Failed(var reason, var account) ->
                outcome.setFound(CancelFound.FAILED)
                        .setFailureReason(reason.name())
                        .setFailedAccount(account)
                        .build();
        };
    }

    private static CancelledStep step(PaymentContent content) {
        return switch (content.step()) {
            case null -> CancelledStep.PAYMENT;
            case Step.Reserve reserve -> CancelledStep.RESERVE;
            case Step.Capture capture -> CancelledStep.CAPTURE;
            case Step.Release release -> CancelledStep.VOID;
            case Step.Cancel cancel -> throw new IllegalArgumentException("a cancel completes nothing");
        };
    }
}
