package io.hapax.tools.simulation;

import io.hapax.stream.decision.DecisionPolicy;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.TaskPolicies;
import io.hapax.stream.records.EndedTable;
import io.hapax.stream.records.PendingTable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/** The tables under a task's records, with a journal that takes back what was not committed. */
final class TransactionalTables {
    private final TreeMap<UUID, IdempotencyRecord> pending = new TreeMap<>();
    private final NavigableMap<Long, Map<UUID, IdempotencyRecord>> ended = new TreeMap<>();
    private final Map<String, DecisionPolicy> adopted = new HashMap<>();
    private final Deque<Runnable> undo = new ArrayDeque<>();
    private final long bucketMs;

    TransactionalTables(long bucketMs) {
        this.bucketMs = bucketMs;
    }

    /** Everything since the last commit stays; what is older than the bucket before the newest is dropped for good. */
    void commit() {
        undo.clear();
        if (!ended.isEmpty()) {
            ended.headMap(ended.lastKey() - bucketMs).clear();
        }
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
                for (Map<UUID, IdempotencyRecord> bucket : ended.descendingMap().values()) {
                    IdempotencyRecord found = bucket.get(paymentId);
                    if (found != null) {
                        return found;
                    }
                }
                return null;
            }

            @Override
            public void put(UUID paymentId, IdempotencyRecord state, long bucketStartMs) {
                replace(ended.computeIfAbsent(bucketStartMs, start -> new HashMap<>()), paymentId, state);
            }
        };
    }

    TaskPolicies.Adopted adoptedPolicies() {
        return new TaskPolicies.Adopted() {
            @Override
            public @Nullable DecisionPolicy get(String clientId) {
                return adopted.get(clientId);
            }

            @Override
            public void put(String clientId, DecisionPolicy policy) {
                replace(adopted, clientId, policy);
            }
        };
    }

    /** Only a mistake does this. */
    void forgetPolicies() {
        adopted.clear();
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
