package io.hapax.tools.reconcile;

import static java.util.Objects.requireNonNull;

import io.hapax.tools.books.Counted;
import io.hapax.tools.books.FoundDifferences;
import io.hapax.tools.cli.ClusterOptions;
import io.hapax.tools.cli.Count;
import io.hapax.tools.cli.DatabaseOptions;
import io.hapax.tools.cli.LedgerOptions;
import io.hapax.tools.cli.LimitOption;
import io.hapax.tools.cli.Money;
import io.hapax.tools.cli.OutputOptions;
import io.hapax.tools.cli.Progress;
import io.hapax.tools.cli.StreamOptions;
import io.hapax.tools.cli.Tally;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command that proves that topics and balances agree, or names the differences. See docs/reconciliation.md. */
@Command(
        name = "reconcile",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Compares every payment, entry and balance of the ledger with ledger-events,"
                    + " ledger-outcomes and payment-decisions, for operators.",
            "Reads these topics from their start. Changes nothing; payments may continue.",
            "Exit code: 0 they agree, 1 they differ, 2 it could not tell."
        })
public final class ReconcileCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ClusterOptions cluster;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private DatabaseOptions database;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private LedgerOptions ledger;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private StreamOptions stream;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private LimitOption limit;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private OutputOptions output;

    @Override
    public Integer call() throws IOException, SQLException {
        ReconcileReport report;
        Reconciliation.Options options =
                new Reconciliation.Options(ledger.group(), stream.group(), ledger.patience(), limit.limit());
        try (Connection connection = database.connect();
                Progress progress = output.progress()) {
            report = new Reconciliation(cluster.client(), cluster.format(), connection, options, progress).run();
        }
        output.print(report, out -> print(out, report));
        return report.verdict().exitCode();
    }

    private static void print(PrintWriter out, ReconcileReport report) {
        out.println("Covered:");
        report.topics()
                .forEach(topic -> out.printf(
                        "  %-20s %s%n",
                        topic.topic(),
                        topic.isTrimmed()
                                ? "from " + Tally.places(topic.from()) + ": its start was deleted"
                                : "from its start"));
        out.printf(
                "  opening balances     as agreed in the ledger's accounts%n"
                        + "  read in %.1f s (%,.0f records/s), compared in %.1f s in one snapshot of the database%n",
                report.readSeconds(),
                requireNonNull(report.counted().get(Counted.RECORDS_READ)).count() / report.readSeconds(),
                report.compareSeconds());
        out.println("  heap in use after each quarter of the reading: " + report.heapMb() + " MB");
        Count.print(out, report.counted(), 32);
        report.currencies()
                .forEach(line -> out.printf(
                        "  %s: %,d accounts, balances sum to %s, drift from the log %s%n",
                        line.currency(),
                        line.accounts(),
                        Money.format(new BigDecimal(line.balancesMinor()), line.currency()),
                        Money.format(new BigDecimal(line.driftMinor()), line.currency())));
        FoundDifferences.print(out, "Differences", report.kinds(), report.differences());
        FoundDifferences.print(out, "What follows from them", report.followingKinds(), report.following());
        report.verdict().print(out, report.unproved(), "Topics and balances agree.", "TOPICS AND BALANCES DIFFER.");
    }
}
