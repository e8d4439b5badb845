package io.hapax.tools.explain;

import io.hapax.tools.cli.ClusterOptions;
import io.hapax.tools.cli.DatabaseOptions;
import io.hapax.tools.cli.OutputOptions;
import io.hapax.tools.cli.Times;
import io.hapax.tools.cli.Verdict;
import io.hapax.tools.history.TimelineEntry;
import io.hapax.topics.PaymentKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command that shows what happened under one idempotency key. See docs/reconciliation.md. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows the history of one idempotency key in order, for operators: commands, dead"
                    + " letters, ledger events, posting, outcomes and answers.",
            "Exit code: 0 shown, 1 nobody used the key, 2 it could not be done."
        })
public final class ExplainCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ClusterOptions cluster;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private DatabaseOptions database;

    @Parameters(paramLabel = "KEY", description = "Idempotency key.")
    @SuppressWarnings("NullAway.Init")
    private String key;

    @Option(
            names = "--client",
            paramLabel = "ID",
            description = "Client of the key. Needed if several clients have used the key.")
    private @Nullable String client;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private OutputOptions output;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, SQLException {
        List<TimelineEntry> moments;
        Set<String> unproved;
        try (Connection connection = database.connect()) {
            Timeline timeline = new Timeline(cluster.client(), cluster.format(), connection);
            moments = timeline.of(new PaymentKey(clientId(timeline), key));
            unproved = timeline.unproved();
        }
        output.print(moments, out -> print(out, moments));
        Verdict.tellUnproved(spec.commandLine().getErr(), unproved);
        if (!unproved.isEmpty()) {
            return 2;
        }
        return moments.isEmpty() ? 1 : 0;
    }

    private static void print(PrintWriter out, List<TimelineEntry> moments) {
        moments.forEach(moment -> out.printf(
                "%-24s  %-11s  %-36s  %s%n",
                Times.text(moment.time()),
                moment.stage().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                moment.place(),
                moment.what()));
        if (moments.isEmpty()) {
            out.println("no sign of this key was found");
        }
    }

    private String clientId(Timeline timeline) throws SQLException {
        if (client != null) {
            return client;
        }
        Set<String> clients = timeline.clients(key);
        if (clients.size() > 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "the key was used by the clients " + String.join(", ", clients) + ": choose one by --client");
        }
        return clients.isEmpty() ? "" : clients.iterator().next();
    }
}
