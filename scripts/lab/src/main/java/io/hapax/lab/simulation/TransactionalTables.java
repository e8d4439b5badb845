package io.hapax.lab.simulation;

import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.TaskPolicies;
import io.hapax.stream.records.BucketRows;
import io.hapax.stream.records.EndedTable;
import io.hapax.stream.records.PendingTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/** The tables under a task's records, which can go back to what they held before. */
final class TransactionalTables {
    private final BucketRows rows;
    private final PlantedBug bug;
    private Content content;

    /**
     * The tables, as a value.
     *
     * @param ended by bucket, without empty buckets
     */
    record Content(
            Map<UUID, IdempotencyRecord> pending,
            Map<Long, Map<UUID, IdempotencyRecord>> ended,
            Map<PolicyScope, RetentionSchedule> followed) {
        static final Content EMPTY = new Content(Map.of(), Map.of(), Map.of());

        Content withoutPolicies() {
            return new Content(pending, ended, Map.of());
        }
    }

    TransactionalTables(BucketRows rows, PlantedBug bug, Content content) {
        this.rows = rows;
        this.bug = bug;
        this.content = content;
    }

    Content content() {
        return content;
    }

    void replaceBy(Content other) {
        content = other;
    }

    /** Drops buckets that have had their time for good. */
    void dropDueBuckets() {
        Map<Long, Map<UUID, IdempotencyRecord>> kept = new HashMap<>(content.ended);
        long nowMs = kept.keySet().stream().mapToLong(BucketRows::startMs).max().orElse(0);
        if (kept.keySet().removeIf(bucket -> rows.isDue(bucket, nowMs))) {
            content = new Content(content.pending, Map.copyOf(kept), content.followed);
        }
    }

    /** In the order of their ids. */
    Map<UUID, IdempotencyRecord> pendingPayments() {
        return new TreeMap<>(content.pending);
    }

    PendingTable pendingTable() {
        return new PendingTable() {
            @Override
            public @Nullable IdempotencyRecord get(UUID paymentId) {
                return content.pending.get(paymentId);
            }

            @Override
            public void put(UUID paymentId, IdempotencyRecord state) {
                content = new Content(with(content.pending, paymentId, state), content.ended, content.followed);
            }

            @Override
            public void delete(UUID paymentId) {
                Map<UUID, IdempotencyRecord> left = new HashMap<>(content.pending);
                left.remove(paymentId);
                content = new Content(Map.copyOf(left), content.ended, content.followed);
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
                for (Map<UUID, IdempotencyRecord> bucket :
                        new TreeMap<>(content.ended).descendingMap().values()) {
                    IdempotencyRecord state = bucket.get(paymentId);
                    if (state != null) {
                        found.add(state);
                    }
                }
                return found.isEmpty() ? null : bug.chosen(found);
            }

            @Override
            public void put(UUID paymentId, IdempotencyRecord state, long bucket) {
                Map<UUID, IdempotencyRecord> before = content.ended.getOrDefault(bucket, Map.of());
                content = new Content(
                        content.pending, with(content.ended, bucket, with(before, paymentId, state)), content.followed);
            }
        };
    }

    TaskPolicies.Followed followedPolicies() {
        return new TaskPolicies.Followed() {
            @Override
            public boolean isNone() {
                return content.followed.isEmpty();
            }

            @Override
            public @Nullable RetentionSchedule get(PolicyScope scope) {
                return content.followed.get(scope);
            }

            @Override
            public void put(PolicyScope scope, RetentionSchedule policy) {
                content = new Content(content.pending, content.ended, with(content.followed, scope, policy));
            }
        };
    }

    /** Forgets all policies. Only a planted mistake calls it. */
    void forgetPolicies() {
        content = content.withoutPolicies();
    }

    private static <K, V> Map<K, V> with(Map<K, V> table, K key, V value) {
        Map<K, V> changed = new HashMap<>(table);
        changed.put(key, value);
        return Map.copyOf(changed);
    }
}
