package io.hapax.tools.rebuild;

import io.hapax.tools.books.FoundDifferences;
import io.hapax.tools.cli.ClusterOptions;
import io.hapax.tools.cli.DatabaseOptions;
import io.hapax.tools.cli.LedgerOptions;
import io.hapax.tools.cli.LimitOption;
import io.hapax.tools.cli.OutputOptions;
import io.hapax.tools.cli.PlainFailure;
import io.hapax.tools.cli.Progress;
import io.hapax.tools.cli.Tally;
import io.hapax.tools.cli.Verdict;
import io.hapax.tools.log.GroupProgress;
import io.hapax.topics.Topic;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command that builds a second ledger from the topics. See docs/reconciliation.md. */
@Command(
        name = "rebuild",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Posts all payments of ledger-events again into a schema beside the live one, and"
                    + " compares the two ledgers.",
            "For operators. The live tables are only read, except with --swap and --swap-back. A"
                    + " rebuild that was killed continues when it is started again.",
            "Exit code: 0 the ledgers are the same, 1 they differ, 2 it could not tell."
        })
public final class RebuildCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ClusterOptions cluster;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private DatabaseOptions database;

    @Option(
            names = "--schema",
            defaultValue = "hapax_rebuild",
            description = "Schema to build in. It is created if it does not exist. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String schema;

    @Option(names = "--start-over", description = "Deletes everything that an earlier rebuild has left in the schema.")
    private boolean startOver;

    @Option(
            names = "--swap",
            description = "Replaces the rows of the live ledger by the rebuilt ones, in one database transaction."
                    + " It does so only if the ledgers differ and nothing is unproved. The ledger consumers must"
                    + " be stopped, and the user must own the tables.")
    private boolean swap;

    @Option(
            names = "--swap-back",
            description = "Builds nothing. Restores the rows from before the swap, if nothing was posted since.")
    private boolean swapBack;

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
    public Integer call() throws SQLException {
        if (swap && swapBack) {
            throw new ParameterException(spec.commandLine(), "--swap and --swap-back exclude each other");
        }
        return swapBack ? putBack() : build();
    }

    private int build() throws SQLException {
        try (Connection connection = database.connect();
                Progress progress = output.progress()) {
            RebuiltLedger rebuilt = RebuiltLedger.open(connection, schema, startOver);
            Rebuild.Options options = new Rebuild.Options(ledger.group(), ledger.patience(), limit.limit());
            RebuildReport report = new Rebuild(cluster.client(), cluster.format(), rebuilt, options, progress).run();
            output.print(report, out -> print(out, report));
            return swap ? take(rebuilt, report) : report.verdict().exitCode();
        }
    }

    private int take(RebuiltLedger rebuilt, RebuildReport report) throws SQLException {
        if (report.verdict() == Verdict.AGREE) {
            say("Nothing is swapped: they are the same.");
            return 0;
        }
        if (!report.unproved().isEmpty() || report.later() > 0) {
            throw new PlainFailure(
                    "Nothing is swapped: not all could be told, or the live ledger has payments from beyond"
                            + " what was rebuilt. --start-over rebuilds it to the present end");
        }
        requireStopped(report.to());
        new LedgerSwap(rebuilt.connection(), rebuilt.live()).take(rebuilt.schema(), report.livePayments());
        say("Swapped: the ledger has the rebuilt rows. Those from before are in schema " + LedgerSwap.KEPT
                + "; until a ledger consumer posts again, --swap-back puts them back.");
        return 0;
    }

    private int putBack() throws SQLException {
        try (Connection connection = database.connect()) {
            requireStopped(Map.of());
            connection.setAutoCommit(false);
            new LedgerSwap(connection, RebuiltLedger.liveSchema(connection)).putBack();
        }
        say("The rows from before the swap are back.");
        return 0;
    }

    /** @param rebuilt up to where, by partition; what the group has read beyond would never be posted again */
    private void requireStopped(Map<Integer, Long> rebuilt) {
        try (Admin admin = Admin.create(cluster.client())) {
            if (GroupProgress.hasMembers(admin, ledger.group())) {
                throw new PlainFailure("Nothing is swapped: group " + ledger.group()
                        + " has members. Stop every ledger consumer, and wait until the group has lost them");
            }
            GroupProgress.committed(admin, ledger.group(), Topic.LEDGER_EVENTS).forEach((partition, offset) -> {
                if (!rebuilt.isEmpty() && offset > rebuilt.getOrDefault(partition, 0L)) {
                    throw new PlainFailure("Nothing is swapped: group " + ledger.group() + " has read ledger-events "
                            + partition + " to " + offset + ", beyond what was rebuilt. --start-over rebuilds it");
                }
            });
        }
    }

    private void say(String line) {
        spec.commandLine().getErr().println(line);
        spec.commandLine().getErr().flush();
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
        FoundDifferences.print(out, "Differences", report.kinds(), report.differences());
        report.following()
                .forEach(found -> out.printf("  follows: %s %s: %s%n", found.kind(), found.subject(), found.detail()));
        report.verdict()
                .print(
                        out,
                        report.unproved(),
                        "The rebuilt ledger and the live one are the same, up to these offsets.",
                        "THE REBUILT LEDGER AND THE LIVE ONE DIFFER.");
    }
}
