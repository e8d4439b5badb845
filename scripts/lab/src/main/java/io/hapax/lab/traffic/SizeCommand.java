package io.hapax.lab.traffic;

import io.hapax.tools.cli.Positive;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that measures what the detectors cost. */
@Command(
        name = "size",
        mixinStandardHelpOptions = true,
        description = {
            "Measures heap and time of the detectors with many busy clients, for developers.",
            "Exit code: 0 measured, 2 it could not be done."
        })
public final class SizeCommand implements Callable<Integer> {
    @Option(
            names = "--clients",
            converter = Positive.class,
            defaultValue = "10000",
            description = "Number of clients. Default: ${DEFAULT-VALUE}.")
    private int clients;

    @Option(
            names = "--facts",
            converter = Positive.class,
            defaultValue = "50",
            description = "Number of facts of each client. Default: ${DEFAULT-VALUE}.")
    private int facts;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        long all = (long) clients * facts;
        InsightSize.Measured measured = InsightSize.measure(clients, facts, done -> {
            if (done * 10 / all > (done - InsightSize.BATCH) * 10 / all) {
                err.printf(Locale.ROOT, "%,d of %,d facts%n", done, all);
                err.flush();
            }
        });
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%,d clients, %,d facts: %,d bytes of heap per client (%,d MiB), %.0f ns of one core per fact%n",
                        measured.clients(),
                        measured.facts(),
                        measured.bytesPerClient(),
                        (measured.clients() * measured.bytesPerClient()) >> 20,
                        measured.nanosPerFact());
        return 0;
    }
}
