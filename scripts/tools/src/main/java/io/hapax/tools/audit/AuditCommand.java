package io.hapax.tools.audit;

import io.hapax.stream.decision.DecisionPolicy;
import io.hapax.tools.cli.KafkaOptions;
import io.hapax.tools.cli.LimitOption;
import io.hapax.tools.cli.OutputOptions;
import io.hapax.tools.cli.Progress;
import io.hapax.tools.cli.RegistryOptions;
import io.hapax.tools.cli.StreamOptions;
import io.hapax.tools.cli.Tally;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Decides all commands again and compares. See docs/reconciliation.md. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Decides every command of payment-commands again, from the start, by the same rule, and compares with"
                    + " payment-decisions and ledger-events. Changes nothing; payments may keep flowing.",
            "Exit code: 0 the same, 1 they differ, 2 could not tell."
        })
public final class AuditCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private KafkaOptions kafka;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private RegistryOptions registry;

    @Option(
            names = "--retention",
            defaultValue = "24h",
            description = "The stream app's setting. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Duration retention;

    @Option(
            names = "--allowed-skew",
            defaultValue = "1m",
            description = "The stream app's setting. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Duration allowedSkew;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private StreamOptions stream;

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
    public Integer call() throws IOException {
        AuditReport report = new AuditReport(limit.limit());
        // No lease runs out in an audit.
        DecisionPolicy policy = new DecisionPolicy(retention, allowedSkew, Duration.ofHours(1));
        AuditReport.Summary summary;
        try (Progress progress = output.progress()) {
            new Audit(kafka.client(), registry.format(), policy, stream.group(), report, progress).run();
            summary = report.summary(progress.heapMb());
        }
        output.print(spec.commandLine().getOut(), summary, out -> print(out, summary));
        return summary.verdict().exitCode();
    }

    private static void print(PrintWriter out, AuditReport.Summary summary) {
        out.println("Heap in use after each quarter of the reading: " + summary.heapMb() + " MB");
        out.println("Counted:");
        summary.counted().values().forEach(each -> out.printf("  %-52s %,14d%n", each.what(), each.count()));
        if (!summary.interleavings().isEmpty()) {
            out.println(
                    "Explained only by the order in which topics were read: " + Tally.text(summary.interleavings()));
            print(out, summary.interleavings(), summary.interleaved());
        }
        if (!summary.kinds().isEmpty()) {
            out.println("Differences: " + Tally.text(summary.kinds()));
            print(out, summary.kinds(), summary.differences());
        }
        summary.unproved().forEach(reason -> out.println("Could not tell: " + reason));
        out.println(
                switch (summary.verdict()) {
                    case AGREE -> "The same log gives the same decisions.";
                    case DIFFER -> "THE RULE DECIDES OTHERWISE.";
                    case COULD_NOT_TELL -> "No difference found, but not all could be told.";
                });
    }

    private static void print(PrintWriter out, Map<?, Long> counted, List<AuditReport.Finding> findings) {
        findings.forEach(found -> out.printf(
                "  %-26s %s %d@%d: %s%n",
                found.kind(), found.topic(), found.partition(), found.offset(), found.reason()));
        LimitOption.tellOfMore(out, counted, findings.size());
    }
}
