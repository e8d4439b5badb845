package io.hapax.tools.reconcile;

import picocli.CommandLine.Option;

/** How much of what was found a command shows. */
final class LimitOption {
    @Option(
            names = "--limit",
            defaultValue = "20",
            description = "Differences of each kind to show; all are counted. Default: ${DEFAULT-VALUE}.")
    private int limit;

    int limit() {
        return limit;
    }
}
