package io.hapax.lab.traffic;

import static java.util.stream.Collectors.joining;

import io.hapax.app.settings.DurationText;
import io.hapax.tools.cli.Tally;
import io.hapax.tools.insight.AdvisorOptions;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command that compares a fixed retention with one that adapts, on modelled traffic. */
@Command(
        name = "retention",
        mixinStandardHelpOptions = true,
        description = {
            "Compares a fixed retention of 24 h with one that adapts, on the same seeded traffic.",
            "For developers.",
            "Exit code: 0 compared, 2 it could not be done."
        })
public final class RetentionCommand implements Callable<Integer> {
    @Mixin
    private final ModelOptions model = new ModelOptions();

    @Mixin
    private final AdvisorOptions advisor = new AdvisorOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        model.seeds().forEach(seed -> {
            RetentionComparison.Outcome fixed = RetentionComparison.run(seed, model.clients(), model.days(), null);
            print("seed " + seed + ", fixed 24 h", fixed, fixed, out);
            RetentionComparison.Outcome adaptive =
                    RetentionComparison.run(seed, model.clients(), model.days(), advisor.advisor());
            print("seed " + seed + ", adaptive", adaptive, fixed, out);
            out.println("  clients by ground: " + Tally.text(adaptive.grounds()) + "; by retention: "
                    + adaptive.retentions().entrySet().stream()
                            .map(each -> DurationText.of(each.getKey()) + " " + each.getValue())
                            .collect(joining(", ")));
            out.flush();
        });
        return 0;
    }

    private static void print(
            String name, RetentionComparison.Outcome outcome, RetentionComparison.Outcome fixed, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%-24s %,10d payments  %,10.0f kept (%5.1f %%)  %,5d honest refused (%.1e)  %,3d accepted again  %,5d keys of"
                        + " another payment  %,6d recalled (%,d per million), %,d of them known%n",
                name,
                outcome.payments(),
                outcome.kept(),
                100 * outcome.kept() / fixed.kept(),
                outcome.refusedHonest(),
                (double) outcome.refusedHonest() / outcome.payments(),
                outcome.acceptedAgain(),
                outcome.reusedForAnother(),
                outcome.recalled(),
                Math.round(1e6 * outcome.recalled() / outcome.payments()),
                outcome.recalledKnown());
    }
}
