package io.hapax.tools.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The refusal of options that cannot be used, or not together. The command ends with exit code 2. */
public final class Refusal {
    private Refusal() {}

    /** Refuses if something is wrong. */
    public static void when(boolean wrong, CommandSpec command, String why) {
        if (wrong) {
            throw new ParameterException(command.commandLine(), why);
        }
    }
}
