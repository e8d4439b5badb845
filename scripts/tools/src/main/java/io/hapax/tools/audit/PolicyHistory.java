package io.hapax.tools.audit;

import io.hapax.schemas.PolicyFollowed;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.RetentionSchedule.Change;
import io.hapax.stream.wire.Decisions;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All retention policies that each task has followed, from the changelog of the task's policies.
 *
 * <p>At some time a task knew only the changes that had begun by then. A later change does not affect a payment
 * that was settled before it, or may have been. So one list gives the policy for all times of a payment.
 */
final class PolicyHistory {
    private final RetentionSchedule initial;
    private final Map<Place, TreeMap<Instant, Change>> changes = new HashMap<>();
    private final Map<Place, Set<PolicyFollowed>> told = new HashMap<>();
    private final Map<Place, RetentionSchedule> policies = new HashMap<>();

    private record Place(int partition, PolicyScope scope) {}

    /** @param initial the policy of those for whom nothing was ever published */
    PolicyHistory(RetentionSchedule initial) {
        this.initial = initial;
    }

    /** The task of the partition remembered this, in place of what it remembered before. */
    void add(int partition, PolicyScope scope, List<Change> remembered) {
        Place place = new Place(partition, scope);
        TreeMap<Instant, Change> all = changes.computeIfAbsent(place, p -> new TreeMap<>());
        remembered.forEach(change -> all.put(change.from(), change));
        told.computeIfAbsent(place, p -> new HashSet<>()).add(Decisions.followed(remembered.getLast()));
        policies.clear();
    }

    /** The policy of a payment, with all its changes. */
    RetentionSchedule of(PaymentKey key, int partition) {
        RetentionSchedule policy = of(new Place(partition, PolicyScope.ALL), initial);
        policy = of(new Place(partition, PolicyScope.ofClient(key.clientId())), policy);
        PolicyScope operation = PolicyScope.operationOf(key);
        return operation == null ? policy : of(new Place(partition, operation), policy);
    }

    /**
     * The schedule of a scope. The wider scope's changes count until the first change of the narrower scope. From
     * then on, only the narrower scope's changes count.
     */
    private RetentionSchedule of(Place place, RetentionSchedule wider) {
        TreeMap<Instant, Change> own = changes.get(place);
        if (own == null) {
            return wider;
        }
        return policies.computeIfAbsent(place, p -> {
            List<Change> all = new ArrayList<>();
            wider.changes().stream()
                    .filter(change -> change.from().isBefore(own.firstKey()))
                    .forEach(all::add);
            all.addAll(own.values());
            return policy(all);
        });
    }

    private RetentionSchedule policy(List<Change> all) {
        return new RetentionSchedule(all.getLast().retention(), initial.allowedSkew(), initial.lease(), all);
    }

    /**
     * True if a decision of that time could say that it followed this policy. Null stands for the retention of the
     * settings.
     */
    boolean canTell(@Nullable PolicyFollowed policy, PaymentKey key, int partition, Instant decidedAt) {
        // One that is taken up in a decision counts from the next moment on.
        Instant latest = decidedAt.plusMillis(1);
        if (policy == null) {
            return of(key, partition).changes().stream()
                    .skip(1)
                    .allMatch(change -> change.from().isAfter(decidedAt));
        }
        boolean overtaken = of(key, partition).changes().stream()
                .anyMatch(change -> change.from().isAfter(policy.getSince())
                        && !change.from().isAfter(decidedAt));
        return !policy.getSince().isAfter(latest)
                && !overtaken
                && scopesOf(key).stream()
                        .anyMatch(scope -> told.getOrDefault(new Place(partition, scope), Set.of())
                                .contains(policy));
    }

    private static List<PolicyScope> scopesOf(PaymentKey key) {
        List<PolicyScope> scopes = new ArrayList<>(List.of(PolicyScope.ALL, PolicyScope.ofClient(key.clientId())));
        PolicyScope operation = PolicyScope.operationOf(key);
        if (operation != null) {
            scopes.add(operation);
        }
        return scopes;
    }
}
