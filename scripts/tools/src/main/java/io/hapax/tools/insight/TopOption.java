package io.hapax.tools.insight;

import io.hapax.tools.cli.Positive;
import picocli.CommandLine.Option;

/** The option {@code --top}: the number of clients that a ranking shows. */
final class TopOption {
    @Option(
            names = "--top",
            converter = Positive.class,
            defaultValue = "20",
            description = "Number of clients to show. Default: ${DEFAULT-VALUE}.")
    private int clients;

    int clients() {
        return clients;
    }
}
