package io.hapax.storm.broken;

import io.hapax.stream.StreamApp;
import io.hapax.stream.StreamVariant;
import io.hapax.stream.decision.Command;
import io.hapax.stream.decision.Decision;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.Now;
import io.hapax.stream.decision.PaymentRules;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.topics.PaymentKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A stream app whose store keeps what a transaction wrote that was then rolled back. A command that is read again is
 * met as its own duplicate.
 *
 * <p>The app recognises such a command by its place, which makes the trace harmless. So that is broken with it.
 */
final class WithUncommittedWrites implements PaymentRules {
    private final Map<PaymentKey, Pending> written = new ConcurrentHashMap<>();

    private WithUncommittedWrites() {}

    public static void main(String[] args) throws InterruptedException {
        StreamApp.start(StreamVariant.with(new WithUncommittedWrites()));
    }

    @Override
    public Decision decide(Command command, @Nullable IdempotencyRecord stored, RetentionSchedule policy, Now now) {
        Decision right = RIGHT.decide(command, stored, policy, now);
        if (!(right instanceof Decision.Accepted(var pending))) {
            return right;
        }
        Pending before = written.put(command.key(), pending);
        boolean isReadAgain = before != null && before.first().origin().equals(command.origin());
        return isReadAgain ? new Decision.InFlight(pending, null) : right;
    }
}
