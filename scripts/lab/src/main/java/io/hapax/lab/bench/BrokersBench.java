package io.hapax.lab.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * The benchmark of what three brokers cost: the same apps on one broker, and on three that each have all records.
 * Both stand on the same machine, so the three share its processors. While one of them is measured, the apps of the
 * other stand still. Its brokers do not.
 */
final class BrokersBench {
    private static final int SEVERAL = 3;
    private static final double LOAD = 0.2;

    private final Bench bench;

    BrokersBench(Bench bench) {
        this.bench = bench;
    }

    void run(Path folder) throws IOException, SQLException, InterruptedException {
        try (Journey one = Journey.start(bench, folder.resolve("one"));
                Journey three = Journey.on(bench, folder.resolve("three"), SEVERAL)) {
            one.warmUp();
            three.warmUp();
            three.standStill();
            double rate = throughput(one, three);
            latency(one, "one", rate * LOAD);
            one.standStill();
            three.goOn();
            latency(three, "three", rate * LOAD);
            one.goOn();
            one.refuseIfLost();
            three.refuseIfLost();
        }
    }

    /** Returns the lower one of both rates of the whole path. */
    private double throughput(Journey one, Journey three) {
        Bench.Rounds rounds = bench.rounds("brokers", "payments/s");
        bench.figure("brokers", "commands", one.payments());
        rounds.variant("dedup.one", one::decideAlone);
        rounds.variant("dedup.three", () -> three.whileAnotherStandsStill(one, three::decideAlone));
        rounds.variant("path.one", one::all);
        rounds.variant("path.three", () -> three.whileAnotherStandsStill(one, three::all));
        rounds.run(!bench.settings().quick());
        bench.ratio("brokers.dedupThreeVsOne", rounds, "dedup.three", "dedup.one");
        bench.ratio("brokers.pathThreeVsOne", rounds, "path.three", "path.one");
        one.tellProcessorTime("brokers", "brokers.processorMicros.one.");
        three.tellProcessorTime("brokers", "brokers.processorMicros.three.");
        return Math.min(rounds.median("path.one"), rounds.median("path.three"));
    }

    /** Both get the same load, which is a part of what three brokers can do here. */
    private void latency(Journey journey, String name, double load) throws InterruptedException {
        bench.heading("brokers.latency, " + name + " (ms from the time a command was due to its settlement)");
        Latencies latencies = journey.latencies(load);
        bench.figure("brokers.latency", name, latencies.figures(load));
        bench.result("brokers.p50Ms." + name, latencies.ms(50));
        bench.result("brokers.p99Ms." + name, latencies.ms(99));
    }
}
