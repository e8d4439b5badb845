package io.hapax.tools.insight;

import io.hapax.tools.cli.Positive;
import picocli.CommandLine.Option;

/** How many clients of a ranking a command shows. */
final class TopOption {
    @Option(
            names = "--top",
            converter = Positive.class,
            defaultValue = "20",
            description = "How many clients. Default: ${DEFAULT-VALUE}.")
    private int clients;

    int clients() {
        return clients;
    }
}
