package io.hapax.tools.cli;

import picocli.CommandLine.Option;

/** Options for the stream app. */
public final class StreamOptions {
    @Option(
            names = "--stream-group",
            defaultValue = "hapax-stream",
            paramLabel = "GROUP",
            description = "Application id of the stream app. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String group;

    public String group() {
        return group;
    }
}
