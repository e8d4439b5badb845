package io.hapax.stream.wire;

import io.hapax.schemas.LedgerOutcome;
import io.hapax.stream.decision.Outcome;
import io.hapax.stream.decision.Result;
import io.hapax.topics.LogPosition;

/** The mapping of outcomes from Avro. */
public final class Outcomes {
    private Outcomes() {}

    public static Outcome outcome(LedgerOutcome wire) {
        LogPosition command = new LogPosition(wire.getCommandPartition(), wire.getCommandOffset());
        return switch (wire.getStatus()) {
            case COMPLETED -> new Outcome.Resolved(command, new Result.Completed(), wire.getAcceptedAt());
            case FAILED -> new Outcome.Resolved(command, failed(wire), wire.getAcceptedAt());
            case CONFLICT -> new Outcome.KeyTaken(command, wire.getDifferingFields());
            case NOT_FOUND -> new Outcome.NotFound(command, wire.getAttempt());
        };
    }

    private static Result failed(LedgerOutcome wire) {
        String reason = wire.getFailureReason();
        return new Result.Failed(reason == null ? "UNSPECIFIED" : reason, wire.getFailedAccount());
    }
}
