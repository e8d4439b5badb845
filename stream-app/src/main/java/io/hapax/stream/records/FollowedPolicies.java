package io.hapax.stream.records;

import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.TaskPolicies;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The policies that a task follows, in its store. */
final class FollowedPolicies implements TaskPolicies.Followed {
    private final KeyValueStore<String, RetentionSchedule> store;

    /**
     * The store is asked once, since asking is not free and each command asks. What another processor of the task puts
     * into it later was published to this process before. So {@link TaskPolicies.Published} tells of it.
     */
    private boolean none;

    /** @param store restored already */
    FollowedPolicies(KeyValueStore<String, RetentionSchedule> store) {
        this.store = store;
        this.none = store.approximateNumEntries() == 0;
    }

    @Override
    public boolean isNone() {
        return none;
    }

    @Override
    public @Nullable RetentionSchedule get(PolicyScope scope) {
        return store.get(scope.key());
    }

    @Override
    public void put(PolicyScope scope, RetentionSchedule policy) {
        none = false;
        store.put(scope.key(), policy);
    }
}
