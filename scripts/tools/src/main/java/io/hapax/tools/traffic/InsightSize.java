package io.hapax.tools.traffic;

import io.hapax.stream.insight.KeyInsight;
import io.hapax.stream.insight.UsageFact;
import io.hapax.stream.insight.UsageFact.Kind;
import java.util.List;
import java.util.Random;

/** What the detectors cost: heap and time with many clients, all of them busy. */
public final class InsightSize {
    private static final int PLACES = 1 << 20;
    private static final int BATCH = 10_000;
    private static final int DAYS = 10;

    private InsightSize() {}

    /**
     * What was measured.
     *
     * @param bytesPerClient of heap, all told, but for the table of payments, whose size does not depend on clients
     * @param nanosPerFact on one core, facts at hand
     */
    public record Measured(int clients, long facts, long bytesPerClient, double nanosPerFact) {}

    /** Facts of each client spread over ten days; one in ten is a replay. */
    public static Measured measure(int clients, int factsPerClient) {
        long facts = (long) clients * factsPerClient;
        long before = usedHeap();
        KeyInsight small = new KeyInsight(clients, 1);
        feed(small, clients, facts);
        long bytes = usedHeap() - before;
        long bytesPerClient = bytes / Math.max(1, small.clients());
        return new Measured(clients, facts, bytesPerClient, feed(new KeyInsight(clients, PLACES), clients, facts));
    }

    /** Nanoseconds per fact. */
    private static double feed(KeyInsight insight, int clients, long facts) {
        Random random = new Random(1);
        long stepMs = Math.max(1, DAYS * World.DAY_MS / facts);
        long nanos = 0;
        UsageFact[] batch = new UsageFact[BATCH];
        for (long done = 0; done < facts; done += BATCH) {
            for (int i = 0; i < BATCH; i++) {
                batch[i] = fact(random, clients, World.BEGIN_MS + (done + i) * stepMs);
            }
            long start = System.nanoTime();
            for (UsageFact fact : batch) {
                insight.observe(fact);
            }
            nanos += System.nanoTime() - start;
        }
        return (double) nanos / facts;
    }

    private static UsageFact fact(Random random, int clients, long atMs) {
        boolean replay = random.nextInt(10) == 0;
        String key = Keys.UUID_4.next(random, atMs, 0);
        return new UsageFact(
                "client-" + random.nextInt(clients),
                key,
                replay ? Kind.REPLAYED : Kind.ACCEPTED,
                atMs,
                replay ? atMs - random.nextInt(10_000_000) : atMs,
                random.nextLong(),
                true,
                List.of());
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
