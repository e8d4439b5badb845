package io.hapax.tools.accounts;

import io.hapax.tools.cli.PlainFailure;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says who makes a change. Nobody checks the name: the database user is recorded beside it. */
final class OperatorOption {
    @Option(
            names = "--as",
            paramLabel = "NAME",
            description = "Your name, for the record of who changed owners. Default: your user name on this machine.")
    private @Nullable String as;

    String name() {
        String name = as == null ? System.getProperty("user.name", "") : as;
        if (name.isBlank()) {
            throw new PlainFailure("--as: the record needs your name");
        }
        return name.strip();
    }
}
