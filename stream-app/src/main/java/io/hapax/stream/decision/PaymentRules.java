package io.hapax.stream.decision;

import io.hapax.stream.decision.IdempotencyRecord.Pending;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rules that a task asks. Harnesses alone make others than {@link #RIGHT}, to show that they notice. */
public interface PaymentRules {
    /** The rules without a mistake. */
    PaymentRules RIGHT = new PaymentRules() {};

    /** See {@link DecisionRule#decide}. */
    default Decision decide(Command command, @Nullable IdempotencyRecord stored, RetentionSchedule policy, Now now) {
        return new DecisionRule(policy).decide(command, stored, now);
    }

    /** See {@link SettlementRule#settle}. */
    default Settlement settle(
            Outcome outcome,
            OutcomeSource source,
            @Nullable IdempotencyRecord stored,
            RetentionSchedule policy,
            Now now) {
        return new SettlementRule(policy).settle(outcome, source, stored, now);
    }

    /** See {@link SettlementRule#inquire}. */
    default Optional<Pending> inquire(Pending pending, RetentionSchedule policy, Now now) {
        return new SettlementRule(policy).inquire(pending, now);
    }
}
