package io.hapax.tools.history;

import io.hapax.schemas.CancelDecision;
import io.hapax.schemas.CancelledStep;
import io.hapax.schemas.ReservationDecision;
import io.hapax.stream.decision.Asked;
import io.hapax.stream.decision.Outcome;
import io.hapax.stream.decision.ReceivedCommand;
import io.hapax.stream.decision.Result;
import io.hapax.tools.cli.Money;
import io.hapax.tools.cli.Times;
import io.hapax.tools.log.AnyDecision;
import io.hapax.tools.log.AnyEvent;
import io.hapax.tools.log.AnyOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The words for the records of a timeline. Steps of reservations begin with their name, payments do not. */
public final class RecordWords {
    private RecordWords() {}

    public static String of(ReceivedCommand command) {
        return what(command) + (command.sentAt() == null ? "" : ", first sent " + Times.text(command.sentAt()));
    }

    private static String what(ReceivedCommand command) {
        return switch (command) {
            case ReceivedCommand.Pay pay ->
                pay.debtorAccount() + " pays " + pay.creditorAccount() + " "
                        + Money.format(pay.amountMinor(), pay.currency());
            case ReceivedCommand.Reserve reserve ->
                "RESERVE " + Money.format(reserve.amountMinor(), reserve.currency()) + " of "
                        + reserve.debtorAccount() + " for " + reserve.creditorAccount() + ", to be held for "
                        + Duration.ofMillis(reserve.holdMs())
                        + (reserve.multiple() ? ", more than one capture may follow" : "");
            case ReceivedCommand.Capture capture ->
                "CAPTURE " + Money.format(capture.amountMinor(), capture.currency()) + " of reservation "
                        + capture.reservationKey() + " of " + capture.debtorAccount()
                        + (capture.moreWillFollow() ? ", more will follow" : "");
            case ReceivedCommand.Free voiding ->
                "VOID reservation " + voiding.reservationKey() + " of " + voiding.debtorAccount();
            case ReceivedCommand.Cancel cancel -> "CANCEL";
        };
    }

    /** The key of its records on {@code ledger-events}: the debtor, or of a cancel, which names none, its own. */
    public static String ledgerKey(ReceivedCommand command) {
        return switch (command) {
            case ReceivedCommand.Pay pay -> pay.debtorAccount();
            case ReceivedCommand.Reserve reserve -> reserve.debtorAccount();
            case ReceivedCommand.Capture capture -> capture.debtorAccount();
            case ReceivedCommand.Free voiding -> voiding.debtorAccount();
            case ReceivedCommand.Cancel cancel -> cancel.key().topicKey();
        };
    }

    public static String of(AnyEvent event) {
        if (event.asked() == Asked.Kind.CANCEL) {
            return "CANCEL, of command " + event.command().partition() + "@"
                    + event.command().offset();
        }
        return TimelineEntry.words(event.kind(), step(event.asked()))
                + (event.attempt() == 0 ? " before anything is posted" : ", attempt " + event.attempt())
                + ", of command " + event.command().partition() + "@"
                + event.command().offset();
    }

    public static String of(AnyOutcome outcome) {
        return TimelineEntry.words(
                        step(outcome.asked()),
                        isCancelled(outcome.asked(), outcome.failureReason()) ? null : outcome.status(),
                        outcome.failureReason(),
                        outcome.failedAccount())
                + in(outcome.differingFields())
                + doneBefore(outcome);
    }

    /** What a cancel came too late for. */
    private static String doneBefore(AnyOutcome outcome) {
        return outcome.outcome() instanceof Outcome.Resolved(var command, Result.DoneBefore(var kind), var acceptedAt)
                ? ", it came after the " + kind
                : "";
    }

    public static String of(AnyDecision decision) {
        Instant heldUntil = decision.wire() instanceof ReservationDecision step ? step.getHeldUntil() : null;
        CancelledStep done = decision.wire() instanceof CancelDecision cancel ? cancel.getStep() : null;
        return TimelineEntry.words(
                        step(decision.asked()),
                        decision.verdict(),
                        isCancelled(decision.asked(), decision.failureReason()) ? null : decision.status(),
                        decision.failureReason(),
                        decision.failedAccount())
                + (decision.violations().isEmpty() ? "" : " " + decision.violations())
                + in(decision.differingFields())
                + (heldUntil == null ? "" : ", held until " + Times.text(heldUntil))
                + (done == null ? "" : ", it came after the " + done)
                + ", the answer to command " + decision.command().partition() + "@"
                + decision.command().offset();
    }

    /** True of a cancel that did what it was to do: it has not failed. */
    private static boolean isCancelled(Asked.Kind asked, @Nullable String failureReason) {
        return asked == Asked.Kind.CANCEL && Result.CANCELLED.equals(failureReason);
    }

    private static String in(List<String> differing) {
        return differing.isEmpty() ? "" : " in " + differing;
    }

    private static Asked.@Nullable Kind step(Asked.Kind asked) {
        return asked == Asked.Kind.PAYMENT ? null : asked;
    }
}
