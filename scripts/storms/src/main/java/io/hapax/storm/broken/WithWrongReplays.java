package io.hapax.storm.broken;

import io.hapax.stream.StreamApp;
import io.hapax.stream.StreamVariant;
import io.hapax.stream.decision.Command;
import io.hapax.stream.decision.Decision;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.Now;
import io.hapax.stream.decision.Payload;
import io.hapax.stream.decision.PaymentRules;
import io.hapax.stream.decision.Result;
import io.hapax.stream.decision.RetentionSchedule;
import org.jspecify.annotations.Nullable;

/** A stream app that tells retries of completed payments that the payment failed. */
final class WithWrongReplays {
    private WithWrongReplays() {}

    public static void main(String[] args) throws InterruptedException {
        StreamApp.start(StreamVariant.with(new PaymentRules() {
            @Override
            public Decision decide(
                    Command command, @Nullable IdempotencyRecord stored, RetentionSchedule policy, Now now) {
                return wrong(RIGHT.decide(command, stored, policy, now), command);
            }
        }));
    }

    private static Decision wrong(Decision right, Command command) {
        return right instanceof Decision.Replayed(var settled)
                        && settled.result() instanceof Result.Completed
                        && command.payload() instanceof Payload.OfDebtor payload
                ? new Decision.Replayed(new Settled(
                        settled.first(),
                        settled.settledAt(),
                        settled.outcomeOffset(),
                        new Result.Failed("INSUFFICIENT_FUNDS", payload.debtorAccount())))
                : right;
    }
}
