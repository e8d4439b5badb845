package io.hapax.stream.wire;

import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.ReservationOutcome;
import io.hapax.stream.decision.Asked;
import io.hapax.stream.decision.Outcome;
import io.hapax.stream.decision.Result;
import io.hapax.topics.LogPosition;
import org.jspecify.annotations.Nullable;

/** The mapping of outcomes from Avro. */
public final class Outcomes {
    private Outcomes() {}

    public static Outcome outcome(LedgerOutcome wire) {
        LogPosition command = new LogPosition(wire.getCommandPartition(), wire.getCommandOffset());
        return switch (wire.getStatus()) {
            case COMPLETED -> new Outcome.Resolved(command, new Result.Completed(), wire.getAcceptedAt());
            case FAILED ->
                new Outcome.Resolved(
                        command, failed(wire.getFailureReason(), wire.getFailedAccount()), wire.getAcceptedAt());
            case CONFLICT -> new Outcome.KeyTaken(command, wire.getDifferingFields());
            case NOT_FOUND -> new Outcome.NotFound(command, wire.getAttempt());
        };
    }

    public static Outcome outcome(ReservationOutcome wire) {
        LogPosition command = new LogPosition(wire.getCommandPartition(), wire.getCommandOffset());
        return switch (wire.getResult()) {
            case COMPLETED -> new Outcome.Resolved(command, new Result.Completed(), wire.getAcceptedAt());
            case FAILED ->
                new Outcome.Resolved(
                        command, failed(wire.getFailureReason(), wire.getFailedAccount()), wire.getAcceptedAt());
            case CONFLICT -> new Outcome.KeyTaken(command, wire.getDifferingFields());
            case NOT_FOUND -> new Outcome.NotFound(command, wire.getAttempt());
        };
    }

    /** What the event asked for that a reservation's outcome answers. */
    public static Asked.Kind asked(ReservationOutcome wire) {
        return switch (wire.getStep()) {
            case RESERVE -> Asked.Kind.RESERVE;
            case CAPTURE -> Asked.Kind.CAPTURE;
            case VOID -> Asked.Kind.VOID;
        };
    }

    private static Result failed(@Nullable String reason, @Nullable String account) {
        return new Result.Failed(reason == null ? "UNSPECIFIED" : reason, account);
    }
}
