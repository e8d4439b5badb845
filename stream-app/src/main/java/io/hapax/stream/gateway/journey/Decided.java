package io.hapax.stream.gateway.journey;

import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PaymentStatus;
import io.hapax.schemas.ReservationDecision;
import io.hapax.schemas.ReservationStatus;
import io.hapax.schemas.Verdict;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A decision on a command of any kind: a payment in one step, or a step of one in two.
 *
 * @param command where the command lies that it answers
 * @param original where the accepted command lies, if that is another one and known
 * @param paymentId null with {@code INVALID}
 * @param isCompleted whether what was asked for is done; false as long as it is not settled
 * @param acceptedAt when it was accepted, by this command or by one that was forgotten and that the ledger still knew
 * @param isOfEarlier whether the ledger knew the answer from such an earlier command
 * @param expiresAt until when the answer is kept
 * @param heldUntil until when money is held at most; null unless it is held
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
        List<String> violations,
        List<String> differingFields,
        @Nullable Instant acceptedAt,
        boolean isOfEarlier,
        @Nullable Instant expiresAt,
        @Nullable Instant heldUntil) {

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
                List.copyOf(wire.getViolations()),
                List.copyOf(wire.getDifferingFields()),
                wire.getLedgerKnewSince() == null ? wire.getFirstSeenAt() : wire.getLedgerKnewSince(),
                wire.getLedgerKnewSince() != null,
                wire.getExpiresAt(),
                null);
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
                List.copyOf(wire.getViolations()),
                List.copyOf(wire.getDifferingFields()),
                wire.getLedgerKnewSince() == null ? wire.getFirstSeenAt() : wire.getLedgerKnewSince(),
                wire.getLedgerKnewSince() != null,
                wire.getExpiresAt(),
                wire.getHeldUntil());
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
                violations,
                differingFields,
                acceptedAt,
                isOfEarlier,
                expiresAt,
                heldUntil);
    }
}
