package io.hapax.tools.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/**
 * The option {@code --allowed-skew}: how far a client's clock may be ahead of the broker's. It must have the value
 * that the stream app has.
 */
public final class SkewOption {
    @Option(
            names = "--allowed-skew",
            defaultValue = "1m",
            description = "Largest allowed lead of a client's clock, as the stream app's setting gives it. Default:"
                    + " ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Duration allowedSkew;

    public Duration allowedSkew() {
        return allowedSkew;
    }
}
