package io.hapax.stream.topology;

import io.hapax.stream.decision.Guard;
import io.hapax.stream.decision.KeyForm;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.RetentionSchedule.Terms;
import io.hapax.stream.decision.TaskPolicies;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The policies that this instance has read from {@code retention-policies}, kept within the bounds of its settings.
 * All tasks read them. Only the thread that reads the topic writes them.
 */
final class PublishedPolicies implements TaskPolicies.Published {
    /** A retention must leave a client some time to send again, whatever its clock shows. */
    private static final Duration LEAST_BEYOND_SKEW = Duration.ofMinutes(1);

    private final Map<PolicyScope, Terms> policies = new ConcurrentHashMap<>();
    private final Map<PolicyScope, KeyForm> keyForms = new ConcurrentHashMap<>();
    private final Map<PolicyScope, Duration> windows = new ConcurrentHashMap<>();
    private final boolean guards;
    private final Duration shortest;
    private final Duration longest;
    private volatile boolean none = true;

    /**
     * @param longest that the stores keep
     * @param guards whether windows count
     */
    PublishedPolicies(Duration allowedSkew, Duration longest, boolean guards) {
        this.guards = guards;
        Duration beyondSkew = allowedSkew.plus(LEAST_BEYOND_SKEW);
        this.shortest = max(RetentionSchedule.MIN_RETENTION, beyondSkew);
        this.longest = longest;
    }

    /** @param terms null takes the policy back */
    void put(PolicyScope scope, @Nullable Terms terms) {
        if (terms == null) {
            policies.remove(scope);
        } else {
            policies.put(scope, bounded(terms));
            none = false;
        }
    }

    /** @param form null where the policy says nothing of it */
    void putKeyForm(PolicyScope scope, @Nullable KeyForm form) {
        if (form == null) {
            keyForms.remove(scope);
        } else {
            keyForms.put(scope, form);
        }
    }

    @Override
    public KeyForm keyFormOf(PaymentKey key) {
        if (keyForms.isEmpty()) {
            return KeyForm.ANY;
        }
        PolicyScope operation = PolicyScope.operationOf(key);
        KeyForm form = operation == null ? null : keyForms.get(operation);
        if (form == null) {
            form = keyForms.get(PolicyScope.ofClient(key.clientId()));
        }
        return form == null ? keyForms.getOrDefault(PolicyScope.ALL, KeyForm.ANY) : form;
    }

    /** @param window for suspected duplicates; null where the policy says nothing of it */
    void putDuplicateWindow(PolicyScope scope, @Nullable Duration window) {
        if (window == null) {
            windows.remove(scope);
        } else {
            windows.put(scope, boundedWindow(window));
        }
    }

    /** Nobody else reads it from the topic: what is out of bounds was not published by our tools. */
    private static Duration boundedWindow(Duration window) {
        return window.isPositive() ? min(max(window, Guard.SHORTEST), Guard.LONGEST) : Duration.ZERO;
    }

    @Override
    public Duration duplicateWindowOf(PaymentKey key) {
        if (!guards || windows.isEmpty()) return Duration.ZERO;
        PolicyScope operation = PolicyScope.operationOf(key);
        Duration found = operation == null ? null : windows.get(operation);
        if (found == null) found = windows.get(PolicyScope.ofClient(key.clientId()));
        if (found == null) found = windows.get(PolicyScope.ALL);
        return found == null ? Duration.ZERO : found;
    }

    private Terms bounded(Terms terms) {
        return new Terms(
                min(max(terms.retention(), shortest), longest),
                min(max(terms.recall(), Duration.ZERO), RetentionSchedule.MAX_RECALL));
    }

    @Override
    public boolean isNone() {
        return none;
    }

    @Override
    public @Nullable Terms termsOf(PolicyScope scope) {
        return policies.get(scope);
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
