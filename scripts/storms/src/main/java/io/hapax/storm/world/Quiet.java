package io.hapax.storm.world;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** The state in which nothing is left to do: all instances are ready, and say that nothing waits for them. */
public final class Quiet {
    /** Of the metrics that count what waits. Each must be 0 on every instance that has it. */
    private static final List<String> WAITING =
            List.of("hapax_commands_undecided{", "hapax_pending_payments{", "hapax_ledger_lag_events");

    /** Beyond the interval in which the instances look at these themselves. */
    private static final Duration STEADY = Duration.ofSeconds(12);

    private static final Duration ASK_EVERY = Duration.ofSeconds(1);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

    private final StormWorld world;
    private final Watch watch;

    public Quiet(StormWorld world, Watch watch) {
        this.world = world;
        this.watch = watch;
    }

    /** Waits until it is quiet and stays so for some seconds; false if that does not come in time. */
    public boolean await(long sinceMs, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        boolean ready =
                watch.awaitReady(sinceMs, atMost).size() == world.instances().size();
        try (HttpClient http = HttpClient.newHttpClient()) {
            long quietSince = System.nanoTime();
            while (System.nanoTime() < deadline) {
                if (!isQuiet(http)) {
                    quietSince = System.nanoTime();
                } else if (System.nanoTime() - quietSince > STEADY.toNanos()) {
                    return ready;
                }
                Thread.sleep(ASK_EVERY);
            }
        }
        return false;
    }

    private boolean isQuiet(HttpClient http) throws InterruptedException {
        for (Instance instance : world.instances()) {
            if (!isQuiet(http, instance)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isQuiet(HttpClient http, Instance instance) throws InterruptedException {
        try {
            String metrics = http.send(
                            HttpRequest.newBuilder(URI.create(instance.adminUrl() + "/metrics"))
                                    .timeout(ANSWER_WITHIN)
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            return metrics.lines()
                    .filter(line -> WAITING.stream().anyMatch(line::startsWith))
                    .allMatch(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)) == 0);
        } catch (IOException noAnswer) {
            return false;
        }
    }
}
