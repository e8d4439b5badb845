package io.hapax.tools.insight;

import io.hapax.app.settings.DurationText;
import io.hapax.insight.ClientUsage;
import io.hapax.insight.KeyInsight;
import io.hapax.insight.UsageFact.Kind;
import io.hapax.schemas.KeyUsageAlert;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.stream.alerting.SavedClients;
import io.hapax.tools.cli.ClusterOptions;
import io.hapax.tools.cli.KafkaOptions;
import io.hapax.tools.cli.Tally;
import io.hapax.tools.cli.Times;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command that shows how clients use their keys. */
@Command(
        name = "insight",
        mixinStandardHelpOptions = true,
        description = {
            "Shows how clients use their keys, and the incidents that the detectors of misuse found.",
            "For operators.",
            "Exit code: 0 shown, 2 it could not be done."
        })
public final class InsightCommand {
    private static final String NOTHING_SAVED = "no clients are known: nothing was saved by an insight app yet";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Command(
            name = "clients",
            mixinStandardHelpOptions = true,
            description = {
                "Shows each client's use of its keys today and yesterday (UTC), the busiest client first.",
                "Exit code: 0 shown, 2 it could not be done."
            })
    int clients(@Mixin KafkaOptions kafka, @Mixin TopOption top) throws IOException {
        KeyInsight insight = saved(kafka);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%-20s %9s %9s %9s %9s %9s %8s %8s %8s %8s %8s %7s %7s%n",
                "client",
                "commands",
                "keys",
                "replayed",
                "in flight",
                "conflicts",
                "expired",
                "caught",
                "invalid",
                "tries",
                "hits",
                "p50",
                "p99");
        Map<String, ClientUsage> all = new HashMap<>();
        insight.forEach(all::put);
        all.entrySet().stream()
                .sorted(Comparator.comparingInt((Map.Entry<String, ClientUsage> client) ->
                                client.getValue().commands())
                        .reversed()
                        .thenComparing(Map.Entry::getKey))
                .limit(top.clients())
                .forEach(client -> print(client.getKey(), client.getValue(), out));
        out.println(all.isEmpty() ? NOTHING_SAVED : all.size() + " clients are known");
        return 0;
    }

    /** The state that the insight apps have saved, of all clients together. */
    private static KeyInsight saved(KafkaOptions kafka) throws IOException {
        KeyInsight insight = new KeyInsight(Integer.MAX_VALUE, 1);
        SavedClients.read(kafka.client(), insight::restore);
        return insight;
    }

    private static void print(String clientId, ClientUsage usage, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%-20s %9d %9d %9d %9d %9d %8d %8d %8d %8.2f %7.1f%% %7s %7s%n",
                clientId,
                usage.commands(),
                usage.distinctKeys(),
                usage.count(Kind.REPLAYED),
                usage.count(Kind.IN_FLIGHT),
                usage.count(Kind.CONFLICT),
                usage.count(Kind.EXPIRED),
                usage.count(Kind.CAUGHT_BY_LEDGER),
                usage.count(Kind.INVALID),
                usage.attemptsPerKey(),
                100 * usage.hitRate(),
                shortly(usage.delays().quantile(0.5)),
                shortly(usage.delays().quantile(0.99)));
    }

    private static String shortly(Duration duration) {
        if (duration.compareTo(Duration.ofMinutes(2)) < 0) {
            return DurationText.of(duration.truncatedTo(ChronoUnit.SECONDS));
        }
        return DurationText.of(duration.truncatedTo(
                duration.compareTo(Duration.ofHours(2)) < 0 ? ChronoUnit.MINUTES : ChronoUnit.HOURS));
    }

    @Command(
            name = "alerts",
            mixinStandardHelpOptions = true,
            description = {
                "Lists every incident that was opened or closed, with its reason and evidence.",
                "Exit code: 0 listed, 2 it could not be done."
            })
    int alerts(@Mixin ClusterOptions cluster) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        WireReader<KeyUsageAlert> reader = new WireReader<>(cluster.format(), KeyUsageAlert.class);
        List<KeyUsageAlert> alerts = new ArrayList<>();
        AtomicLong unreadable = new AtomicLong();
        TopicTail.readWhole(cluster.client(), Topic.KEY_USAGE_ALERTS, bytes -> {
            switch (reader.read(bytes.topic(), bytes.value())) {
                case Decoded.Value<KeyUsageAlert>(var alert) -> alerts.add(alert);
                case Decoded.Unreadable<KeyUsageAlert>(var reason, var detail) -> {
                    unreadable.incrementAndGet();
                    out.println("unreadable alert at " + bytes.partition() + "@" + bytes.offset() + ": " + detail);
                }
            }
        });
        inOrder(alerts)
                .forEach(alert -> out.printf(
                        "%s %s %s %s %s %s: %s %s%n",
                        Times.text(alert.getAt()),
                        alert.getPhase(),
                        alert.getClientId(),
                        alert.getIncidentId(),
                        alert.getKind(),
                        alert.getCause(),
                        alert.getReason(),
                        Tally.values(new TreeMap<>(alert.getEvidence()))));
        if (alerts.isEmpty() && unreadable.get() == 0) {
            out.println("no incidents");
        }
        return 0;
    }

    /**
     * The alerts by the time of their facts, since they lie in several partitions. An alert that opens an incident
     * comes before one that closes it at the same time.
     */
    static List<KeyUsageAlert> inOrder(List<KeyUsageAlert> alerts) {
        return alerts.stream()
                .sorted(Comparator.comparing(KeyUsageAlert::getAt)
                        .thenComparing(alert -> String.valueOf(alert.getIncidentId()))
                        .thenComparing(KeyUsageAlert::getPhase))
                .toList();
    }

    @Command(
            name = "advice",
            mixinStandardHelpOptions = true,
            description = {
                "Shows the retention that fits each client's commands.",
                "The insight app must run with retention.adaptive=advise or on.",
                "Exit code: 0 shown, 2 it could not be done."
            })
    int advice(@Mixin KafkaOptions kafka, @Mixin TopOption top, @Mixin AdvisorOptions advisor) throws IOException {
        KeyInsight insight = saved(kafka);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%-20s %12s  %-13s %12s %12s %12s  %s%n",
                "client", "advised", "because", "later", "refused", "commands", "latest");
        var advice = advisor.advisor().advise(insight);
        advice.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .limit(top.clients())
                .forEach(client -> out.printf(
                        Locale.ROOT,
                        "%-20s %12s  %-13s %12.1e %12.1e %,12d  %s%n",
                        client.getKey(),
                        DurationText.of(client.getValue().retention()),
                        client.getValue().ground(),
                        client.getValue().later(),
                        client.getValue().refused(),
                        client.getValue().commands(),
                        DurationText.of(client.getValue().longest())));
        if (advice.isEmpty()) {
            out.println(NOTHING_SAVED);
        }
        return 0;
    }
}
