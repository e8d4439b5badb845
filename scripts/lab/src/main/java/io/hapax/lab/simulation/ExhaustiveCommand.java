package io.hapax.lab.simulation;

import io.hapax.tools.cli.Positive;
import io.hapax.tools.cli.Refusal;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that looks at every state of a tiny world. Exit code 1 if one of them breaks a promise. */
@Command(
        name = "exhaustive",
        mixinStandardHelpOptions = true,
        description = {
            "Looks at every state that a tiny world can come to: every interleaving, every crash.",
            "Prints the steps to a broken promise, as few as can be.",
            "Exit code: 0 every promise was kept, 1 a promise was broken, 2 it could not be done."
        })
final class ExhaustiveCommand implements Callable<Integer> {
    @Option(
            names = "--clients",
            converter = Positive.class,
            defaultValue = "2",
            description = "Processes that send under the one key. Default: ${DEFAULT-VALUE}.")
    private int clients;

    @Option(
            names = "--retries",
            defaultValue = "2",
            description = "Retries of each of them. Default: ${DEFAULT-VALUE}.")
    private int retries;

    @Option(
            names = "--ticks",
            defaultValue = "2",
            description = "Steps of time. The lease is one, the retention two. Default: ${DEFAULT-VALUE}.")
    private int ticks;

    @Option(
            names = "--crashes",
            defaultValue = "1",
            description = "Crashes of stream app or ledger. Default: ${DEFAULT-VALUE}.")
    private int crashes;

    @Option(
            names = "--lost-reads",
            defaultValue = "2",
            description = "Records of a transaction, at most, whose output a crash loses and whose writes the store"
                    + " keeps. Default: ${DEFAULT-VALUE}.")
    private int lostReads;

    @Option(
            names = "--losses",
            defaultValue = "0",
            description = "Messages to and from the ledger that are lost, or read again. Default: ${DEFAULT-VALUE}.")
    private int losses;

    @Option(
            names = "--policies",
            split = ",",
            paramLabel = "CHANGE",
            description = "Changes of the retention, which may be published in this order: ${COMPLETION-CANDIDATES}."
                    + " Default: none.")
    private List<TinyPolicies.Choice> policies = List.of();

    @Option(
            names = "--partitions",
            converter = Positive.class,
            defaultValue = "1",
            description = "Partitions of each topic. Clients send to any. Default: ${DEFAULT-VALUE}.")
    private int partitions;

    @Option(
            names = "--cancellers",
            defaultValue = "0",
            description = "Processes that send cancels of the one key. Default: ${DEFAULT-VALUE}.")
    private int cancellers;

    @Option(
            names = "--wrong-clock",
            description = "With two partitions: the broker's clock is ahead that stamps the commands of the other one.")
    private boolean wrongClock;

    @Mixin
    private final BugOption planted = new BugOption();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        Refusal.when(wrongClock && partitions == 1, spec, "--wrong-clock needs --partitions 2 or more");
        Refusal.when(
                planted.bug().isOfRandomWorldsAlone(), spec, planted.bug() + " shows itself in random worlds alone");
        TinyWorldSize size = new TinyWorldSize(
                clients, retries, ticks, crashes, lostReads, losses, policies, partitions, cancellers, wrongClock);
        Exploration.Result result = Exploration.of(size, planted.bug());
        PrintWriter out = spec.commandLine().getOut();
        out.printf("states: %,d%n", result.states());
        out.printf("transitions: %,d%n", result.transitions());
        out.printf("steps to the farthest state: %,d%n", result.depth());
        result.answers().forEach((kind, count) -> out.printf("  %s: %,d%n", kind, count));
        result.violation()
                .ifPresentOrElse(violation -> print(violation, out), () -> out.println("every promise was kept"));
        return result.violation().isPresent() ? 1 : 0;
    }

    private static void print(Exploration.Violation violation, PrintWriter out) {
        out.println("BROKEN: " + violation.what());
        violation.steps().forEach(step -> out.println("  " + step));
    }
}
