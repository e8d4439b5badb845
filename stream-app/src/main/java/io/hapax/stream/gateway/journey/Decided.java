package io.hapax.stream.gateway.journey;

import io.hapax.schemas.CancelDecision;
import io.hapax.schemas.CancelFound;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PaymentStatus;
import io.hapax.schemas.ReservationDecision;
import io.hapax.schemas.ReservationStatus;
import io.hapax.schemas.Verdict;
import io.hapax.stream.decision.Asked;
import io.hapax.stream.decision.Result;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A decision on a command of any kind: a payment in one step, a step of one in two, or a cancel.
 *
 * @param command where the command lies that it answers
 * @param original where the accepted command lies, if that is another one and known
 * @param paymentId null with {@code INVALID}
 * @param isCompleted whether what was asked for is done; false as long as it is not settled
 * @param duplicateOf key of the client's payment that a suspected duplicate may be again
 * @param acceptedAt when it was accepted, by this command or by one that was forgotten and that the ledger still knew
 * @param isOfEarlier whether the ledger knew the answer from such an earlier command
 * @param expiresAt until when the answer is kept
 * @param heldUntil until when money is held at most; null unless it is held
 * @param isOfCancel whether it answers a cancel
 * @param done what was done under the key; null unless it is completed
 */
public record Decided(
        PaymentKey key,
        LogPosition command,
        @Nullable LogPosition original,
        @Nullable UUID paymentId,
        Verdict verdict,
        boolean isCompleted,
        @Nullable String failureReason,
        @Nullable String failedAccount,
        @Nullable String duplicateOf,
        List<String> violations,
        List<String> differingFields,
        @Nullable Instant acceptedAt,
        boolean isOfEarlier,
        @Nullable Instant expiresAt,
        @Nullable Instant heldUntil,
        boolean isOfCancel,
        Asked.@Nullable Kind done) {

    public static Decided of(PaymentDecision wire) {
        return new Decided(
                new PaymentKey(wire.getClientId(), wire.getIdempotencyKey()),
                new LogPosition(wire.getCommandPartition(), wire.getCommandOffset()),
                position(wire.getOriginalPartition(), wire.getOriginalOffset()),
                wire.getPaymentId(),
                wire.getVerdict(),
                wire.getStatus() == PaymentStatus.COMPLETED,
                wire.getFailureReason(),
                wire.getFailedAccount(),
                wire.getDuplicateOf(),
                List.copyOf(wire.getViolations()),
                List.copyOf(wire.getDifferingFields()),
                wire.getLedgerKnewSince() == null ? wire.getFirstSeenAt() : wire.getLedgerKnewSince(),
                wire.getLedgerKnewSince() != null,
                wire.getExpiresAt(),
                null,
                false,
                wire.getStatus() == PaymentStatus.COMPLETED ? Asked.Kind.PAYMENT : null);
    }

    public static Decided of(ReservationDecision wire) {
        return new Decided(
                new PaymentKey(wire.getClientId(), wire.getIdempotencyKey()),
                new LogPosition(wire.getCommandPartition(), wire.getCommandOffset()),
                position(wire.getOriginalPartition(), wire.getOriginalOffset()),
                wire.getPaymentId(),
                Verdict.valueOf(wire.getAnswer().name()),
                wire.getStatus() == ReservationStatus.COMPLETED,
                wire.getFailureReason(),
                wire.getFailedAccount(),
                null,
                List.copyOf(wire.getViolations()),
                List.copyOf(wire.getDifferingFields()),
                wire.getLedgerKnewSince() == null ? wire.getFirstSeenAt() : wire.getLedgerKnewSince(),
                wire.getLedgerKnewSince() != null,
                wire.getExpiresAt(),
                wire.getHeldUntil(),
                false,
                wire.getStatus() == ReservationStatus.COMPLETED
                        ? Asked.Kind.valueOf(wire.getStep().name())
                        : null);
    }

    /** A cancel that finds what was settled before has the verdict of a replay. */
    public static Decided of(CancelDecision wire) {
        LogPosition original = position(wire.getOriginalPartition(), wire.getOriginalOffset());
        return new Decided(
                new PaymentKey(wire.getClientId(), wire.getIdempotencyKey()),
                new LogPosition(wire.getCommandPartition(), wire.getCommandOffset()),
                original,
                wire.getPaymentId(),
                switch (wire.getCancelVerdict()) {
                    case INVALID -> Verdict.INVALID;
                    case IN_FLIGHT -> Verdict.IN_FLIGHT;
                    case ANSWERED -> original == null ? Verdict.SETTLED : Verdict.REPLAYED;
                },
                wire.getFound() == CancelFound.COMPLETED,
                wire.getFound() == CancelFound.CANCELLED ? Result.CANCELLED : wire.getFailureReason(),
                wire.getFailedAccount(),
                null,
                List.copyOf(wire.getViolations()),
                List.of(),
                null,
                false,
                wire.getExpiresAt(),
                null,
                true,
                wire.getStep() == null
                        ? null
                        : Asked.Kind.valueOf(wire.getStep().name()));
    }

    /** True if it says that nothing is ever done under the key. */
    boolean isCancelled() {
        return Result.CANCELLED.equals(failureReason);
    }

    private static @Nullable LogPosition position(@Nullable Integer partition, @Nullable Long offset) {
        return partition == null || offset == null ? null : new LogPosition(partition, offset);
    }

    /** The same answer, given to who asks again. */
    Decided asReplay() {
        return new Decided(
                key,
                command,
                original,
                paymentId,
                Verdict.REPLAYED,
                isCompleted,
                failureReason,
                failedAccount,
                duplicateOf,
                violations,
                differingFields,
                acceptedAt,
                isOfEarlier,
                expiresAt,
                heldUntil,
                isOfCancel,
                done);
    }
}
