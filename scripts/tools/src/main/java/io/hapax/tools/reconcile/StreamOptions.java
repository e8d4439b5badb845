package io.hapax.tools.reconcile;

import picocli.CommandLine.Option;

/** The stream app. */
final class StreamOptions {
    @Option(
            names = "--stream-group",
            defaultValue = "hapax-stream",
            paramLabel = "GROUP",
            description = "Application id of the stream app. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String group;

    String group() {
        return group;
    }
}
