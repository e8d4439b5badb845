package io.hapax.tools.reconcile;

import io.hapax.stream.decision.DecisionPolicy;
import io.hapax.tools.KafkaOptions;
import io.hapax.tools.RegistryOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
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
            defaultValue = "PT24H",
            description = "The stream app's setting, ISO 8601. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Duration retention;

    @Option(
            names = "--allowed-skew",
            defaultValue = "PT1M",
            description = "The stream app's setting, ISO 8601. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Duration allowedSkew;

    @Option(
            names = "--stream-group",
            defaultValue = "hapax-stream",
            paramLabel = "GROUP",
            description = "Application id of the stream app. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String streamGroup;

    @Option(
            names = "--limit",
            defaultValue = "20",
            description = "Differences of each kind to show; all are counted. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Option(names = "--json", description = "Prints the result as one JSON document, and no progress.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        AuditReport report = new AuditReport(limit);
        // No lease runs out in an audit.
        DecisionPolicy policy = new DecisionPolicy(retention, allowedSkew, Duration.ofHours(1));
        try (Progress progress = new Progress(!json)) {
            new Audit(kafka.client(), registry.format(), policy, streamGroup, report, progress).run();
        }
        AuditReport.Summary summary = report.summary();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(out, summary);
        } else {
            print(out, summary);
        }
        return summary.verdict().exitCode();
    }

    private static void print(PrintWriter out, AuditReport.Summary summary) {
        out.println("Counted:");
        summary.counted().forEach((name, count) -> out.printf("  %-52s %,14d%n", name, count));
        if (!summary.interleavings().isEmpty()) {
            out.println("Explained only by the order in which topics were read: " + summary.interleavings());
            print(out, summary.interleaved());
        }
        if (!summary.kinds().isEmpty()) {
            out.println("Differences: " + summary.kinds());
            print(out, summary.differences());
        }
        summary.unproved().forEach(reason -> out.println("Could not tell: " + reason));
        out.println(
                switch (summary.verdict()) {
                    case AGREE -> "The same log gives the same decisions.";
                    case DIFFER -> "THE RULE DECIDES OTHERWISE.";
                    case COULD_NOT_TELL -> "No difference found, but not all could be told.";
                });
        out.flush();
    }

    private static void print(PrintWriter out, List<AuditReport.Finding> findings) {
        findings.forEach(found -> out.printf(
                "  %-26s %s %d@%d: %s%n",
                found.kind(), found.topic(), found.partition(), found.offset(), found.reason()));
    }
}
