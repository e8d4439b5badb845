package io.hapax.stream.records;

import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.TaskPolicies;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The policies that a task follows, in its store. */
final class FollowedPolicies implements TaskPolicies.Followed {
    private final KeyValueStore<String, RetentionSchedule> store;

    FollowedPolicies(KeyValueStore<String, RetentionSchedule> store) {
        this.store = store;
    }

    @Override
    public boolean isNone() {
        return store.approximateNumEntries() == 0;
    }

    @Override
    public @Nullable RetentionSchedule get(PolicyScope scope) {
        return store.get(scope.key());
    }

    @Override
    public void put(PolicyScope scope, RetentionSchedule policy) {
        store.put(scope.key(), policy);
    }
}
