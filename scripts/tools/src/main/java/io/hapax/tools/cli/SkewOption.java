package io.hapax.tools.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How far ahead of the broker's clock a client's may be, as the stream app has it. */
public final class SkewOption {
    @Option(
            names = "--allowed-skew",
            defaultValue = "1m",
            description = "The stream app's setting. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Duration allowedSkew;

    public Duration allowedSkew() {
        return allowedSkew;
    }
}
