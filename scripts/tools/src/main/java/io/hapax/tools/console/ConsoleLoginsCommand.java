package io.hapax.tools.console;

import picocli.CommandLine.Command;

/** The commands that change the file of logins. See docs/console.md. */
@Command(
        name = "console-logins",
        mixinStandardHelpOptions = true,
        subcommands = {AddLoginCommand.class, RemoveLoginCommand.class},
        description = {
            "Adds and removes the logins of the operators' page.",
            "Exit code: 0 done, 1 there is no such login, 2 it could not be done."
        })
public final class ConsoleLoginsCommand {}
