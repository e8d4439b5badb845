package io.hapax.tools.topics;

import io.hapax.tools.cli.KafkaOptions;
import io.hapax.tools.cli.Positive;
import io.hapax.tools.cli.Refusal;
import io.hapax.tools.cli.RegistryOptions;
import io.hapax.tools.cli.StreamOptions;
import io.hapax.topics.ClusterProblem;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicLayout;
import io.hapax.topics.TransactionVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command that creates the topics of the journey, or checks existing ones against the needs of the guarantee. */
@Command(
        name = "topics",
        mixinStandardHelpOptions = true,
        description = {
            "Creates all topics and the subjects of their schemas, or verifies existing ones.",
            "For operators.",
            "Exit code: 0 sound, 1 the cluster or a topic breaks the guarantee or a subject accepts wrong schemas, 2"
                    + " it could not be done."
        })
public final class TopicsCommand {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private KafkaOptions kafka;

    @Option(
            names = "--replication",
            converter = Positive.class,
            scope = ScopeType.INHERIT,
            defaultValue = "3",
            description = "Replicas of every partition. Below 3, the loss of one disk can lose accepted payments."
                    + " Default: ${DEFAULT-VALUE}.")
    private int replication;

    @Option(
            names = "--registry",
            scope = ScopeType.INHERIT,
            paramLabel = "URL",
            description = "URL of the schema registry's Confluent-compatible REST API. Its subjects are created or"
                    + " verified too.")
    private @Nullable String registry;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = {
                "Creates the missing topics, registers the schemas, then verifies all of them.",
                "Exit code: 0 sound, 1 the cluster or a topic breaks the guarantee or a subject accepts wrong schemas, 2"
                        + " it could not be done."
            })
    int create(
            @Option(
                            names = "--partitions",
                            converter = Positive.class,
                            required = true,
                            description =
                                    "Partitions of every topic. Choose a number for years: it decides the place of every key.")
                    int partitions) {
        try (Admin admin = Admin.create(kafka.client())) {
            TopicLayout layout = new TopicLayout(partitions, replicas());
            layout.create(admin).forEach(topic -> spec.commandLine().getOut().println("created " + topic.topicName()));
            List<ClusterProblem> problems = new ArrayList<>(layout.problems(admin, List.of(Topic.values())));
            int found = TopicLayout.partitionCount(admin, Topic.PAYMENT_COMMANDS);
            if (found != partitions) {
                problems.add(ClusterProblem.otherCount(Topic.PAYMENT_COMMANDS, found, partitions));
            }
            return report(admin, problems) | subjects(Subjects::prepare);
        }
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = {
                "Lists every fault of the cluster and its topics that breaks the guarantee, with its repair.",
                "Exit code: 0 sound, 1 the cluster or a topic breaks the guarantee or a subject accepts wrong schemas, 2"
                        + " it could not be done."
            })
    int verify() {
        try (Admin admin = Admin.create(kafka.client())) {
            return report(admin, new TopicLayout(1, replicas()).problems(admin, List.of(Topic.values())))
                    | subjects(Subjects::problems);
        }
    }

    @Command(
            name = "transactions",
            mixinStandardHelpOptions = true,
            description = {
                "Lists the transactions that are open, and says which of them nobody will end.",
                "Behind such a transaction nobody can read: see \"A transaction that nobody ends\" in"
                        + " docs/operating.md. One that its coordinator calls ongoing is never ended here.",
                "Exit code: 0 all will end by themselves, or were ended or would be ended, 1 some are hanging or"
                        + " overdue, or could not be ended, 2 it could not be done."
            })
    int transactions(
            @Mixin StreamOptions stream,
            @Option(
                            names = "--topic",
                            paramLabel = "TOPIC",
                            description = "Looks at this topic only. May be given several times. Default: all topics of"
                                    + " payments, and the changelogs of the stream app.")
                    @Nullable List<String> topics,
            @Option(
                            names = "--end",
                            description = "Ends those that hang. Their records on this partition count as never sent."
                                    + " Without --execute, the command only says which it would end.")
                    boolean end,
            @Option(names = "--execute", description = "Does what --end says.") boolean execute)
            throws ExecutionException, InterruptedException {
        Refusal.when(execute && !end, spec, "--execute belongs to --end: it ends transactions");
        try (Admin admin = Admin.create(kafka.client())) {
            TransactionsLook look = TransactionsLook.at(admin, topics == null ? List.of() : topics, stream.group());
            TransactionsReport report =
                    new TransactionsReport(look, spec.commandLine().getOut());
            return end ? report.end(admin, execute) : report.list();
        }
    }

    /** The replicas, at most the largest short. The cluster refuses any number above its brokers. */
    private short replicas() {
        return (short) Math.min(replication, Short.MAX_VALUE);
    }

    /** 1 if something is wrong with the subjects of the schema registry; what was not looked at is said, not judged. */
    private int subjects(Function<Subjects, List<String>> look) {
        var out = spec.commandLine().getOut();
        if (registry == null) {
            out.println("the schema registry was not looked at: give --registry to have its subjects protected");
            return 0;
        }
        RegistryOptions.ask(registry);
        List<String> problems = look.apply(new Subjects(registry));
        problems.forEach(out::println);
        if (problems.isEmpty()) {
            out.println("all subjects are sound: " + Subjects.LEVEL);
        }
        return problems.isEmpty() ? 0 : 1;
    }

    private int report(Admin admin, List<ClusterProblem> problems) {
        var out = spec.commandLine().getOut();
        Optional<ClusterProblem> transactions = TransactionVersion.problem(admin);
        transactions.ifPresent(out::println);
        problems.forEach(out::println);
        if (problems.isEmpty()) {
            out.println("all topics are sound");
        }
        return problems.isEmpty() && transactions.isEmpty() ? 0 : 1;
    }
}
