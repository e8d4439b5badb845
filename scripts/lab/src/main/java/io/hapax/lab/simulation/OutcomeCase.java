package io.hapax.lab.simulation;

import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.Now;
import io.hapax.stream.decision.Outcome;
import io.hapax.stream.decision.OutcomeSource;
import io.hapax.stream.decision.PaymentRules;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.Settlement;
import org.jspecify.annotations.Nullable;

/** An outcome with the other inputs of the settlement rule. */
record OutcomeCase(
        Outcome outcome, OutcomeSource source, @Nullable IdempotencyRecord stored, RetentionSchedule policy, Now now) {
    Settlement settleRightly() {
        return PaymentRules.RIGHT.settle(outcome, source, stored, policy, now);
    }

    OutcomeCase with(Outcome another) {
        return new OutcomeCase(another, source, stored, policy, now);
    }
}
