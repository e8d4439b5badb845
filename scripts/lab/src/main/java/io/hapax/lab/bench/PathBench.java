package io.hapax.lab.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The benchmark of the whole path: both apps as processes beside broker, registry and database. First it measures
 * the payments settled per second when all commands are written, and each stage alone on the same commands. An app
 * that takes no part is stopped ({@code SIGSTOP}). Then it measures the time of a payment when commands come at a
 * part of that rate.
 */
final class PathBench {
    private static final String AGAINST = "against";
    private static final List<Integer> LOAD_PERCENT = List.of(20, 50, 80);

    private final Bench bench;

    PathBench(Bench bench) {
        this.bench = bench;
    }

    void run(Path folder) throws IOException, SQLException, InterruptedException {
        @Nullable Path against = bench.settings().against();
        try (Journey own = Journey.start(bench, folder.resolve("own"));
                Journey other = against == null ? null : Journey.of(bench, folder.resolve("against"), against)) {
            own.warmUp();
            if (other != null) {
                other.warmUp();
                other.standStill();
            }
            double rate = throughput(own, other);
            latencies(own, rate);
            own.refuseIfLost();
            if (other != null) {
                other.refuseIfLost();
            }
        }
    }

    private double throughput(Journey journey, @Nullable Journey other) {
        Bench.Rounds rounds = bench.rounds("path", "payments/s");
        bench.figure("path", "commands", journey.payments());
        rounds.variant("decideAlone", journey::decideAlone);
        rounds.variant("postAlone", journey::postAlone);
        rounds.variant("settleAlone", journey::settleAlone);
        rounds.variant("path", journey::all);
        if (other != null) {
            rounds.variant(AGAINST, () -> other.whileAnotherStandsStill(journey, other::all));
        }
        rounds.run(!bench.settings().quick());
        journey.tellProcessorTime("path", "path.processorMicros.");
        if (other != null) {
            other.tellProcessorTime("path", "path.processorMicros.against.");
            bench.ratio("path.vsAgainst", rounds, "path", AGAINST);
        }
        String slower = Stream.of("decideAlone", "postAlone", "settleAlone")
                .min(Comparator.comparingDouble(rounds::median))
                .orElseThrow();
        bench.ratio("path.vsSlowerStage", rounds, "path", slower);
        return rounds.median("path");
    }

    private void latencies(Journey journey, double rate) throws InterruptedException {
        bench.heading("path.latency (ms from the time a command was due to its settlement)");
        for (int percent : LOAD_PERCENT) {
            double load = rate * percent / 100;
            Latencies latencies = journey.latencies(load);
            bench.figure("path.latency", percent + "%", latencies.figures(load));
            bench.result("path.p50Ms.at" + percent, latencies.ms(50));
            bench.result("path.p99Ms.at" + percent, latencies.ms(99));
            bench.result("path.p99.9Ms.at" + percent, latencies.ms(99.9));
            bench.result("path.latestSendMs.at" + percent, latencies.latestSendMs());
        }
    }
}
