package io.hapax.tools;

import io.hapax.topics.Topic;
import io.hapax.topics.TopicLayout;
import io.hapax.topics.TopicProblem;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Creates the topics of the journey, or holds those that are there against what the guarantee needs. */
@Command(
        name = "topics",
        mixinStandardHelpOptions = true,
        description =
                "Creates all topics, or verifies those that are there. Exit code: 0 sound, 1 a topic breaks the guarantee.")
final class TopicsCommand {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private KafkaOptions kafka;

    @Option(
            names = "--replication",
            converter = Positive.class,
            scope = ScopeType.INHERIT,
            defaultValue = "3",
            description =
                    "Replicas of every partition; below 3 a lost disk can lose accepted payments. Default: ${DEFAULT-VALUE}.")
    private int replication;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Creates the topics that are missing, then verifies all.")
    int create(
            @Option(
                            names = "--partitions",
                            converter = Positive.class,
                            required = true,
                            description =
                                    "Partitions of every topic. Choose for years: the place of every key depends on it.")
                    int partitions) {
        try (Admin admin = Admin.create(kafka.client())) {
            TopicLayout layout = new TopicLayout(partitions, replicas());
            layout.create(admin).forEach(topic -> spec.commandLine().getOut().println("created " + topic.topicName()));
            List<TopicProblem> problems = new ArrayList<>(layout.problems(admin, List.of(Topic.values())));
            int found = TopicLayout.partitionCount(admin, Topic.PAYMENT_COMMANDS);
            if (found != partitions) {
                problems.add(TopicProblem.otherCount(Topic.PAYMENT_COMMANDS, found, partitions));
            }
            return report(problems);
        }
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = "Names everything about the topics that breaks the guarantee, and how to mend it.")
    int verify() {
        try (Admin admin = Admin.create(kafka.client())) {
            return report(new TopicLayout(1, replicas()).problems(admin, List.of(Topic.values())));
        }
    }

    /** More than there can be brokers is refused by the cluster, whatever the number. */
    private short replicas() {
        return (short) Math.min(replication, Short.MAX_VALUE);
    }

    private int report(List<TopicProblem> problems) {
        var out = spec.commandLine().getOut();
        problems.forEach(out::println);
        if (problems.isEmpty()) {
            out.println("all topics are sound");
        }
        return problems.isEmpty() ? 0 : 1;
    }
}
