package io.hapax.stream.decision;

import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The one answer to one command.
 *
 * @param asked what the command asks for
 * @param paymentId null when the command is invalid
 * @param command which command is answered
 * @param decidedAt stream time of the decision
 */
public record Answer(
        PaymentKey key, Asked asked, @Nullable UUID paymentId, LogPosition command, Instant decidedAt, Verdict verdict)
        implements Consequence {

    /** The verdict of an answer. */
    public sealed interface Verdict {
        /** The command breaks these rules. */
        record Invalid(List<Violation> violations) implements Verdict {}

        /**
         * The key belongs to a payment with another content.
         *
         * @param known what is remembered of it; null when only the ledger remembers
         * @param differing names of the fields that differ
         */
        record Conflict(@Nullable IdempotencyRecord known, List<String> differing) implements Verdict {}

        /** The payment was accepted before and is not settled. */
        record InFlight(Pending pending) implements Verdict {}

        /** The payment was settled before. */
        record Replayed(Settled settled) implements Verdict {}

        /** The command is refused: it is too late to tell whether it was executed. */
        record Expired() implements Verdict {}

        /** The payment that the command started is settled. */
        record SettledNow(Settled settled) implements Verdict {}

        /** The payment that the command started is settled, and its record is lost. */
        record SettledUnrecorded(Result result) implements Verdict {}
    }
}
