package io.hapax.ledger.consume;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests that posting, which is on the thread of the test, goes on while somebody looks at what is held. */
class HoldWatchTest {
    private static final List<Integer> OWNED = List.of(0, 1);

    private final BlockingQueue<Thread> lookers = new LinkedBlockingQueue<>();
    private final Semaphore mayEnd = new Semaphore(0);
    private final HoldWatch watch = new HoldWatch(this::lookSlowly, new Publisher(() -> {
        throw new AssertionError("there is nothing to tell");
    }));

    private void lookSlowly(List<Integer> partitions) {
        assertEquals(OWNED, partitions);
        lookers.add(Thread.currentThread());
        mayEnd.acquireUninterruptibly();
        throw new KafkaException("nobody expects this");
    }

    @AfterEach
    void close() {
        mayEnd.release(1_000);
        watch.close();
    }

    @Test
    void shouldNotLetPostingWaitForALookNorBeginASecondOneMeanwhile() throws Exception {
        // This thread would hang if it looked.
        for (int turn = 0; turn < 1_000; turn++) watch.look(OWNED);
        assertNotEquals(Thread.currentThread(), looker());
        assertEquals(0, lookers.size());
    }

    @Test
    void shouldLookAgainAfterALookHowsoeverItEnded() throws Exception {
        for (int look = 0; look < 3; look++) {
            long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
            while (lookers.poll(1, TimeUnit.MILLISECONDS) == null) {
                assertTrue(System.nanoTime() < end, "nobody looks");
                watch.look(OWNED);
            }
            mayEnd.release();
        }
    }

    private Thread looker() throws InterruptedException {
        return requireNonNull(lookers.poll(1, TimeUnit.MINUTES), "nobody looks");
    }
}
