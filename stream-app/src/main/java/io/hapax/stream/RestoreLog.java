package io.hapax.stream;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of store restoration: it tells how far stores are restored from their changelogs, and how long it took.
 * Until then their keys get no answer.
 */
final class RestoreLog implements StateRestoreListener {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreLog.class);

    private final Map<TopicPartition, Restoration> underway = new ConcurrentHashMap<>();

    /**
     * A changelog that is being read.
     *
     * @param end offset to read up to
     * @param next offset to read next
     */
    private record Restoration(long startedNanos, long end, long next) {
        Restoration at(long offset) {
            return new Restoration(startedNanos, end, offset);
        }

        long remaining() {
            return Math.max(0, end - next);
        }

        long tookMs() {
            return (System.nanoTime() - startedNanos) / 1_000_000;
        }
    }

    /** Stores that are being restored. */
    int stores() {
        return underway.size();
    }

    /** Records still to be read, of all stores; marks of transactions are counted with them. */
    long remainingRecords() {
        return underway.values().stream().mapToLong(Restoration::remaining).sum();
    }

    @Override
    public void onRestoreStart(TopicPartition changelog, String store, long from, long to) {
        underway.put(changelog, new Restoration(System.nanoTime(), to, from));
        LOG.info("restoring store={} partition={} records={}", store, changelog.partition(), to - from);
    }

    @Override
    public void onBatchRestored(TopicPartition changelog, String store, long offset, long records) {
        underway.computeIfPresent(changelog, (partition, restoration) -> restoration.at(offset + 1));
    }

    @Override
    public void onRestoreEnd(TopicPartition changelog, String store, long records) {
        Restoration ended = underway.remove(changelog);
        LOG.info(
                "restored store={} partition={} records={} tookMs={}",
                store,
                changelog.partition(),
                records,
                ended == null ? 0 : ended.tookMs());
    }

    @Override
    public void onRestoreSuspended(TopicPartition changelog, String store, long records) {
        underway.remove(changelog);
        LOG.info("restoring suspended store={} partition={} records={}", store, changelog.partition(), records);
    }
}
