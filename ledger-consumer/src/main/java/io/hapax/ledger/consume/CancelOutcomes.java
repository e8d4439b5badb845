package io.hapax.ledger.consume;

import io.hapax.ledger.posting.FailureReason;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PaymentResult;
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
import io.hapax.schemas.CancelFound;
import io.hapax.schemas.CancelOutcome;
import io.hapax.schemas.CancelledStep;

/** The mapping of answers to cancels to Avro. */
final class CancelOutcomes {
    private CancelOutcomes() {}

    /** What a cancel found under its payment id, itself included. */
    static CancelFound found(PostingAnswer answer) {
        return found(onRecord(answer).settlement());
    }

    static CancelOutcome of(PostingAnswer answer) {
        PostingRequest request = answer.request();
        RecordedPayment found = onRecord(answer);
        CancelOutcome.Builder outcome = CancelOutcome.newBuilder()
                .setFound(found(found.settlement()))
                .setPaymentId(request.paymentId())
                .setClientId(request.clientId())
                .setIdempotencyKey(request.idempotencyKey())
                .setRecordedAcceptedAt(found.request().acceptedAt())
                .setCommandPartition(request.command().partition())
                .setCommandOffset(request.command().offset());
        return switch (found.settlement()) {
            case Completed() -> outcome.setStep(step(found.request().content())).build();
            case Failed(var reason, var account, var duplicateOf)
            when reason == FailureReason.CANCELLED -> outcome.build();
            case Failed(var reason, var account, var duplicateOf) ->
                outcome.setFailureReason(reason.name())
                        .setFailedAccount(account)
                        .build();
        };
    }

    private static CancelFound found(PaymentResult settlement) {
        return switch (settlement) {
            case Completed() -> CancelFound.COMPLETED;
            case Failed(var reason, var account) ->
                reason == FailureReason.CANCELLED ? CancelFound.CANCELLED : CancelFound.FAILED;
        };
    }

    /** A cancel is put on record, or answered by what is. */
    private static RecordedPayment onRecord(PostingAnswer answer) {
        return switch (answer.result()) {
            case Settled(RecordedPayment payment) -> payment;
            case AlreadySettled(RecordedPayment payment) -> payment;
            case Conflict conflict -> throw new IllegalStateException("a cancel differs from nothing");
            case NotFound nothing -> throw new IllegalStateException("a cancel is no inquiry");
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
