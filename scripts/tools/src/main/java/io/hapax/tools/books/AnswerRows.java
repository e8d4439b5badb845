package io.hapax.tools.books;

import io.hapax.schemas.CancelDecision;
import io.hapax.schemas.CancelOutcome;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.tools.log.AnyDecision;
import io.hapax.tools.log.AnyOutcome;
import java.sql.SQLException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The rows that records of {@code ledger-outcomes} and {@code payment-decisions} become. */
public final class AnswerRows {
    private AnswerRows() {}

    public static void writeOutcome(CopyRows rows, ConsumerRecord<byte[], byte[]> at, SpecificRecord wire)
            throws SQLException {
        AnyOutcome outcome = AnyOutcome.of(wire);
        rows.number(at.partition())
                .number(at.offset())
                .id(outcome.paymentId())
                .text(outcome.status().name())
                .text(outcome.failureReason())
                .text(outcome.failedAccount())
                .number(outcome.outcome().command().partition())
                .number(outcome.outcome().command().offset())
                .text(wire instanceof CancelOutcome cancel ? name(cancel.getStep()) : null)
                .text(wire instanceof LedgerOutcome payment ? payment.getDuplicateOf() : null)
                .endRow();
    }

    /** A decision that names no payment has no row. */
    static void writeDecision(CopyRows rows, ConsumerRecord<byte[], byte[]> at, SpecificRecord wire)
            throws SQLException {
        AnyDecision decision = AnyDecision.of(wire);
        if (decision.paymentId() == null) {
            return;
        }
        rows.number(at.partition())
                .number(at.offset())
                .id(decision.paymentId())
                .text(decision.verdict().name())
                .text(decision.status())
                .text(decision.failureReason())
                .text(decision.failedAccount())
                .number(decision.command().partition())
                .number(decision.command().offset())
                .text(wire instanceof CancelDecision cancel ? name(cancel.getStep()) : null)
                .endRow();
    }

    private static @Nullable String name(@Nullable Enum<?> step) {
        return step == null ? null : step.name();
    }
}
