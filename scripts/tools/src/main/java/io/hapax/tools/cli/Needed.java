package io.hapax.tools.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The check of options that a command can't do without and that its subcommands inherit.
 *
 * <p>They are not {@code required} for the command line library: it asks for those before it looks into
 * {@link OptionDefaults}, if they are inherited.
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
