package io.hapax.stream;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells how long stores take to be restored from their changelogs: until then their keys get no answer. */
final class RestoreLog implements StateRestoreListener {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreLog.class);

    private final Map<TopicPartition, Long> startedNanos = new ConcurrentHashMap<>();

    @Override
    public void onRestoreStart(TopicPartition changelog, String store, long from, long to) {
        startedNanos.put(changelog, System.nanoTime());
        LOG.info("restoring store={} partition={} records={}", store, changelog.partition(), to - from);
    }

    @Override
    public void onBatchRestored(TopicPartition changelog, String store, long offset, long records) {
        // Too many to tell.
    }

    @Override
    public void onRestoreEnd(TopicPartition changelog, String store, long records) {
        Long started = startedNanos.remove(changelog);
        long tookMs = started == null ? 0 : (System.nanoTime() - started) / 1_000_000;
        LOG.info("restored store={} partition={} records={} tookMs={}", store, changelog.partition(), records, tookMs);
    }
}
