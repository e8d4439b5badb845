package io.hapax.tools.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** Options for the live ledger, and for the time that a command waits for it. */
public final class LedgerOptions {
    @Option(
            names = "--ledger-group",
            defaultValue = "hapax-ledger",
            paramLabel = "GROUP",
            description = "Consumer group of the ledger. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String group;

    @Option(
            names = "--wait",
            defaultValue = "1m",
            paramLabel = "TIME",
            description = "Time to wait until the apps have processed the records in the topics. Default:"
                    + " ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Duration patience;

    public String group() {
        return group;
    }

    public Duration patience() {
        return patience;
    }
}
