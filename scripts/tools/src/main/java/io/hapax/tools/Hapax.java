package io.hapax.tools;

import io.hapax.app.settings.DurationText;
import io.hapax.app.settings.InstantText;
import io.hapax.app.settings.ProductVersion;
import io.hapax.tools.accounts.AccountsCommand;
import io.hapax.tools.apikeys.ApiKeysCommand;
import io.hapax.tools.audit.AuditCommand;
import io.hapax.tools.cli.OptionDefaults;
import io.hapax.tools.cli.PlainFailure;
import io.hapax.tools.cli.PlainReason;
import io.hapax.tools.cli.Positive;
import io.hapax.tools.cli.Screen;
import io.hapax.tools.console.ConsoleCommand;
import io.hapax.tools.console.ConsoleLoginsCommand;
import io.hapax.tools.deadletters.DeadLettersCommand;
import io.hapax.tools.explain.ExplainCommand;
import io.hapax.tools.insight.InsightCommand;
import io.hapax.tools.operatoraudit.OperatorAuditCommand;
import io.hapax.tools.policies.PoliciesCommand;
import io.hapax.tools.rebuild.RebuildCommand;
import io.hapax.tools.reconcile.ReconcileCommand;
import io.hapax.tools.replay.ReplayCommand;
import io.hapax.tools.topics.TopicsCommand;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The main class of the tools: the command {@code hapax}, which lists all commands of operators. Exit codes: 0 done, 1
 * a check failed or something differs, 2 the command could not do its work, or its options were wrong.
 */
@Command(
        name = "hapax",
        description = {
            "The tools of operators for Hapax, the payments service that executes each payment once.",
            "Exit code: 0 done, 1 a difference was found, a check failed or the object does not"
                    + " exist, 2 it could not be done."
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            TopicsCommand.class,
            PoliciesCommand.class,
            DeadLettersCommand.class,
            AccountsCommand.class,
            ReconcileCommand.class,
            AuditCommand.class,
            ReplayCommand.class,
            RebuildCommand.class,
            ExplainCommand.class,
            ApiKeysCommand.class,
            InsightCommand.class,
            OperatorAuditCommand.class,
            ConsoleCommand.class,
            ConsoleLoginsCommand.class
        })
public final class Hapax {
    private static final String DEFAULTS = "HAPAX_TOOLS_CONFIG";

    private Hapax() {}

    public static void main(String[] args) {
        System.exit(run(args, line -> {}));
    }

    /** Runs the command line with more commands, and returns the exit code. */
    public static int run(String[] args, Consumer<CommandLine> more) {
        CommandLine hapax = commandLine(writer(System.out), writer(System.err), more);
        String file = System.getenv(DEFAULTS);
        return file == null ? hapax.execute(args) : run(hapax, Path.of(file), args);
    }

    /** @param file gives the options that are always the same */
    static int run(CommandLine hapax, Path file, String... args) {
        try {
            hapax.setDefaultValueProvider(OptionDefaults.read(file, hapax));
        } catch (PlainFailure e) {
            hapax.getErr().println(e.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
        return hapax.execute(args);
    }

    private static Writer writer(PrintStream stream) {
        return new OutputStreamWriter(stream, stream.charset());
    }

    /**
     * The command line, which prints to these through a {@link Screen} each.
     *
     * @param more adds commands
     */
    public static CommandLine commandLine(Writer out, Writer err, Consumer<CommandLine> more) {
        CommandLine hapax = new CommandLine(new Hapax());
        more.accept(hapax);
        tellVersion(hapax);
        return hapax.setOut(new Screen(out))
                .setErr(new Screen(err))
                // An argument that begins with @ is an argument: a key may.
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Duration.class, Hapax::duration)
                .registerConverter(Instant.class, Hapax::instant)
                .registerConverter(int.class, Positive::count)
                .registerConverter(Integer.class, Positive::count)
                .setParameterExceptionHandler((refused, args) -> refuse(refused))
                .setExecutionExceptionHandler((failure, line, parsed) -> fail(failure, line));
    }

    /** Gives each command the option {@code --version}, with the same text. */
    private static void tellVersion(CommandLine command) {
        command.getCommandSpec().version(ProductVersion.TEXT);
        command.getSubcommands().values().forEach(Hapax::tellVersion);
    }

    private static Duration duration(String text) {
        try {
            return DurationText.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }

    private static Instant instant(String text) {
        try {
            return InstantText.parse(text);
        } catch (DateTimeException e) {
            throw new TypeConversionException("\"" + text + "\" is no time: write it as 2026-01-31T00:00:00Z");
        }
    }

    private static int refuse(ParameterException refused) {
        CommandLine asked = asked(refused.getCommandLine());
        asked.getErr().println(refused.getMessage());
        UnmatchedArgumentException.printSuggestions(refused, asked.getErr());
        if (asked.getSubcommands().isEmpty()) {
            asked.getErr().println("See: " + asked.getCommandSpec().qualifiedName() + " --help");
        } else {
            asked.usage(asked.getErr());
        }
        return CommandLine.ExitCode.USAGE;
    }

    /**
     * The innermost command that was asked for: a subcommand that is a method has no other handle than its parent's.
     */
    private static CommandLine asked(CommandLine line) {
        var parsed = line.getParseResult();
        return parsed == null || parsed.subcommand() == null
                ? line
                : asked(parsed.subcommand().commandSpec().commandLine());
    }

    /** Prints a failure as a message on which a person can act. {@code -Dhapax.trace=true} prints the stack trace. */
    private static int fail(Exception failure, CommandLine line) {
        if (Boolean.getBoolean("hapax.trace")) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            trace.toString().lines().forEach(line.getErr()::println);
        }
        line.getErr().println(PlainReason.of(failure));
        return CommandLine.ExitCode.USAGE;
    }
}
