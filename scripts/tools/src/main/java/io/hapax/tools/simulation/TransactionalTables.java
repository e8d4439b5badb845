package io.hapax.tools.simulation;

import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.records.EndedTable;
import io.hapax.stream.records.PendingTable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/** The tables under a task's records, with a journal that takes back what was not committed. */
final class TransactionalTables {
    private record Place(UUID paymentId, long bucket) {}

    private final TreeMap<UUID, IdempotencyRecord> pending = new TreeMap<>();
    private final Map<Place, IdempotencyRecord> ended = new HashMap<>();
    private final Deque<Runnable> undo = new ArrayDeque<>();
    private final long bucketMs;

    TransactionalTables(long bucketMs) {
        this.bucketMs = bucketMs;
    }

    /** Everything since the last commit stays; what is older than two buckets before the newest is dropped for good. */
    void commit() {
        undo.clear();
        long newest = ended.keySet().stream().mapToLong(Place::bucket).max().orElse(0);
        ended.keySet().removeIf(place -> place.bucket() < newest - 2 * bucketMs);
    }

    /** Everything since the last commit is gone. */
    void rollBack() {
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
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
            public @Nullable IdempotencyRecord get(UUID paymentId, long bucketStartMs) {
                return ended.get(new Place(paymentId, bucketStartMs));
            }

            @Override
            public void put(UUID paymentId, IdempotencyRecord state, long bucketStartMs) {
                replace(ended, new Place(paymentId, bucketStartMs), state);
            }
        };
    }

    private <K> void replace(Map<K, IdempotencyRecord> table, K key, @Nullable IdempotencyRecord state) {
        IdempotencyRecord before = table.get(key);
        undo.push(() -> set(table, key, before));
        set(table, key, state);
    }

    private static <K> void set(Map<K, IdempotencyRecord> table, K key, @Nullable IdempotencyRecord state) {
        if (state == null) {
            table.remove(key);
        } else {
            table.put(key, state);
        }
    }
}
