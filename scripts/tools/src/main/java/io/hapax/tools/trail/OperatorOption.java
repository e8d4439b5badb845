package io.hapax.tools.trail;

import io.hapax.tools.cli.PlainFailure;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says who makes a change. Nobody checks the name: the system's or database's user is beside it. */
public final class OperatorOption {
    @Option(
            names = "--as",
            paramLabel = "NAME",
            description = "Your name, for the record of who made the change. Default: your user name on this machine.")
    private @Nullable String as;

    public String name() {
        String name = as == null ? System.getProperty("user.name", "") : as;
        if (name.isBlank()) {
            throw new PlainFailure("--as: the record needs your name");
        }
        return name.strip();
    }
}
