package io.hapax.tools.operatoraudit;

import io.hapax.schemas.ActionPhase;
import io.hapax.schemas.OperatorAction;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.tools.cli.ClusterOptions;
import io.hapax.tools.cli.LinesOption;
import io.hapax.tools.cli.OutputOptions;
import io.hapax.tools.cli.Times;
import io.hapax.tools.trail.PastAction;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that shows what operators did and tried to do. See docs/operating.md. */
@Command(
        name = "operator-audit",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows what operators did and tried to do, the newest action first.",
            "Exit code: 0 shown, 1 records cannot be read, 2 it could not be done."
        })
public final class OperatorAuditCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ClusterOptions cluster;

    @Option(names = "--by", paramLabel = "NAME", description = "Shows only actions of this operator.")
    private @Nullable String by;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Shows only actions begun at this time or later, in ISO 8601 such as 2026-01-31T00:00:00Z.")
    private @Nullable Instant since;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private LinesOption lines;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private OutputOptions output;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<OperatorAction> records = new ArrayList<>();
        List<String> unreadable = new ArrayList<>();
        WireReader<OperatorAction> reader = new WireReader<>(cluster.format(), OperatorAction.class);
        TopicTail.readWhole(cluster.client(), Topic.OPERATOR_AUDIT, found -> {
            switch (reader.read(found.topic(), found.value())) {
                case Decoded.Value<OperatorAction>(var action) -> records.add(action);
                case Decoded.Unreadable<OperatorAction>(var why, var detail) ->
                    unreadable.add(found.partition() + "@" + found.offset() + ": " + why + ", " + detail);
            }
        });
        List<PastAction> wanted = PastAction.of(records).stream()
                .filter(action -> by == null || by.equals(action.operator()))
                .filter(action -> since == null || !action.at().isBefore(since))
                .toList();
        List<PastAction> shown = wanted.stream().limit(lines.lines()).toList();
        output.print(shown, out -> print(out, shown, wanted.size()));
        unreadable.forEach(each -> spec.commandLine().getErr().println("unreadable record at " + each));
        return unreadable.isEmpty() ? 0 : 1;
    }

    private static void print(PrintWriter out, List<PastAction> shown, int all) {
        shown.forEach(action -> out.printf(
                "%s  %-8s %-18s %s: %s%s%n",
                Times.text(action.at()),
                action.end() == ActionPhase.TRIED
                        ? "no end"
                        : action.end().name().toLowerCase(Locale.ROOT),
                action.action(),
                action.target(),
                what(action),
                " (" + who(action)
                        + (action.reason().isEmpty() ? ", no reason given)" : ": " + action.reason() + ")")));
        if (shown.isEmpty()) {
            out.println("no actions");
        } else if (all > shown.size()) {
            out.println((all - shown.size()) + " more: --lines");
        }
    }

    private static String what(PastAction action) {
        return action.result().isEmpty() ? action.asked() : action.result();
    }

    private static String who(PastAction action) {
        return action.operator() + " through " + action.through() + ", system user " + action.systemUser();
    }
}
