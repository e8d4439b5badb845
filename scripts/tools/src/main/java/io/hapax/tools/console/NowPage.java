package io.hapax.tools.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.hapax.tools.cli.Json;
import io.hapax.tools.cli.PlainReason;
import io.hapax.tools.console.View.Rows;
import io.hapax.tools.console.View.Table;
import io.hapax.tools.log.GroupProgress;
import io.hapax.topics.Topic;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/**
 * The page of what goes on now: how far each hop of the journey is behind, and whether each instance is ready.
 *
 * @param instances the addresses of admin ports, such as {@code http://host:8080}
 */
record NowPage(Parts parts, List<URI> instances, String streamGroup, String ledgerGroup, HttpClient http)
        implements Page {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

    @Override
    public View look(Map<String, String> asked) throws InterruptedException {
        List<Table> tables = new ArrayList<>();
        List<String> cannotSee = new ArrayList<>();
        tables.add(readiness());
        try {
            tables.addFirst(hops());
        } catch (RuntimeException e) {
            cannotSee.add("the backlog of each hop: " + PlainReason.of(e));
        }
        return new View(tables, cannotSee);
    }

    private Table hops() {
        Rows rows = new Rows("The journey", "hop", "topic", "group", "records that wait");
        try (Admin admin = Admin.create(parts.kafka());
                TopicEnd ends = new TopicEnd(parts.kafka())) {
            hop(rows, admin, ends, "command to decision", Topic.PAYMENT_COMMANDS, streamGroup);
            hop(rows, admin, ends, "rerouted command to decision", Topic.PAYMENT_COMMANDS_REROUTED, streamGroup);
            hop(rows, admin, ends, "ledger event to posting", Topic.LEDGER_EVENTS, ledgerGroup);
            hop(rows, admin, ends, "outcome to settlement", Topic.LEDGER_OUTCOMES, streamGroup);
        }
        return rows.table("");
    }

    private static void hop(Rows rows, Admin admin, TopicEnd topics, String name, Topic topic, String group) {
        Map<Integer, Long> committed = GroupProgress.committed(admin, group, topic);
        long[] behind = {0};
        boolean[] isPartlyUnknown = {false};
        topics.ends(topic).forEach((partition, end) -> {
            Long done = committed.get(partition.partition());
            isPartlyUnknown[0] |= done == null && end > 0;
            behind[0] += Math.max(0, end - (done == null ? 0 : done));
        });
        rows.add(
                name,
                topic.topicName(),
                group,
                behind[0] + (isPartlyUnknown[0] ? " (the group has not begun on every partition)" : ""));
    }

    private Table readiness() throws InterruptedException {
        Rows rows = new Rows("Instances", "admin port", "ready", "check", "says");
        for (URI instance : instances) {
            try {
                HttpResponse<byte[]> answer = http.send(
                        HttpRequest.newBuilder(instance.resolve("/health/ready"))
                                .timeout(ANSWER_WITHIN)
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
                add(rows, instance, answer);
            } catch (IOException e) {
                rows.add(instance, "no answer", "", PlainReason.of(e));
            }
        }
        return rows.table("none is named: start the console with --instance URL for each admin port");
    }

    private static void add(Rows rows, URI instance, HttpResponse<byte[]> answer) throws IOException {
        String ready = answer.statusCode() == 200 ? "ready" : "not ready";
        JsonNode checks = Json.read(answer.body(), JsonNode.class).path("checks");
        boolean isTold = false;
        for (JsonNode check : checks) {
            if (!check.path("status").asText().equals("UP")) {
                rows.add(
                        instance,
                        ready,
                        check.path("name").asText(),
                        check.path("detail").asText());
                isTold = true;
            }
        }
        if (!isTold) {
            rows.add(instance, ready, "", "");
        }
    }
}
