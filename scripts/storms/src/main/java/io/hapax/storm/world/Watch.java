package io.hapax.storm.world;

import io.hapax.sandbox.Part;
import io.hapax.storm.history.LineWriter;
import io.hapax.storm.history.RunFolder;
import io.hapax.storm.history.Sample;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** The watch over a world. It asks each instance all the time whether it is ready, and keeps figures of processes. */
public final class Watch implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration FIGURES_EVERY = Duration.ofSeconds(5);

    /** An instance may notice only after a moment that something it needs has gone. */
    private static final long STEADY_MS = 3_000;

    private final StormWorld world;
    private final LineWriter<Sample> figures;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, Long> readySinceMs = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private Watch(StormWorld world, RunFolder folder) {
        this.world = world;
        this.figures = folder.figures();
    }

    public static Watch over(StormWorld world, RunFolder folder) {
        Watch watch = new Watch(world, folder);
        world.instances().forEach(instance -> watch.repeat(LOOK_EVERY, () -> watch.look(instance)));
        watch.repeat(FIGURES_EVERY, watch::sample);
        return watch;
    }

    /**
     * Waits until all instances are ready and stay so for some seconds. Returns since when each one is, at the earliest
     * the given time; who is not ready in time is missing.
     */
    public Map<String, Long> awaitReady(long sinceMs, Duration atMost) throws InterruptedException {
        long deadlineMs = System.currentTimeMillis() + atMost.toMillis();
        while (true) {
            long nowMs = System.currentTimeMillis();
            Map<String, Long> steady = new TreeMap<>();
            readySinceMs.forEach((name, readyMs) -> {
                if (nowMs - Math.max(readyMs, sinceMs) >= STEADY_MS) {
                    steady.put(name, Math.max(readyMs, sinceMs));
                }
            });
            if (steady.size() == world.instances().size() || nowMs >= deadlineMs) {
                return steady;
            }
            Thread.sleep(LOOK_EVERY);
        }
    }

    private void look(Instance instance) {
        long lookedMs = System.currentTimeMillis();
        if (instance.isReady(http)) {
            readySinceMs.putIfAbsent(instance.name(), lookedMs);
        } else {
            readySinceMs.remove(instance.name());
        }
    }

    private void sample() {
        for (Instance instance : world.instances()) {
            if (instance.process().isAlive()) {
                sample(instance.name(), instance.process().pid(), readySinceMs.containsKey(instance.name()));
            }
        }
        for (int node = 1; node <= world.sandbox().brokers(); node++) {
            if (world.sandbox().broker(node).isRunning()) {
                sample("broker-" + node, world.sandbox().broker(node).pid(), null);
            }
        }
        if (world.sandbox().isRunning(Part.REGISTRY)) {
            sample("registry", world.sandbox().pid(Part.REGISTRY), null);
        }
    }

    private void sample(String name, long pid, @Nullable Boolean ready) {
        ProcessFigures.of(pid)
                .ifPresent(found -> figures.append(new Sample(
                        System.currentTimeMillis(),
                        name,
                        pid,
                        found.residentBytes(),
                        found.threads(),
                        found.descriptors(),
                        ready,
                        null)));
    }

    private void repeat(Duration pause, Runnable action) {
        threads.execute(() -> {
            try {
                while (true) {
                    attempt(action);
                    Thread.sleep(pause);
                }
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** A process may end between two questions about it. */
    private static void attempt(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException gone) {
            // Asked again in a moment.
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
        http.close();
        figures.close();
    }
}
