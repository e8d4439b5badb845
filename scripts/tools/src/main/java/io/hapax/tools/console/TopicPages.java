package io.hapax.tools.console;

import io.hapax.app.settings.DurationText;
import io.hapax.insight.ClientUsage;
import io.hapax.insight.KeyInsight;
import io.hapax.insight.UsageFact.Kind;
import io.hapax.schemas.ActionPhase;
import io.hapax.schemas.KeyUsageAlert;
import io.hapax.schemas.OperatorAction;
import io.hapax.schemas.RetentionPolicy;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.stream.alerting.PublishedRetention;
import io.hapax.stream.alerting.SavedClients;
import io.hapax.tools.cli.Tally;
import io.hapax.tools.cli.Times;
import io.hapax.tools.console.View.Rows;
import io.hapax.tools.trail.PastAction;
import io.hapax.topics.DeadLetter;
import io.hapax.topics.RecordHeaders;
import io.hapax.topics.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The pages that show the newest records of a topic, or all of a compacted one. */
record TopicPages(Parts parts) {
    /** Offsets of each partition that are looked at. */
    private static final int NEWEST = 200;

    private static final int MOST_CLIENTS = 200;

    View audit(Map<String, String> asked) throws InterruptedException {
        List<String> unreadable = new ArrayList<>();
        Rows rows = new Rows(
                "What operators did, the newest first",
                "time",
                "who",
                "through",
                "action",
                "on",
                "reason",
                "end",
                "what came of it");
        PastAction.of(newest(Topic.OPERATOR_AUDIT, OperatorAction.class, unreadable))
                .forEach(action -> rows.add(
                        Times.text(action.at()),
                        action.operator() + " (system user " + action.systemUser() + ")",
                        action.through(),
                        action.action(),
                        action.target(),
                        action.reason(),
                        action.end() == ActionPhase.TRIED
                                ? "no end is recorded"
                                : action.end().name().toLowerCase(Locale.ROOT),
                        action.result().isEmpty() ? action.asked() : action.result()));
        return new View(List.of(rows.table("no actions")), unreadable);
    }

    View incidents(Map<String, String> asked) throws InterruptedException {
        List<String> unreadable = new ArrayList<>();
        Rows rows = new Rows(
                "Incidents, the newest first", "time", "phase", "client", "kind", "likely cause", "why", "evidence");
        newest(Topic.KEY_USAGE_ALERTS, KeyUsageAlert.class, unreadable).stream()
                .sorted(Comparator.comparing(KeyUsageAlert::getAt)
                        .thenComparing(KeyUsageAlert::getPhase)
                        .reversed())
                .forEach(alert -> rows.add(
                        Times.text(alert.getAt()),
                        alert.getPhase().name().toLowerCase(Locale.ROOT),
                        alert.getClientId(),
                        alert.getKind(),
                        alert.getCause(),
                        alert.getReason(),
                        Tally.values(new TreeMap<>(alert.getEvidence()))));
        return new View(List.of(rows.table("no incidents")), unreadable);
    }

    View clients(Map<String, String> asked) throws Exception {
        KeyInsight insight = new KeyInsight(Integer.MAX_VALUE, 1);
        SavedClients.read(parts.kafka(), insight::restore);
        Map<String, ClientUsage> all = new HashMap<>();
        insight.forEach(all::put);
        Rows rows = new Rows(
                "How clients use their keys, today and yesterday (UTC)",
                "client",
                "commands",
                "keys",
                "replayed",
                "in flight",
                "conflicts",
                "expired",
                "invalid",
                "tries per key",
                "hits");
        all.entrySet().stream()
                .sorted(Comparator.comparingInt((Map.Entry<String, ClientUsage> client) ->
                                client.getValue().commands())
                        .reversed()
                        .thenComparing(Map.Entry::getKey))
                .limit(MOST_CLIENTS)
                .forEach(client -> add(rows, client.getKey(), client.getValue()));
        return View.of(rows.table("no client is known: the insight app has saved nothing yet"));
    }

    private static void add(Rows rows, String id, ClientUsage usage) {
        rows.add(
                id,
                usage.commands(),
                usage.distinctKeys(),
                usage.count(Kind.REPLAYED),
                usage.count(Kind.IN_FLIGHT),
                usage.count(Kind.CONFLICT),
                usage.count(Kind.EXPIRED),
                usage.count(Kind.INVALID),
                String.format(Locale.ROOT, "%.2f", usage.attemptsPerKey()),
                String.format(Locale.ROOT, "%.1f%%", 100 * usage.hitRate()));
    }

    View policies(Map<String, String> asked) throws InterruptedException {
        Rows rows = new Rows("Published retention policies", "scope", "retention", "recall", "published at", "by");
        Map<String, RetentionPolicy> published =
                PublishedRetention.read(parts.kafka(), parts.format()).byKey();
        published.forEach((scope, policy) -> rows.add(
                scope,
                DurationText.of(Duration.ofMillis(policy.getRetentionMs())),
                policy.getRecallMs() == 0 ? "" : DurationText.of(Duration.ofMillis(policy.getRecallMs())),
                Times.text(policy.getPublishedAt()),
                policy.getPublishedBy()));
        return View.of(rows.table("no policy is published: the settings of the stream app count"));
    }

    View deadLetters(Map<String, String> asked) {
        Rows rows = new Rows(
                "The newest dead letters", "place", "written at", "reason", "was at", "bytes", "what the decoder said");
        List<ConsumerRecord<byte[], byte[]>> found;
        try (TopicEnd end = new TopicEnd(parts.kafka())) {
            found = end.newest(Topic.DEAD_LETTERS, NEWEST);
        }
        found.stream()
                .sorted(Comparator.comparingLong((ConsumerRecord<byte[], byte[]> record) -> record.timestamp())
                        .reversed())
                .forEach(record -> {
                    DeadLetter letter = DeadLetter.read(record);
                    rows.add(
                            record.partition() + "@" + record.offset(),
                            Times.text(Instant.ofEpochMilli(record.timestamp())),
                            letter.header(RecordHeaders.REASON),
                            letter.placeAsWritten(),
                            record.value() == null ? 0 : record.value().length,
                            letter.header(RecordHeaders.DETAIL));
                });
        return View.of(rows.table("no dead letters"));
    }

    private <T extends SpecificRecord> List<T> newest(Topic topic, Class<T> type, List<String> unreadable)
            throws InterruptedException {
        WireReader<T> reader = new WireReader<>(parts.format(), type);
        List<T> values = new ArrayList<>();
        try (TopicEnd end = new TopicEnd(parts.kafka())) {
            for (ConsumerRecord<byte[], byte[]> found : end.newest(topic, NEWEST)) {
                switch (reader.read(found.topic(), found.value())) {
                    case Decoded.Value<T>(var value) -> values.add(value);
                    case Decoded.Unreadable<T>(var why, var detail) ->
                        unreadable.add("the record at " + found.topic() + " " + found.partition() + "@" + found.offset()
                                + ": " + why + ", " + detail);
                }
            }
        }
        return values;
    }
}
