package io.hapax.lab.traffic;

import io.hapax.tools.cli.Positive;
import java.util.stream.LongStream;
import picocli.CommandLine.Option;

/** Options that choose the runs of the traffic model. */
final class ModelOptions {
    @Option(names = "--from", defaultValue = "1000", description = "The first seed. Default: ${DEFAULT-VALUE}.")
    private long from;

    @Option(
            names = "--seeds",
            converter = Positive.class,
            defaultValue = "1",
            description = "How many seeds. Default: ${DEFAULT-VALUE}.")
    private int seeds;

    @Option(
            names = "--clients",
            converter = Positive.class,
            defaultValue = "1000",
            description = "Clients. Default: ${DEFAULT-VALUE}.")
    private int clients;

    @Option(
            names = "--days",
            converter = Positive.class,
            defaultValue = "14",
            description = "Simulated days. Default: ${DEFAULT-VALUE}.")
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
