package io.hapax.tools;

import static java.util.stream.Collectors.joining;

import io.hapax.schemas.KeyUsageAlert;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.settings.DurationText;
import io.hapax.stream.alerting.SavedClients;
import io.hapax.stream.decision.DecisionPolicy.Terms;
import io.hapax.stream.insight.Cause;
import io.hapax.stream.insight.ClientUsage;
import io.hapax.stream.insight.KeyInsight;
import io.hapax.stream.insight.UsageFact.Kind;
import io.hapax.tools.log.TopicScan;
import io.hapax.tools.traffic.IncidentPicture;
import io.hapax.tools.traffic.InsightEvaluation;
import io.hapax.tools.traffic.InsightSize;
import io.hapax.tools.traffic.RetentionComparison;
import io.hapax.topics.Topic;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How clients use their keys, and how well misuse of them is found. */
@Command(
        name = "insight",
        mixinStandardHelpOptions = true,
        description = "Shows how clients use their keys; evaluates the detectors of misuse on modelled traffic.")
final class InsightCommand {
    private static final String NOTHING_SAVED = "no clients are known: nothing was saved by an insight app yet";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Command(
            name = "evaluate",
            mixinStandardHelpOptions = true,
            description = {
                "Runs the detectors on seeded traffic with planted misuse.",
                "Exit code: 0 the bounds of docs/insight.md are kept, 1 they are not."
            })
    int evaluate(
            @Mixin ModelOptions model,
            @Option(
                            names = "--retention",
                            defaultValue = "24h",
                            description = "For all clients. Default: ${DEFAULT-VALUE}.")
                    Duration retention,
            @Option(
                            names = "--recall",
                            defaultValue = "0s",
                            description = "For all clients. Default: ${DEFAULT-VALUE}, none.")
                    Duration recall,
            @Option(names = "--notes", description = "Tells what was missed, late, misnamed or false.") boolean notes) {
        InsightEvaluation.Report all = new InsightEvaluation.Report();
        Terms terms = new Terms(retention, recall);
        model.seeds().forEach(seed -> all.add(InsightEvaluation.run(seed, model.clients(), model.days(), terms)));
        PrintWriter out = spec.commandLine().getOut();
        if (notes) {
            all.notes().forEach(out::println);
        }
        print(all, out);
        return all.isGoodEnough() ? 0 : 1;
    }

    @Command(
            name = "clients",
            mixinStandardHelpOptions = true,
            description = "How each client used its keys today and yesterday (UTC), the busiest first.")
    int clients(
            @Mixin KafkaOptions kafka,
            @Option(
                            names = "--top",
                            converter = Positive.class,
                            defaultValue = "20",
                            description = "How many clients. Default: ${DEFAULT-VALUE}.")
                    int top)
            throws IOException {
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
                .limit(top)
                .forEach(client -> print(client.getKey(), client.getValue(), out));
        out.println(all.isEmpty() ? NOTHING_SAVED : all.size() + " clients are known");
        return 0;
    }

    /** What insight apps have saved of all clients. */
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
            description = "Every incident that was opened or closed, with its reason and evidence.")
    int alerts(@Mixin KafkaOptions kafka, @Mixin RegistryOptions registry) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        WireReader<KeyUsageAlert> reader = new WireReader<>(registry.format(), KeyUsageAlert.class);
        List<KeyUsageAlert> alerts = new ArrayList<>();
        AtomicLong unreadable = new AtomicLong();
        new TopicScan(kafka.client()).read(Topic.KEY_USAGE_ALERTS, bytes -> {
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

    /** By the time of what was seen: they lie in as many partitions as there are. What is opened and closed at once is opened first. */
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
            description = "Which retention each client's commands speak for; the insight app must run with"
                    + " retention.adaptive=advise or on.")
    int advice(
            @Mixin KafkaOptions kafka,
            @Option(
                            names = "--top",
                            converter = Positive.class,
                            defaultValue = "20",
                            description = "How many clients. Default: ${DEFAULT-VALUE}.")
                    int top,
            @Mixin AdvisorOptions advisor)
            throws IOException {
        KeyInsight insight = saved(kafka);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%-20s %12s  %-13s %12s %12s %12s  %s%n",
                "client", "advised", "because", "later", "refused", "commands", "latest");
        var advice = advisor.advisor().advise(insight);
        advice.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .limit(top)
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

    @Command(
            name = "retention",
            mixinStandardHelpOptions = true,
            description =
                    "Runs the same seeded traffic under a fixed retention of 24 h and under one that adapts, and compares.")
    int retention(@Mixin ModelOptions model, @Mixin AdvisorOptions advisor) {
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

    @Command(
            name = "size",
            mixinStandardHelpOptions = true,
            description = "Measures heap and time of the detectors with many busy clients.")
    int size(
            @Option(
                            names = "--clients",
                            converter = Positive.class,
                            defaultValue = "10000",
                            description = "Clients. Default: ${DEFAULT-VALUE}.")
                    int clients,
            @Option(
                            names = "--facts",
                            converter = Positive.class,
                            defaultValue = "50",
                            description = "Facts of each. Default: ${DEFAULT-VALUE}.")
                    int facts) {
        PrintWriter err = spec.commandLine().getErr();
        long all = (long) clients * facts;
        InsightSize.Measured measured = InsightSize.measure(clients, facts, done -> {
            if (done * 10 / all > (done - InsightSize.BATCH) * 10 / all) {
                err.printf(Locale.ROOT, "%,d of %,d facts%n", done, all);
                err.flush();
            }
        });
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%,d clients, %,d facts: %,d bytes of heap per client (%,d MiB), %.0f ns of one core per fact%n",
                        measured.clients(),
                        measured.facts(),
                        measured.bytesPerClient(),
                        (measured.clients() * measured.bytesPerClient()) >> 20,
                        measured.nanosPerFact());
        return 0;
    }

    @Command(
            name = "draw",
            mixinStandardHelpOptions = true,
            description = "Draws the pictures of docs/insight.md from a run of the model.")
    int draw(
            @Option(names = "--to", required = true, paramLabel = "FOLDER", description = "Where to.") Path folder,
            @Option(names = "--seed", defaultValue = "1", description = "Of the model. Default: ${DEFAULT-VALUE}.")
                    long seed)
            throws IOException {
        Duration before = Duration.ofHours(1);
        Files.writeString(
                folder.resolve("replay-attack.svg"),
                IncidentPicture.draw(Cause.RECORDED_COMMANDS_FROM_ELSEWHERE, seed, before, Duration.ofHours(1)));
        Files.writeString(
                folder.resolve("retry-loop.svg"),
                IncidentPicture.draw(Cause.LOOP_WITH_FIXED_DELAY, seed, before, Duration.ofHours(4)));
        return 0;
    }

    private static void print(InsightEvaluation.Report all, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%-40s %8s %8s %8s %8s %8s %8s %8s %10s%n",
                "cause",
                "planted",
                "reached",
                "found",
                "cause ok",
                "late",
                "missed",
                "false",
                "slowest");
        for (Cause cause : Cause.values()) {
            InsightEvaluation.Row row = all.rows().get(cause);
            if (row != null) {
                print(cause.name(), row, out);
            }
        }
        print("all", all.total(), out);
        out.printf(
                Locale.ROOT,
                "%,d commands; found in time %.2f %%, cause right %.2f %%, false incidents per 1,000 clients and day"
                        + " %.3f%n",
                all.commands(),
                100 * all.foundShare(),
                100 * all.rightCauseShare(),
                all.falsePerThousandClientsAndDay());
    }

    private static void print(String name, InsightEvaluation.Row row, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%-40s %8d %8d %8d %8d %8d %8d %8d %10s%n",
                name,
                row.planted(),
                row.reached(),
                row.found(),
                row.rightCause(),
                row.late(),
                row.missed(),
                row.falseIncidents(),
                row.slowestMs() == Long.MIN_VALUE ? "-" : DurationText.of(Duration.ofMillis(row.slowestMs())));
    }
}
