package io.hapax.tools;

import io.hapax.tools.bench.BenchCommand;
import io.hapax.tools.demo.DemoCommand;
import io.hapax.tools.demo.LatencyCommand;
import io.hapax.tools.reconcile.AuditCommand;
import io.hapax.tools.reconcile.ExplainCommand;
import io.hapax.tools.reconcile.RebuildCommand;
import io.hapax.tools.reconcile.ReconcileCommand;
import io.hapax.tools.reconcile.ReplayCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. Exit codes: 0 done, 1 a check failed or something differs, 2 it could not be done or was asked wrongly. */
@Command(
        name = "hapax",
        description = "Payments that happen once: tools.",
        mixinStandardHelpOptions = true,
        version = "Hapax 0.1.0",
        subcommands = {
            DemoCommand.class,
            SimulateCommand.class,
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
            LatencyCommand.class,
            BenchCommand.class,
            InsightCommand.class
        })
public final class Hapax {
    private Hapax() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    public static CommandLine commandLine() {
        return new CommandLine(new Hapax()).setExecutionExceptionHandler((failure, line, parsed) -> {
            if (Boolean.getBoolean("hapax.trace")) {
                failure.printStackTrace();
            }
            line.getErr().println(line.getColorScheme().errorText(PlainReason.of(failure)));
            return CommandLine.ExitCode.USAGE;
        });
    }
}
