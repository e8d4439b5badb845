package io.hapax.lab.bench;

import io.hapax.app.settings.DurationText;
import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The benchmark of the deduplication stage while its memory grows. It measures the rates of new commands and of
 * retries with a given number of remembered payments. It also measures the time of a look-up, and the space of a
 * payment on disk and in memory.
 */
final class GrowthBench {
    private static final int PARTITIONS = 4;
    private static final String APPLICATION = "growth";

    private static final int MEMORY_MB = 256;
    private static final double MIB = 1024 * 1024;

    /**
     * Session timeout in milliseconds. It is longer than any stop of the app, and short enough to wait for at a
     * restart.
     */
    private static final String SESSION_MS = "30000";

    /** The last of these is told: by then the JVM is warm. */
    private static final int LOOK_UPS = 5;

    /** The shortest retention, which is also the width of the buckets that are dropped whole. */
    private static final Duration BUCKET = Duration.ofMinutes(5);

    private static final String ROLLING = "rolling";

    /** Commits after a bucket has begun, in which the oldest is dropped. */
    private static final Duration ROLL_OVER = Duration.ofSeconds(5);

    private final Bench bench;
    private final List<Long> sizes;
    private final int chunk;

    GrowthBench(Bench bench) {
        this.bench = bench;
        this.sizes = bench.settings().keys(List.of(50_000L, 150_000L), List.of(1_000_000L, 5_000_000L, 20_000_000L));
        this.chunk = bench.settings().quick() ? 50_000 : 300_000;
    }

    void run(Path folder) throws IOException, InterruptedException {
        bench.heading("growth (at so many remembered payments)");
        try (BenchBroker broker = BenchBroker.start(folder.resolve("sandbox"), PARTITIONS);
                SettledPayments payments = new SettledPayments(
                        broker, APPLICATION, bench.settings().seed())) {
            BenchApps apps = new BenchApps(
                    broker, folder.resolve("apps"), bench.settings().appOptions());
            List<Measured> measured = new ArrayList<>();
            for (long size : sizes) {
                measured.add(measure(apps, payments, size));
            }
            Measured least = measured.getFirst();
            Measured most = measured.getLast();
            bench.result("growth.throughputAtMaxKeys", most.newPerSecond() / least.newPerSecond());
            bench.result("growth.diskBytesPerKey", most.diskBytes() / most.keys());
            bench.result("growth.filterBytesPerKey", most.filterBytes() / most.keys());
            bench.result("growth.memoryOfBound", most.memoryBytes() / MIB / MEMORY_MB);
            bench.result("growth.lookUpNanosAtMaxKeys", most.knownMeanNanos());
        }
    }

    /**
     * Decides and settles without a pause until a bucket that is full has been dropped, which the first settlement of
     * a bucket does. Compares the slowest chunk around the begin of a bucket with the median of all.
     */
    void rollOver(Path folder) throws InterruptedException {
        bench.heading("roll-over of buckets (payments/s)");
        if (bench.settings().quick()) {
            bench.line("left out, it takes two buckets of " + BUCKET.toMinutes() + " minutes");
            return;
        }
        try (BenchBroker broker = BenchBroker.start(folder.resolve("sandbox"), PARTITIONS)) {
            rollOver(new BenchApps(
                    broker, folder.resolve("apps"), bench.settings().appOptions()));
        }
    }

    private void rollOver(BenchApps apps) throws InterruptedException {
        AppProcess app = apps.stream(ROLLING, Map.of("retention", DurationText.of(BUCKET)));
        app.start();
        List<Double> all = new ArrayList<>();
        List<Double> rolling = new ArrayList<>();
        try (SettledPayments payments =
                new SettledPayments(apps.broker(), ROLLING, bench.settings().seed())) {
            payments.fill(app, chunk, true);
            long last = bucketOf(System.currentTimeMillis()) + 2;
            while (bucketOf(System.currentTimeMillis() - ROLL_OVER.toMillis()) < last) {
                long before = bucketOf(System.currentTimeMillis() - ROLL_OVER.toMillis());
                double rate = payments.add(app, chunk, true).settled();
                all.add(rate);
                if (bucketOf(System.currentTimeMillis()) > before) {
                    rolling.add(rate);
                }
            }
        } finally {
            app.stop();
        }
        bench.figure("rollover", "ratesOfAllChunks", all);
        bench.figure("rollover", "ratesAroundBeginsOfBuckets", rolling);
        bench.result(
                "rollover.slowestOfMedian",
                rolling.stream().min(Double::compare).orElseThrow() / Bench.median(all));
    }

    private static long bucketOf(long epochMs) {
        return epochMs / BUCKET.toMillis();
    }

    /** The results with one number of remembered keys. */
    private record Measured(
            double keys,
            List<SettledPayments.Rates> rates,
            double retriesPerSecond,
            double knownMeanNanos,
            double knownP99Nanos,
            double unknownMeanNanos,
            double diskBytes,
            double filterBytes,
            double memoryBytes) {

        double newPerSecond() {
            return Bench.median(decided());
        }

        double settledPerSecond() {
            return Bench.median(settled());
        }

        private List<Double> decided() {
            return rates.stream().map(SettledPayments.Rates::decided).toList();
        }

        private List<Double> settled() {
            return rates.stream().map(SettledPayments.Rates::settled).toList();
        }

        Map<String, Object> figures() {
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("keys", keys);
            figures.put("newPerSecond", newPerSecond());
            figures.put("newPerSecondByRound", decided());
            figures.put("settledPerSecond", settledPerSecond());
            figures.put("settledPerSecondByRound", settled());
            figures.put("retriesPerSecond", retriesPerSecond);
            figures.put("knownMeanNanos", knownMeanNanos);
            figures.put("knownP99Nanos", knownP99Nanos);
            figures.put("unknownMeanNanos", unknownMeanNanos);
            figures.put("diskBytesPerKey", diskBytes / keys);
            figures.put("filterBytesPerKey", filterBytes / keys);
            figures.put("memoryBytes", memoryBytes);
            return figures;
        }
    }

    /**
     * Measures an app in a process of its own. The process ends in order, so that its memory is whole on the disk.
     */
    private Measured measure(BenchApps apps, SettledPayments payments, long size)
            throws IOException, InterruptedException {
        StoreFile store = new StoreFile(apps.folder(APPLICATION).resolve("figures.json"));
        AppProcess app = apps.stream(
                APPLICATION,
                MeasuredStreamApp.class,
                Map.of(
                        "kafka.consumer.session.timeout.ms",
                        SESSION_MS,
                        "store.memory.mb",
                        String.valueOf(MEMORY_MB),
                        MeasuredStreamApp.FIGURES,
                        store.file().toString(),
                        MeasuredStreamApp.SEED,
                        String.valueOf(bench.settings().seed())));
        store.clear();
        app.start();
        List<SettledPayments.Rates> rates = new ArrayList<>();
        double retriesPerSecond;
        try {
            payments.fill(app, size, true);
            for (int i = 0; i < bench.settings().repeats(); i++) {
                rates.add(payments.add(app, chunk, true));
            }
            retriesPerSecond = payments.retry(app, chunk);
            store.askForLookUps(payments.count());
            new BenchProgress(() -> (long) store.figure(StoreFile.LOOK_UPS).orElse(0), List.of(app)).await(LOOK_UPS);
        } finally {
            app.stop();
        }
        Measured measured = new Measured(
                payments.count(),
                List.copyOf(rates),
                retriesPerSecond,
                store.figure(StoreFile.KNOWN_MEAN_NANOS).orElseThrow(),
                store.figure(StoreFile.KNOWN_P99_NANOS).orElseThrow(),
                store.figure(StoreFile.UNKNOWN_MEAN_NANOS).orElseThrow(),
                Folders.bytes(apps.stateFolder(APPLICATION)),
                store.figure(StoreFile.FILTER_BYTES).orElseThrow(),
                store.figure(StoreFile.MEMORY_BYTES).orElseThrow());
        bench.figure("growth", String.valueOf(size), measured.figures());
        bench.line(String.format(
                "%,14.0f keys: %,9.0f new/s %,9.0f settled/s %,9.0f retries/s; look-up %,6.0f ns known, %,6.0f"
                        + " unknown; per key %5.1f bytes on disk, %4.2f of filters; RocksDB's memory %,.0f MiB",
                measured.keys(),
                measured.newPerSecond(),
                measured.settledPerSecond(),
                measured.retriesPerSecond(),
                measured.knownMeanNanos(),
                measured.unknownMeanNanos(),
                measured.diskBytes() / measured.keys(),
                measured.filterBytes() / measured.keys(),
                measured.memoryBytes() / MIB));
        return measured;
    }
}
