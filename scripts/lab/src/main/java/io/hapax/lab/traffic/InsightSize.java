package io.hapax.lab.traffic;

import io.hapax.insight.KeyInsight;
import io.hapax.insight.UsageFact;
import io.hapax.insight.UsageFact.Kind;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Random;
import java.util.function.LongConsumer;

/** The measurement of the detectors' cost: heap and time with many clients, all of them busy. */
public final class InsightSize {
    private static final int PLACES = 1 << 20;
    /** Facts made, and then measured, at a time. */
    public static final int BATCH = 10_000;

    private static final int DAYS = 10;

    private InsightSize() {}

    /**
     * The result of a measurement.
     *
     * @param bytesPerClient all heap per client, without the table of payments. That table's size does not depend
     *     on clients.
     * @param nanosPerFact processor time per fact in nanoseconds, without the making of the facts
     */
    public record Measured(int clients, long facts, long bytesPerClient, double nanosPerFact) {}

    /**
     * Facts of each client spread over ten days; one in ten is a replay.
     *
     * @param progress is told now and then how many facts are done
     */
    public static Measured measure(int clients, int factsPerClient, LongConsumer progress) {
        long facts = (long) clients * factsPerClient;
        KeyInsight insight = new KeyInsight(clients, PLACES);
        long before = usedHeap();
        double nanosPerFact = feed(insight, clients, facts, progress);
        long bytesPerClient = (usedHeap() - before) / Math.max(1, insight.clients());
        return new Measured(insight.clients(), facts, bytesPerClient, nanosPerFact);
    }

    /** Nanoseconds of this thread per fact. */
    private static double feed(KeyInsight insight, int clients, long facts, LongConsumer progress) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Random random = new Random(1);
        long stepMs = Math.max(1, DAYS * ModelWorld.DAY_MS / facts);
        long nanos = 0;
        UsageFact[] batch = new UsageFact[BATCH];
        for (long done = 0; done < facts; done += BATCH) {
            for (int i = 0; i < BATCH; i++) {
                batch[i] = fact(random, clients, ModelWorld.BEGIN_MS + (done + i) * stepMs);
            }
            long start = threads.getCurrentThreadCpuTime();
            for (UsageFact fact : batch) {
                insight.observe(fact);
            }
            nanos += threads.getCurrentThreadCpuTime() - start;
            progress.accept(done + BATCH);
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
