package io.hapax.tools.reconcile;

import java.time.Duration;
import picocli.CommandLine.Option;

/** The live ledger, and how long a command waits for it. */
final class LedgerOptions {
    @Option(
            names = "--ledger-group",
            defaultValue = "hapax-ledger",
            paramLabel = "GROUP",
            description = "Consumer group of the ledger. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String group;

    @Option(
            names = "--wait",
            defaultValue = "60",
            paramLabel = "SECONDS",
            description =
                    "How long to wait for the apps to deal with what is in the topics. Default: ${DEFAULT-VALUE}.")
    private int waitSeconds;

    String group() {
        return group;
    }

    Duration patience() {
        return Duration.ofSeconds(waitSeconds);
    }
}
