package io.hapax.tools.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The check of options that a command needs and that its subcommands inherit.
 *
 * <p>These options are not {@code required} in picocli. Picocli would ask for inherited required options before it
 * reads {@link OptionDefaults}.
 */
public final class Needed {
    private Needed() {}

    /**
     * The value of an option.
     *
     * @throws MissingParameterException if neither the command line nor the file of defaults has given one
     */
    public static <T> T value(@Nullable T value, String option, CommandSpec spec) {
        if (value == null) {
            var missing = spec.findOption(option);
            throw new MissingParameterException(
                    spec.commandLine(),
                    missing,
                    "Missing required option: '" + option + "=" + missing.paramLabel() + "'");
        }
        return value;
    }
}
