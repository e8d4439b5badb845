package io.hapax.lab.traffic;

import io.hapax.tools.cli.Positive;
import java.util.stream.LongStream;
import picocli.CommandLine.Option;

/** Options that choose the runs of the traffic model. */
final class ModelOptions {
    @Option(names = "--from", defaultValue = "1000", description = "First seed. Default: ${DEFAULT-VALUE}.")
    private long from;

    @Option(
            names = "--seeds",
            converter = Positive.class,
            defaultValue = "1",
            description = "Number of seeds to run. Default: ${DEFAULT-VALUE}.")
    private int seeds;

    @Option(
            names = "--clients",
            converter = Positive.class,
            defaultValue = "1000",
            description = "Number of clients. Default: ${DEFAULT-VALUE}.")
    private int clients;

    @Option(
            names = "--days",
            converter = Positive.class,
            defaultValue = "14",
            description = "Number of simulated days. Default: ${DEFAULT-VALUE}.")
    private int days;

    LongStream seeds() {
        return LongStream.range(from, from + seeds);
    }

    int clients() {
        return clients;
    }

    int days() {
        return days;
    }
}
