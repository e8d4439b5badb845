package io.hapax.stream.records;

import io.hapax.stream.decision.DecisionPolicy;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.TaskPolicies;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The policies that a task follows, in its store. */
final class FollowedPolicies implements TaskPolicies.Followed {
    private final KeyValueStore<String, DecisionPolicy> store;

    FollowedPolicies(KeyValueStore<String, DecisionPolicy> store) {
        this.store = store;
    }

    @Override
    public boolean isNone() {
        return store.approximateNumEntries() == 0;
    }

    @Override
    public @Nullable DecisionPolicy get(PolicyScope scope) {
        return store.get(scope.key());
    }

    @Override
    public void put(PolicyScope scope, DecisionPolicy policy) {
        store.put(scope.key(), policy);
    }
}
