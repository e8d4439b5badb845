package io.hapax.stream.records;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.RetentionSchedule.Change;
import io.hapax.stream.decision.RetentionSchedule.Terms;
import io.hapax.stream.metrics.RebuildCause;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Transactions are committed and aborted, the process is killed at any moment, or the machine loses its power. A folder
 * always holds what Kafka has committed up to the offset that it says, nothing more and nothing less. Once restored, it
 * holds all.
 */
class CrashedStoreTest {
    private static final Duration RETENTION = Duration.ofHours(1);
    private static final BucketRows ROWS = new BucketRows(RETENTION);
    private static final Change USUAL = new Change(Instant.EPOCH, Terms.of(RETENTION), PolicyScope.Kind.SETTINGS);

    /** As much as a crash may cost, and one transaction. */
    private static final int MOST_TO_RESTORE = 100_000 + 10_000;

    @TempDir
    private Path home;

    private StoresOfATask task;
    private StoresOfATask.Mistake planted = StoresOfATask.Mistake.NONE;
    private Random random = new Random();
    private int hours;
    private int checked;

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void shouldHoldWhatWasCommittedUpToItsOffsetWheneverItIsKilled(long seed) throws IOException {
        run(seed, 30);
    }

    @ParameterizedTest
    @EnumSource(value = StoresOfATask.Mistake.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void shouldFindAMistake(StoresOfATask.Mistake mistake) {
        planted = mistake;
        assertThrows(AssertionError.class, () -> run(3, 30));
    }

    /** {@code -Dtest.excludedGroups= -Dtest=CrashedStoreTest}. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
    void shouldHoldWhatWasCommittedUpToItsOffsetWheneverItIsKilledOftener(long seed) throws IOException {
        run(seed, 1_500);
    }

    private void run(long seed, int transactions) throws IOException {
        random = new Random(seed);
        task = new StoresOfATask(home);
        task.plant(planted);
        task.atOpening(this::assertHoldsWhatItSays);
        task.start(RETENTION);
        for (int i = 0; i < transactions; i++) {
            write(random.nextInt(8_000));
            int end = random.nextInt(14);
            switch (end) {
                case 0 -> task.replaceThread(RETENTION);
                case 1 -> killAndStart();
                case 2 -> {
                    task.commitInKafkaAlone();
                    killAndStart();
                }
                case 3 -> {
                    task.commit();
                    killAndStart();
                }
                case 4 -> {
                    task.stop();
                    task.start(RETENTION);
                    assertEquals(0, task.restored(), "restored after an end in order, seed " + seed);
                }
                case 5 -> losePowerAndStart();
                case 6 -> {
                    task.commit();
                    losePowerAndStart();
                }
                default -> task.commit();
            }
            if (end < 7) {
                assertHoldsAll();
            }
        }
        assertHoldsAll();
        task.stop();
        assertTrue(checked > transactions / 4, checked + " openings");
    }

    private void killAndStart() throws IOException {
        task.kill();
        startAfterACrash();
    }

    private void losePowerAndStart() throws IOException {
        task.losePower(random);
        startAfterACrash();
    }

    private void startAfterACrash() throws IOException {
        task.start(RETENTION);
        assertTrue(task.restored() <= 2L * MOST_TO_RESTORE, task.restored() + " restored");
        assertEquals(0, task.rebuilds(RebuildCause.DAMAGED));
    }

    /** Few ids, so that many are written and deleted more than once. */
    private void write(int changes) {
        if (random.nextInt(20) == 0) {
            hours++;
        }
        for (int i = 0; i < changes; i++) {
            UUID id = new UUID(random.nextInt(20_000) * 0x9E37_79B9_7F4A_7C15L, 7);
            if (random.nextInt(3) == 0) {
                Instant ended = Instant.EPOCH.plus(RETENTION.multipliedBy(hours));
                task.put(StoresOfATask.ENDED, BucketKey.of(ROWS.bucketOf(ended, USUAL), id), value());
            } else {
                Bytes key = BucketKey.of(BucketKey.NO_BUCKET, id);
                task.put(StoresOfATask.PENDING, key, random.nextBoolean() ? null : value());
            }
        }
    }

    private byte[] value() {
        byte[] value = new byte[1 + random.nextInt(60)];
        random.nextBytes(value);
        value[0] = 1;
        return value;
    }

    private void assertHoldsWhatItSays() {
        checked++;
        for (String store : List.of(StoresOfATask.PENDING, StoresOfATask.ENDED)) {
            assertHolds(store, task.heldChanges(store));
        }
    }

    private void assertHoldsAll() {
        // The running transaction was committed or aborted.
        for (String store : List.of(StoresOfATask.PENDING, StoresOfATask.ENDED)) {
            assertHolds(store, task.allChanges(store));
        }
    }

    private void assertHolds(String store, Collection<KeyValue<byte[], byte[]>> changes) {
        Map<Bytes, byte[]> expected = new HashMap<>();
        changes.forEach(change -> {
            if (change.value == null) {
                expected.remove(Bytes.wrap(change.key));
            } else {
                expected.put(Bytes.wrap(change.key), change.value);
            }
        });
        Map<Bytes, byte[]> found = new TreeMap<>();
        try (KeyValueIterator<Bytes, byte[]> all = task.store(store).all()) {
            all.forEachRemaining(entry -> found.put(entry.key, entry.value));
        }
        // A bucket may be dropped a little sooner than the flush before a crash, never before its time.
        expected.keySet().removeIf(this::isDue);
        found.keySet().removeIf(this::isDue);
        assertEquals(new TreeMap<>(expected).keySet(), found.keySet(), store);
        expected.forEach((key, value) -> assertArrayEquals(value, found.get(key), store));
        for (int i = 0; i < 50; i++) {
            Bytes key = Bytes.wrap(
                    changes.isEmpty() ? BucketKey.bytes(BucketKey.NO_BUCKET, UUID.randomUUID()) : any(changes));
            if (!isDue(key)) {
                assertArrayEquals(expected.get(key), task.store(store).get(key), store);
            }
        }
    }

    private byte[] any(Collection<KeyValue<byte[], byte[]>> changes) {
        List<KeyValue<byte[], byte[]>> all = (List<KeyValue<byte[], byte[]>>) changes;
        return all.get(random.nextInt(all.size())).key;
    }

    private boolean isDue(Bytes key) {
        return ROWS.isDue(
                BucketKey.bucket(key.get()), RETENTION.multipliedBy(hours).toMillis());
    }

    @Test
    void shouldRestoreNoMoreThanACrashMayCost() throws IOException {
        task = new StoresOfATask(home);
        task.start(RETENTION);
        for (int i = 0; i < 50; i++) {
            write(7_000);
            task.commit();
        }
        assertTrue(task.allChanges(StoresOfATask.PENDING).size() > 2 * MOST_TO_RESTORE);
        killAndStart();
        assertHoldsAll();
        task.stop();
    }
}
