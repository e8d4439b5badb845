package io.hapax.lab.simulation;

import picocli.CommandLine.Option;

/** The option {@code --bug}: a mistake that is planted, and must be found. */
final class BugOption {
    @Option(
            names = "--bug",
            defaultValue = "NONE",
            description =
                    "Mistake to plant, which must be found: ${COMPLETION-CANDIDATES}. Default:" + " ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private PlantedBug bug;

    PlantedBug bug() {
        return bug;
    }
}
