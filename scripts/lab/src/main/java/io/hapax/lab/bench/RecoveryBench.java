package io.hapax.lab.bench;

import io.hapax.sandbox.AppProcess;
import io.hapax.topics.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The benchmark of recovery: the time for which new payments wait after the stream app is killed. The app remembers
 * a given number of payments. It is restarted at once on the same folder, or a standby takes over.
 */
final class RecoveryBench {
    private static final int PARTITIONS = 4;

    /** Kafka's default is 45 s: that much longer a standby waits in production, unless this is set there too. */
    private static final String SESSION_MS = "6000";

    private static final int RETRIES = 5_000;

    /** Marks of transactions count as records. */
    private static final int CAUGHT_UP_RECORDS = 1_000;

    private static final boolean[] ALONE = {false};
    private static final boolean[] BOTH = {false, true};

    private final Bench bench;
    private final List<Long> sizes;
    private final int repeats;

    RecoveryBench(Bench bench) {
        this.bench = bench;
        this.sizes = bench.settings().keys(List.of(50_000L), List.of(1_000_000L, 5_000_000L));
        this.repeats = bench.settings().quick() ? 1 : Math.min(bench.settings().repeats(), 3);
    }

    void run(Path folder) throws IOException, InterruptedException {
        bench.heading("recovery (seconds from kill -9 to the first decision on a new command, and until all partitions"
                + " decide)");
        bench.figure("recovery", "sessionTimeoutMs", SESSION_MS);
        try (BenchBroker broker = BenchBroker.start(folder.resolve("sandbox"), PARTITIONS)) {
            BenchApps apps = new BenchApps(
                    broker, folder.resolve("apps"), bench.settings().appOptions());
            for (long size : sizes) {
                for (boolean standby : bench.settings().quick() ? ALONE : BOTH) {
                    broker.empty(List.of(Topic.values()));
                    String application = "recovery-" + size + (standby ? "-standby" : "");
                    try (Instances instances = new Instances(apps, application, size, standby)) {
                        measure(instances, size, standby);
                    }
                }
            }
        }
    }

    private void measure(Instances instances, long size, boolean standby) throws InterruptedException {
        List<Double> first = new ArrayList<>();
        List<Double> all = new ArrayList<>();
        for (int i = 0; i < repeats; i++) {
            DecisionProbe.Recovered recovered = instances.killAndAwait(i);
            first.add(recovered.first());
            all.add(recovered.all());
        }
        String variant = standby ? "withStandby" : "alone";
        bench.figure(
                "recovery",
                size + "." + variant,
                Map.of("secondsToFirstDecision", first, "secondsToAllPartitions", all));
        bench.line(String.format(
                "%,14d keys, %-12s %7.1f first %7.1f all partitions",
                size, variant, Bench.median(first), Bench.median(all)));
        if (size == sizes.getLast()) {
            String suffix = standby ? ".withStandby" : "";
            bench.result("recovery.secondsToFirstDecision" + suffix, Bench.median(first));
            bench.result("recovery.secondsToAllPartitions" + suffix, Bench.median(all));
        }
    }

    /** An instance of the app, and the file with the figures of its stores. */
    private record Instance(AppProcess process, StoreFile store) {
        static Instance of(BenchApps apps, String application, String name, boolean standby, long seed) {
            StoreFile store = new StoreFile(apps.folder(name).resolve("figures.json"));
            Map<String, String> settings = new HashMap<>();
            settings.put("application.id", application);
            settings.put("standby.replicas", standby ? "1" : "0");
            settings.put("kafka.consumer.session.timeout.ms", SESSION_MS);
            settings.put(MeasuredStreamApp.FIGURES, store.file().toString());
            settings.put(MeasuredStreamApp.SEED, String.valueOf(seed));
            return new Instance(apps.stream(name, MeasuredStreamApp.class, settings), store);
        }

        /** True if the standby holds about that many keys. Both figures are approximate. */
        boolean hasCaughtUp(long keys) {
            return store.figure(StoreFile.KEYS).orElse(0) > 0.95 * keys
                    && store.figure(StoreFile.LAG).orElse(Double.MAX_VALUE) < CAUGHT_UP_RECORDS;
        }
    }

    /** One instance that remembers payments, or two of which the second is a standby. */
    private final class Instances implements AutoCloseable {
        private final BenchBroker broker;
        private final SettledPayments payments;
        private final Instance active;
        private final Instance second;
        private final boolean standby;

        Instances(BenchApps apps, String application, long size, boolean standby) throws InterruptedException {
            this.broker = apps.broker();
            this.standby = standby;
            long seed = bench.settings().seed();
            this.payments = new SettledPayments(broker, application, seed);
            this.active = Instance.of(apps, application, application + "-a", standby, seed);
            this.second = Instance.of(apps, application, application + "-b", standby, seed);
            active.process().start();
            payments.fill(active.process(), size, false);
        }

        /** Kills the instance that has decided so far. */
        DecisionProbe.Recovered killAndAwait(int round) throws InterruptedException {
            boolean secondDies = standby && round % 2 == 1;
            Instance victim = secondDies ? second : active;
            Instance survivor = standby && !secondDies ? second : active;
            if (standby) {
                survivor.process().start();
                new BenchProgress(() -> survivor.hasCaughtUp(payments.count()) ? 1 : 0, List.of(survivor.process()))
                        .await(1);
            }
            NumberedCommands others = new NumberedCommands(bench.settings().seed() + 1 + round, Instant.now());
            DecisionProbe.Recovered recovered;
            try (DecisionProbe probe = new DecisionProbe(broker, others)) {
                // Warm, and seen to decide on all partitions.
                probe.await(System.nanoTime());
                long killedNanos = System.nanoTime();
                victim.process().kill();
                if (!standby) {
                    victim.process().start();
                }
                recovered = probe.await(killedNanos);
            }
            payments.retry(survivor.process(), RETRIES);
            return recovered;
        }

        @Override
        public void close() {
            active.process().stop();
            second.process().stop();
            payments.close();
        }
    }
}
