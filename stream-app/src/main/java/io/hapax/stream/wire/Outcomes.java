package io.hapax.stream.wire;

import io.hapax.schemas.CancelOutcome;
import io.hapax.schemas.CancelledStep;
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
                        command,
                        failed(wire.getFailureReason(), wire.getFailedAccount(), wire.getDuplicateOf()),
                        wire.getAcceptedAt());
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

    public static Outcome outcome(CancelOutcome wire) {
        return new Outcome.Resolved(
                new LogPosition(wire.getCommandPartition(), wire.getCommandOffset()),
                result(wire),
                wire.getRecordedAcceptedAt());
    }

    private static Result result(CancelOutcome wire) {
        return switch (wire.getFound()) {
            case CANCELLED -> new Result.Failed(Result.CANCELLED, null);
            case COMPLETED -> new Result.DoneBefore(kind(wire.getStep()));
            case FAILED -> failed(wire.getFailureReason(), wire.getFailedAccount());
        };
    }

    /** Only an outsider leaves it out. */
    private static Asked.Kind kind(@Nullable CancelledStep step) {
        return step == null ? Asked.Kind.PAYMENT : Asked.Kind.valueOf(step.name());
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
        return failed(reason, account, null);
    }

    private static Result failed(@Nullable String reason, @Nullable String account, @Nullable String duplicateOf) {
        return new Result.Failed(reason == null ? "UNSPECIFIED" : reason, account, duplicateOf);
    }
}
