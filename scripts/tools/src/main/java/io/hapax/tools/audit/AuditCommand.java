package io.hapax.tools.audit;

import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.tools.cli.ClusterOptions;
import io.hapax.tools.cli.Count;
import io.hapax.tools.cli.Findings;
import io.hapax.tools.cli.LimitOption;
import io.hapax.tools.cli.OutputOptions;
import io.hapax.tools.cli.Progress;
import io.hapax.tools.cli.SkewOption;
import io.hapax.tools.cli.StreamOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command that decides all commands again and compares the decisions. See docs/reconciliation.md. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Decides every command of payment-commands again by the same rule, for operators.",
            "Compares the results with payment-decisions and ledger-events. Changes nothing; payments"
                    + " may continue.",
            "Exit code: 0 the decisions are the same, 1 they differ, 2 it could not tell."
        })
public final class AuditCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ClusterOptions cluster;

    @Option(
            names = "--retention",
            defaultValue = "24h",
            description = "Retention that the stream app's setting gives. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Duration retention;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private SkewOption skew;

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
    public Integer call() throws IOException {
        AuditReport report = new AuditReport(limit.limit());
        // No lease runs out in an audit.
        RetentionSchedule policy = new RetentionSchedule(retention, skew.allowedSkew(), Duration.ofHours(1));
        AuditReport.Summary summary;
        try (Progress progress = output.progress()) {
            new Audit(cluster.client(), cluster.format(), policy, stream.group(), report, progress).run();
            summary = report.summary(progress.heapMb());
        }
        output.print(summary, out -> print(out, summary));
        return summary.verdict().exitCode();
    }

    private static void print(PrintWriter out, AuditReport.Summary summary) {
        out.println("Heap in use after each quarter of the reading: " + summary.heapMb() + " MB");
        Count.print(out, summary.counted(), 52);
        Findings.print(
                out,
                "Explained only by the order in which topics were read",
                summary.interleavings(),
                summary.interleaved(),
                AuditCommand::line);
        Findings.print(out, "Differences", summary.kinds(), summary.differences(), AuditCommand::line);
        summary.verdict()
                .print(
                        out,
                        summary.unproved(),
                        "The same log gives the same decisions.",
                        "THE RULE DECIDES OTHERWISE.");
    }

    private static String line(AuditReport.Finding found) {
        return String.format(
                Locale.ROOT,
                "%-26s %s %d@%d: %s",
                found.kind(),
                found.topic(),
                found.partition(),
                found.offset(),
                found.reason());
    }
}
