package io.hapax.stream.decision;

import io.hapax.stream.decision.IdempotencyRecord.Pending;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rules that a task asks; apart from {@link #of} only harnesses make others, to show that they notice. */
public interface PaymentRules {
    /** See {@link DecisionRule#decide}. */
    Decision decide(Command command, @Nullable IdempotencyRecord stored, Now now);

    /** See {@link SettlementRule#settle}. */
    Settlement settle(Outcome outcome, OutcomeSource source, @Nullable IdempotencyRecord stored, Now now);

    /** See {@link SettlementRule#inquire}. */
    Optional<Pending> inquire(Pending pending, Now now);

    /** The rules under a policy. */
    static PaymentRules of(DecisionPolicy policy) {
        DecisionRule decisions = new DecisionRule(policy);
        SettlementRule settlements = new SettlementRule(policy);
        return new PaymentRules() {
            @Override
            public Decision decide(Command command, @Nullable IdempotencyRecord stored, Now now) {
                return decisions.decide(command, stored, now);
            }

            @Override
            public Settlement settle(
                    Outcome outcome, OutcomeSource source, @Nullable IdempotencyRecord stored, Now now) {
                return settlements.settle(outcome, source, stored, now);
            }

            @Override
            public Optional<Pending> inquire(Pending pending, Now now) {
                return settlements.inquire(pending, now);
            }
        };
    }
}
