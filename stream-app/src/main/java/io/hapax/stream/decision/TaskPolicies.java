package io.hapax.stream.decision;

import io.hapax.stream.decision.RetentionSchedule.Terms;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The policies that one task follows. One that was published counts in a task from the stream time at which the task
 * first works for that client after it has heard of it, and the task remembers that it did, in the transaction in
 * which it remembers payments. So tasks may hear late, or in any order, and each still knows what it has promised.
 *
 * <p>A narrower scope begins with what the wider one promised, and goes on by itself.
 */
public final class TaskPolicies {
    /** The policies that are published now. Instances hear of them at different times. */
    public interface Published {
        /** False for good from the first policy on that this process has heard of: asked for with each command. */
        boolean isNone();

        /** The form that is asked of a key: by the narrowest scope that says anything of it. */
        default KeyForm keyFormOf(PaymentKey key) {
            return KeyForm.ANY;
        }

        /** The terms that are published for the scope itself. Null when nothing is published for it. */
        @Nullable Terms termsOf(PolicyScope scope);

        /**
         * The window of a new payment in which an equal one is a suspected duplicate; zero if there is none. It is
         * written on the event of the payment, so nothing of it need be remembered.
         */
        default Duration duplicateWindowOf(PaymentKey key) {
            return Duration.ZERO;
        }
    }

    /** The policies that this task follows. They are part of its state, like the payments. */
    public interface Followed {
        /** Nothing was ever published to this task: asked for with each command. */
        boolean isNone();

        @Nullable RetentionSchedule get(PolicyScope scope);

        void put(PolicyScope scope, RetentionSchedule policy);
    }

    private final RetentionSchedule initial;
    private final Published published;
    private final Followed followed;

    /** @param initial the policy of those for whom nothing was ever published */
    public TaskPolicies(RetentionSchedule initial, Published published, Followed followed) {
        this.initial = initial;
        this.published = published;
        this.followed = followed;
    }

    /**
     * The policy under which a command or outcome of the payment is dealt with at that time. What was published is
     * taken up, and counts from then on.
     */
    public RetentionSchedule adopt(PaymentKey key, Instant streamTime) {
        return nothingPublished() ? initial : adoptAll(key, streamTime);
    }

    /** The policy of the payment as it was taken up last; for what has no stream time of its own. */
    public RetentionSchedule inForce(PaymentKey key) {
        return nothingPublished() ? initial : of(key, initial, followed::get);
    }

    private boolean nothingPublished() {
        return published.isNone() && followed.isNone();
    }

    private RetentionSchedule adoptAll(PaymentKey key, Instant streamTime) {
        RetentionSchedule ofAll = adopt(PolicyScope.ALL, initial, streamTime);
        RetentionSchedule ofClient = adopt(PolicyScope.ofClient(key.clientId()), ofAll, streamTime);
        PolicyScope operation = PolicyScope.operationOf(key);
        return operation == null ? ofClient : adopt(operation, ofClient, streamTime);
    }

    private RetentionSchedule adopt(PolicyScope scope, RetentionSchedule wider, Instant streamTime) {
        Terms wanted = published.termsOf(scope);
        RetentionSchedule own = followed.get(scope);
        if (own == null && wanted == null) {
            return wider;
        }
        RetentionSchedule before = own == null ? wider : own;
        RetentionSchedule now = wanted == null
                ? before.withTerms(wider.terms(), wider.by(), streamTime)
                : before.withTerms(wanted, scope.kind(), streamTime);
        if (!now.equals(own)) {
            followed.put(scope, now);
        }
        return now;
    }

    /**
     * The policy of a payment by what a task followed, for whoever looks at the task's state from outside.
     *
     * @param followed null where the task has none for the scope
     */
    public static RetentionSchedule of(
            PaymentKey key, RetentionSchedule initial, Function<PolicyScope, @Nullable RetentionSchedule> followed) {
        PolicyScope operation = PolicyScope.operationOf(key);
        RetentionSchedule found = operation == null ? null : followed.apply(operation);
        if (found == null) {
            found = followed.apply(PolicyScope.ofClient(key.clientId()));
        }
        if (found == null) {
            found = followed.apply(PolicyScope.ALL);
        }
        return found == null ? initial : found;
    }
}
