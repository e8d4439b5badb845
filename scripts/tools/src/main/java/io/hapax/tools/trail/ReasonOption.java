package io.hapax.tools.trail;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says why a change is made. */
public final class ReasonOption {
    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "Reason of the change, for the record on operator-audit. Default: none.")
    private @Nullable String text;

    public @Nullable String text() {
        return text;
    }
}
