package io.hapax.stream.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.RetentionSchedule.Change;
import io.hapax.stream.decision.RetentionSchedule.Terms;
import io.hapax.stream.schedules.Schedules;
import io.hapax.stream.schedules.Schedules.Scenario;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The store's lock under every schedule of the task's thread, of those that ask from outside and of the metrics'. What
 * RocksDB does inside a call is out of the schedules' reach: each call is one step.
 */
class BucketedStoreSchedulesTest {
    private static final Duration BUCKET = Duration.ofHours(1);
    private static final long HOUR = BUCKET.toMillis();
    private static final BucketRows ROWS = new BucketRows(BUCKET);
    private static final Change USUAL = new Change(Instant.EPOCH, Terms.of(BUCKET), PolicyScope.Kind.SETTINGS);
    private static final UUID ID = new UUID(1, 2);

    @TempDir
    private Path folder;

    private static final class Opened implements AutoCloseable {
        final OpenStores stores = new OpenStores();
        final KeyValueStore<Bytes, byte[]> store =
                stores.supplier("payments", BUCKET, null).get();

        Opened(Path folder) {
            Properties config = new Properties();
            config.put("application.id", "test");
            config.put("bootstrap.servers", "no-broker:1");
            config.put(RocksMemory.MEMORY_MB, "32");
            store.init(
                    new MockProcessorContext<>(
                                    config,
                                    new TaskId(0, 0),
                                    folder.resolve("0_0").toFile())
                            .getStateStoreContext(),
                    store);
        }

        void put(long bucket, int version) {
            store.put(BucketKey.of(bucket, ID), new byte[] {(byte) version});
            // With it, buckets are dropped.
            store.commit(Map.of(new TopicPartition("test-payments-changelog", 0), (long) version));
        }

        @Override
        public void close() {
            store.close();
        }
    }

    private static long bucket(int hour) {
        return ROWS.bucketOf(Instant.ofEpochMilli(hour * HOUR), USUAL);
    }

    private static int version(byte[] value) {
        assertEquals(1, value.length);
        return value[0];
    }

    @Test
    void shouldShowEachWriteWholeAndInOrderToWhoAsksFromOutside() {
        Schedules.allHold(() -> {
            try (Opened opened = new Opened(folder)) {
                opened.put(BucketKey.NO_BUCKET, 0);
                Scenario reader = () -> {
                    int last = 0;
                    for (int read = 0; read < 3; read++) {
                        byte[] found = opened.store.get(BucketKey.of(BucketKey.NO_BUCKET, ID));
                        assertNotNull(found);
                        assertTrue(version(found) >= last, version(found) + " after " + last);
                        last = version(found);
                    }
                };
                Scenario walker = () -> {
                    try (KeyValueIterator<Bytes, byte[]> all = opened.store.all()) {
                        assertTrue(all.hasNext());
                        version(all.next().value);
                        assertTrue(!all.hasNext());
                    }
                };
                Schedules.together(reader, walker, () -> {
                    for (int version = 1; version <= 3; version++) {
                        opened.put(BucketKey.NO_BUCKET, version);
                    }
                });
            }
        });
    }

    /** The third bucket drops the first, with which its iterators end. */
    @Test
    void shouldDropABucketBesideThoseWhoReadIt() {
        Schedules.allHold(() -> {
            try (Opened opened = new Opened(folder)) {
                opened.put(bucket(0), 0);
                Scenario reader = () -> {
                    int last = 0;
                    for (int read = 0; read < 2; read++) {
                        byte[] found = opened.store.get(BucketKey.of(BucketKey.NO_BUCKET, ID));
                        assertNotNull(found);
                        assertTrue(version(found) >= last, version(found) + " after " + last);
                        last = version(found);
                    }
                };
                Schedules.together(reader, () -> walk(opened), () -> {
                    opened.put(bucket(1), 1);
                    opened.put(bucket(2), 2);
                });
                assertNull(opened.store.get(BucketKey.of(bucket(0), ID)));
            }
        });
    }

    /** Whoever asks gets the answer, or is told that the store is closed. The metrics ask beside it. */
    @Test
    void shouldCloseBesideThoseWhoReadIt() {
        Schedules.allHold(() -> {
            try (Opened opened = new Opened(folder)) {
                opened.put(BucketKey.NO_BUCKET, 1);
                Schedules.together(
                        () -> {
                            try {
                                byte[] found = opened.store.get(BucketKey.of(BucketKey.NO_BUCKET, ID));
                                assertNotNull(found);
                                assertEquals(1, version(found));
                            } catch (InvalidStateStoreException closed) {
                                assertTrue(!opened.store.isOpen());
                            }
                        },
                        () -> walk(opened),
                        () -> opened.stores.figures(),
                        opened.store::close);
                assertThrows(InvalidStateStoreException.class, () -> opened.store.get(BucketKey.of(0, ID)));
                assertEquals(0, opened.stores.figures().memoryBytes());
            }
        });
    }

    private static void walk(Opened opened) {
        try (KeyValueIterator<Bytes, byte[]> all = opened.store.all()) {
            int last = -1;
            while (all.hasNext()) {
                int found = version(all.next().value);
                assertTrue(found > last, found + " after " + last);
                last = found;
            }
        } catch (InvalidStateStoreException gone) {
            // The bucket was dropped, or the store closed.
        }
    }
}
