package io.hapax.lab.simulation;

import io.hapax.stream.decision.Command;
import io.hapax.stream.decision.Decision;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.Now;
import io.hapax.stream.decision.PaymentRules;
import io.hapax.stream.decision.RetentionSchedule;
import org.jspecify.annotations.Nullable;

/** A command with the other inputs of the decision rule. */
record CommandCase(Command command, @Nullable IdempotencyRecord stored, RetentionSchedule policy, Now now) {
    Decision decideRightly() {
        return PaymentRules.RIGHT.decide(command, stored, policy, now);
    }

    /** The accepted command itself has come again. */
    boolean isReadAgain() {
        return stored != null && stored.first().origin().equals(command.origin());
    }

    CommandCase with(Command another) {
        return new CommandCase(another, stored, policy, now);
    }

    CommandCase withNothingStored() {
        return new CommandCase(command, null, policy, now);
    }

    /** The same case, as if the newest policy had always been in force. */
    CommandCase underTheNewestPolicy() {
        RetentionSchedule newest = new RetentionSchedule(policy.retention(), policy.allowedSkew(), policy.lease());
        return new CommandCase(command, stored, newest, now);
    }
}
