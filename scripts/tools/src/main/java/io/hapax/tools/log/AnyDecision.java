package io.hapax.tools.log;

import io.hapax.schemas.CancelDecision;
import io.hapax.schemas.CancelFound;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PolicyFollowed;
import io.hapax.schemas.ReservationDecision;
import io.hapax.schemas.Verdict;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.WireReader;
import io.hapax.stream.decision.Asked;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * A decision of any type: the part that all of them tell of the answer to a command.
 *
 * @param wire the whole decision
 * @param paymentId of what is answered; null of a command that breaks a rule
 * @param asked what the command asked for
 * @param status what became of the payment or step; null if nothing has yet. Of a cancel, what stands under the key
 * @param command where the answered command stands
 */
public record AnyDecision(
        SpecificRecord wire,
        @Nullable UUID paymentId,
        PaymentKey key,
        Asked.Kind asked,
        Verdict verdict,
        @Nullable String status,
        @Nullable String failureReason,
        @Nullable String failedAccount,
        List<String> violations,
        List<String> differingFields,
        @Nullable Instant firstSeenAt,
        @Nullable Instant expiresAt,
        Instant decidedAt,
        LogPosition command,
        @Nullable PolicyFollowed policy) {

    /** Reads a decision of any type. */
    public static WireReader<SpecificRecord> reader(AvroFormat format) {
        return WireReader.ofAny(
                format, List.of(PaymentDecision.class, ReservationDecision.class, CancelDecision.class));
    }

    public static AnyDecision of(SpecificRecord wire) {
        return switch (wire) {
            case PaymentDecision decision ->
                new AnyDecision(
                        wire,
                        decision.getPaymentId(),
                        new PaymentKey(decision.getClientId(), decision.getIdempotencyKey()),
                        Asked.Kind.PAYMENT,
                        decision.getVerdict(),
                        name(decision.getStatus()),
                        decision.getFailureReason(),
                        decision.getFailedAccount(),
                        decision.getViolations(),
                        decision.getDifferingFields(),
                        decision.getFirstSeenAt(),
                        decision.getExpiresAt(),
                        decision.getDecidedAt(),
                        new LogPosition(decision.getCommandPartition(), decision.getCommandOffset()),
                        decision.getPolicy());
            case ReservationDecision decision ->
                new AnyDecision(
                        wire,
                        decision.getPaymentId(),
                        new PaymentKey(decision.getClientId(), decision.getIdempotencyKey()),
                        Asked.Kind.valueOf(decision.getStep().name()),
                        Verdict.valueOf(decision.getAnswer().name()),
                        name(decision.getStatus()),
                        decision.getFailureReason(),
                        decision.getFailedAccount(),
                        decision.getViolations(),
                        decision.getDifferingFields(),
                        decision.getFirstSeenAt(),
                        decision.getExpiresAt(),
                        decision.getDecidedAt(),
                        new LogPosition(decision.getCommandPartition(), decision.getCommandOffset()),
                        decision.getPolicy());
            case CancelDecision decision -> ofCancel(decision);
            default -> throw new IllegalArgumentException(wire.getSchema().getFullName());
        };
    }

    private static AnyDecision ofCancel(CancelDecision decision) {
        CancelFound found = decision.getFound();
        return new AnyDecision(
                decision,
                decision.getPaymentId(),
                new PaymentKey(decision.getClientId(), decision.getIdempotencyKey()),
                Asked.Kind.CANCEL,
                CancelWords.verdict(decision),
                found == null ? null : CancelWords.status(found).name(),
                found == null ? null : CancelWords.failureReason(found, decision.getFailureReason()),
                decision.getFailedAccount(),
                decision.getViolations(),
                List.of(),
                decision.getFirstSeenAt(),
                decision.getExpiresAt(),
                decision.getDecidedAt(),
                new LogPosition(decision.getCommandPartition(), decision.getCommandOffset()),
                decision.getPolicy());
    }

    private static @Nullable String name(@Nullable Enum<?> status) {
        return status == null ? null : status.name();
    }
}
