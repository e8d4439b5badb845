package io.hapax.lab.traffic;

import io.hapax.app.settings.DurationText;
import io.hapax.insight.Cause;
import io.hapax.stream.decision.RetentionSchedule.Terms;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that runs the detectors on modelled traffic; exit code 1 if they find too little or too much. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the detectors on seeded traffic with planted misuse, for developers.",
            "Exit code: 0 the bounds of docs/insight.md are kept, 1 they are not, 2 it could not be" + " done."
        })
public final class EvaluateCommand implements Callable<Integer> {
    @Mixin
    private final ModelOptions model = new ModelOptions();

    @Option(
            names = "--retention",
            defaultValue = "24h",
            description = "Retention of all clients. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Duration retention;

    @Option(
            names = "--recall",
            defaultValue = "0s",
            description = "Recall of all clients; 0s: none. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Duration recall;

    @Option(
            names = "--notes",
            description = "Prints each misuse that was missed, found late or named wrongly, and each false alarm.")
    private boolean notes;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        InsightEvaluation.Report all = new InsightEvaluation.Report();
        Terms terms = new Terms(retention, recall);
        model.seeds().forEach(seed -> all.add(InsightEvaluation.run(seed, model.clients(), model.days(), terms)));
        PrintWriter out = spec.commandLine().getOut();
        if (notes) {
            all.notes().forEach(out::println);
        }
        print(all, out);
        return all.isGoodEnough() ? 0 : 1;
    }

    private static void print(InsightEvaluation.Report all, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%-40s %8s %8s %8s %8s %8s %8s %8s %10s%n",
                "cause",
                "planted",
                "reached",
                "found",
                "cause ok",
                "late",
                "missed",
                "false",
                "slowest");
        for (Cause cause : Cause.values()) {
            InsightEvaluation.Row row = all.rows().get(cause);
            if (row != null) {
                print(cause.name(), row, out);
            }
        }
        print("all", all.total(), out);
        out.printf(
                Locale.ROOT,
                "%,d commands; found in time %.2f %%, cause right %.2f %%, false incidents per 1,000 clients and day"
                        + " %.3f%n",
                all.commands(),
                100 * all.foundShare(),
                100 * all.rightCauseShare(),
                all.falsePerThousandClientsAndDay());
    }

    private static void print(String name, InsightEvaluation.Row row, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%-40s %8d %8d %8d %8d %8d %8d %8d %10s%n",
                name,
                row.planted(),
                row.reached(),
                row.found(),
                row.rightCause(),
                row.late(),
                row.missed(),
                row.falseIncidents(),
                row.slowestMs() == Long.MIN_VALUE ? "-" : DurationText.of(Duration.ofMillis(row.slowestMs())));
    }
}
