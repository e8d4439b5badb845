package io.hapax.lab.simulation;

import io.hapax.lab.simulation.TransactionalTables.Content;
import io.hapax.stream.decision.IdempotencyRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The remains of the stores of one task when its process has died: the folders of two instances, each as of its last
 * flush, and the changelog that adds the rest. The task moves from one instance to the other and back, to a folder that
 * is old by then.
 *
 * <p>The store itself, on RocksDB, is checked by a test of its own. Here it is checked whether what that test demands
 * is enough: that no promise is broken by any crash, and that one is if a folder holds anything else.
 */
final class SimulatedStores {
    /** A way in which a folder can hold something else than what was committed up to its offset. */
    enum Mistake {
        NONE,
        /** A transaction was aborted, and the store keeps what it wrote. */
        ABORTED_IS_KEPT,
        /** The offset of a transaction is flushed before its data. */
        OFFSET_AHEAD_OF_THE_DATA,
        /** What is not committed yet is flushed with the rest. */
        DATA_AHEAD_OF_THE_OFFSET
    }

    /** @param offset number of transactions of the changelog that are in the data */
    private record Folder(Content data, int offset) {}

    /** The records that a transaction has written into the changelogs. */
    private record Changes(
            Map<UUID, IdempotencyRecord> pending, Set<UUID> ended, Map<Long, Map<UUID, IdempotencyRecord>> buckets) {
        static Changes between(Content before, Content after) {
            Map<UUID, IdempotencyRecord> pending = new HashMap<>(after.pending());
            pending.entrySet().removeAll(before.pending().entrySet());
            Set<UUID> ended = new TreeSet<>(before.pending().keySet());
            ended.removeAll(after.pending().keySet());
            Map<Long, Map<UUID, IdempotencyRecord>> buckets = new HashMap<>();
            after.ended().forEach((bucket, records) -> {
                Map<UUID, IdempotencyRecord> written = new HashMap<>(records);
                written.entrySet()
                        .removeAll(before.ended().getOrDefault(bucket, Map.of()).entrySet());
                buckets.put(bucket, written);
            });
            return new Changes(pending, ended, buckets);
        }
    }

    private final Mistake mistake;
    private final List<Changes> changelog = new ArrayList<>();
    private final List<Folder> folders =
            new ArrayList<>(List.of(new Folder(Content.EMPTY, 0), new Folder(Content.EMPTY, 0)));
    private Content committed = Content.EMPTY;
    private int here;

    SimulatedStores(Mistake mistake) {
        this.mistake = mistake;
    }

    /**
     * Kafka has committed a transaction.
     *
     * @param flushed the store has heard of it, and makes it durable
     */
    void committed(Content tables, boolean flushed) {
        Content before = committed;
        changelog.add(Changes.between(before, tables));
        committed = tables;
        if (flushed) {
            flush(mistake == Mistake.OFFSET_AHEAD_OF_THE_DATA ? before : tables);
        }
    }

    private void flush(Content data) {
        folders.set(here, new Folder(data, changelog.size()));
    }

    /** The transaction is aborted, and the process goes on: the stores are closed in order, and opened again. */
    void aborted(Content open) {
        flush(mistake == Mistake.ABORTED_IS_KEPT ? open : committed);
    }

    /** The process dies in the middle of a transaction. */
    void killed(Content open) {
        if (mistake == Mistake.DATA_AHEAD_OF_THE_OFFSET) {
            flush(open);
        }
    }

    /** The other instance takes over, with the folder that it has. */
    void moveOn() {
        here = 1 - here;
    }

    /** What the folder holds, and what the changelog adds to it. Policies are kept in memory, and restored whole. */
    Content restored() {
        Folder folder = folders.get(here);
        Map<UUID, IdempotencyRecord> pending = new HashMap<>(folder.data().pending());
        Map<Long, Map<UUID, IdempotencyRecord>> ended = new HashMap<>();
        folder.data().ended().forEach((bucket, records) -> ended.put(bucket, new HashMap<>(records)));
        for (Changes changes : changelog.subList(folder.offset(), changelog.size())) {
            pending.keySet().removeAll(changes.ended());
            pending.putAll(changes.pending());
            changes.buckets()
                    .forEach((bucket, records) -> ended.computeIfAbsent(bucket, none -> new HashMap<>())
                            .putAll(records));
        }
        ended.replaceAll((bucket, records) -> Map.copyOf(records));
        ended.values().removeIf(Map::isEmpty);
        return new Content(Map.copyOf(pending), Map.copyOf(ended), committed.followed());
    }
}
