package io.hapax.stream.decision;

import io.hapax.stream.decision.IdempotencyRecord.Pending;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The rules that a task asks; apart from {@link #of} only harnesses make others, to show that they notice. */
public interface PaymentRules {
    /** See {@link DecisionRule#decide}. */
    Decision decide(Command command, @Nullable IdempotencyRecord stored, Now now);

    /** See {@link SettlementRule#settle}. */
    Settlement settle(Outcome outcome, OutcomeSource source, @Nullable IdempotencyRecord stored, Now now);

    /** See {@link SettlementRule#inquire}. */
    Optional<Pending> inquire(Pending pending, Now now);

    /** The rules under one policy for all. */
    static PaymentRules of(DecisionPolicy policy) {
        return of(() -> policy);
    }

    /** The rules under the policy of whoever's command or outcome is dealt with. */
    static PaymentRules of(Supplier<DecisionPolicy> policy) {
        return new PaymentRules() {
            @Override
            public Decision decide(Command command, @Nullable IdempotencyRecord stored, Now now) {
                return new DecisionRule(policy.get()).decide(command, stored, now);
            }

            @Override
            public Settlement settle(
                    Outcome outcome, OutcomeSource source, @Nullable IdempotencyRecord stored, Now now) {
                return new SettlementRule(policy.get()).settle(outcome, source, stored, now);
            }

            @Override
            public Optional<Pending> inquire(Pending pending, Now now) {
                return new SettlementRule(policy.get()).inquire(pending, now);
            }
        };
    }
}
