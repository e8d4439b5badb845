package io.hapax.lab.simulation;

import io.hapax.tools.cli.Positive;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that runs seeds of the simulation. Exit code 1 if one of them breaks a promise. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        subcommands = ExhaustiveCommand.class,
        description = {
            "Runs the seeded simulation of clients, deduplication and ledger, for developers.",
            "Prints the seed and the step of a broken promise.",
            "Exit code: 0 every promise was kept, 1 a promise was broken, 2 it could not be done."
        })
public final class SimulateCommand implements Callable<Integer> {
    @Option(
            names = "--seeds",
            converter = Positive.class,
            defaultValue = "10000",
            description = "Number of seeds to run. Default: ${DEFAULT-VALUE}.")
    private int seeds;

    @Option(names = "--from", defaultValue = "0", description = "First seed. Default: ${DEFAULT-VALUE}.")
    private long from;

    @Mixin
    private final BugOption planted = new BugOption();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        Simulations.Summary summary = Simulations.run(from, seeds, planted.bug());
        var out = spec.commandLine().getOut();
        out.println("seeds run: " + summary.runs());
        summary.answers().forEach((kind, count) -> out.println("  " + kind + ": " + count));
        out.println(summary.broken().map(broken -> "BROKEN: " + broken).orElse("every promise was kept"));
        return summary.broken().isPresent() ? 1 : 0;
    }
}
