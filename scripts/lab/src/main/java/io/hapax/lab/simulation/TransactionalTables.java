package io.hapax.lab.simulation;

import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.TaskPolicies;
import io.hapax.stream.records.BucketRows;
import io.hapax.stream.records.EndedTable;
import io.hapax.stream.records.PendingTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/** The tables under a task's records, with a journal that undoes uncommitted changes. */
final class TransactionalTables {
    private final TreeMap<UUID, IdempotencyRecord> pending = new TreeMap<>();
    private final NavigableMap<Long, Map<UUID, IdempotencyRecord>> ended = new TreeMap<>();
    private final Map<PolicyScope, RetentionSchedule> followed = new HashMap<>();
    private final Deque<Runnable> undo = new ArrayDeque<>();
    private final BucketRows rows;
    private final PlantedBug bug;

    TransactionalTables(BucketRows rows, PlantedBug bug) {
        this.rows = rows;
        this.bug = bug;
    }

    /** Everything since the last commit stays; buckets that have had their time are dropped for good. */
    void commit() {
        undo.clear();
        long nowMs =
                ended.keySet().stream().mapToLong(BucketRows::startMs).max().orElse(0);
        ended.keySet().removeIf(bucket -> rows.isDue(bucket, nowMs));
    }

    /** Everything since the last commit is gone. */
    void rollBack() {
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
        ended.values().removeIf(Map::isEmpty);
    }

    Map<UUID, IdempotencyRecord> pendingPayments() {
        return new TreeMap<>(pending);
    }

    PendingTable pendingTable() {
        return new PendingTable() {
            @Override
            public @Nullable IdempotencyRecord get(UUID paymentId) {
                return pending.get(paymentId);
            }

            @Override
            public void put(UUID paymentId, IdempotencyRecord state) {
                replace(pending, paymentId, state);
            }

            @Override
            public void delete(UUID paymentId) {
                replace(pending, paymentId, null);
            }

            @Override
            public KeyValueIterator<UUID, IdempotencyRecord> from(@Nullable UUID paymentId) {
                throw new UnsupportedOperationException("the simulation sweeps by itself");
            }
        };
    }

    EndedTable endedTable() {
        return new EndedTable() {
            @Override
            public @Nullable IdempotencyRecord get(UUID paymentId) {
                List<IdempotencyRecord> found = new ArrayList<>();
                for (Map<UUID, IdempotencyRecord> bucket : ended.descendingMap().values()) {
                    IdempotencyRecord state = bucket.get(paymentId);
                    if (state != null) {
                        found.add(state);
                    }
                }
                return found.isEmpty() ? null : bug.chosen(found);
            }

            @Override
            public void put(UUID paymentId, IdempotencyRecord state, long bucket) {
                replace(ended.computeIfAbsent(bucket, start -> new HashMap<>()), paymentId, state);
            }
        };
    }

    TaskPolicies.Followed followedPolicies() {
        return new TaskPolicies.Followed() {
            @Override
            public boolean isNone() {
                return followed.isEmpty();
            }

            @Override
            public @Nullable RetentionSchedule get(PolicyScope scope) {
                return followed.get(scope);
            }

            @Override
            public void put(PolicyScope scope, RetentionSchedule policy) {
                replace(followed, scope, policy);
            }
        };
    }

    /** Forgets all policies. Only a planted mistake calls it. */
    void forgetPolicies() {
        followed.clear();
    }

    private <K, V> void replace(Map<K, V> table, K key, @Nullable V state) {
        V before = table.get(key);
        undo.push(() -> set(table, key, before));
        set(table, key, state);
    }

    private static <K, V> void set(Map<K, V> table, K key, @Nullable V state) {
        if (state == null) {
            table.remove(key);
        } else {
            table.put(key, state);
        }
    }
}
