package io.hapax.tools.reconcile;

import io.hapax.tools.DatabaseOptions;
import io.hapax.tools.KafkaOptions;
import io.hapax.tools.RegistryOptions;
import io.hapax.tools.Tally;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Builds a second ledger from the topics. See docs/reconciliation.md. */
@Command(
        name = "rebuild",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Posts all payments of ledger-events again into a schema beside the live one, and compares the two. The live tables are"
                    + " read, never written. Killed, it goes on where it stood when started again.",
            "Exit code: 0 they are the same, 1 they differ, 2 could not tell."
        })
public final class RebuildCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private KafkaOptions kafka;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private RegistryOptions registry;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private DatabaseOptions database;

    @Option(
            names = "--schema",
            defaultValue = "hapax_rebuild",
            description = "Where to build; made if it is not there. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String schema;

    @Option(names = "--start-over", description = "Throws away what an earlier rebuild has left in the schema.")
    private boolean startOver;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private LedgerOptions ledger;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private LimitOption limit;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private OutputOptions output;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, SQLException {
        RebuildReport report;
        try (Connection connection = database.connect();
                Progress progress = output.progress()) {
            ShadowLedger shadow = ShadowLedger.open(connection, schema, startOver);
            Rebuild.Options options = new Rebuild.Options(ledger.group(), ledger.patience(), limit.limit());
            report = new Rebuild(kafka.client(), registry.format(), shadow, options, progress).run();
        }
        output.print(spec.commandLine().getOut(), report, out -> print(out, report));
        return report.verdict().exitCode();
    }

    private static void print(PrintWriter out, RebuildReport report) {
        out.printf(
                "Rebuilt in schema %s: %,d payments, from ledger-events %s to %s%n",
                report.schema(), report.payments(), Tally.places(report.from()), Tally.places(report.to()));
        if (report.builtBefore()) {
            out.println(
                    "  built by an earlier run: no topic was read again, only the comparison is new. --start-over reads"
                            + " the topics from their start.");
        }
        out.printf(
                "  %,d payments of the live ledger lie before or beyond these offsets and are not compared%n",
                report.later());
        out.printf(
                "  %,d events read in this run, which took %.1f s (%,.0f events/s)%n",
                report.events(), report.seconds(), report.events() / report.seconds());
        out.printf(
                "  %,d payments have the outcome that was published, where the order of postings decides%n",
                report.takenAsPublished());
        ReconcileCommand.printDifferences(out, "Differences", report.kinds(), report.differences());
        report.following()
                .forEach(found -> out.printf("  follows: %s %s: %s%n", found.kind(), found.subject(), found.detail()));
        report.unproved().forEach(reason -> out.println("Could not tell: " + reason));
        out.println(
                switch (report.verdict()) {
                    case AGREE -> "The rebuilt ledger and the live one are the same, up to these offsets.";
                    case DIFFER -> "THE REBUILT LEDGER AND THE LIVE ONE DIFFER.";
                    case COULD_NOT_TELL -> "No difference found, but not all could be told.";
                });
    }
}
