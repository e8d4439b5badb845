package io.hapax.tools.policies;

import io.hapax.app.settings.DurationText;
import io.hapax.schemas.RetentionPolicy;
import io.hapax.serde.AvroFormat;
import io.hapax.stream.decision.CommandCheck;
import io.hapax.stream.decision.KeyForm;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.RetentionSchedule.Terms;
import io.hapax.stream.wire.Policies;
import io.hapax.tools.cli.ClusterOptions;
import io.hapax.tools.cli.SkewOption;
import io.hapax.tools.cli.StreamOptions;
import io.hapax.tools.cli.Times;
import io.hapax.tools.trail.Attempt;
import io.hapax.tools.trail.Intent;
import io.hapax.tools.trail.OperatorOption;
import io.hapax.tools.trail.OperatorTrail;
import io.hapax.tools.trail.ReasonOption;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command that publishes retention policies and lists those in force. See docs/policies.md.
 *
 * <p>More than 300 lines: one short method for each thing that can be asked of policies, with its options.
 */
@Command(
        name = "policies",
        mixinStandardHelpOptions = true,
        description = {
            "Lists, sets and removes retention policies, for operators.",
            "Running apps follow a change at once. No policy can make a payment happen twice.",
            "Exit code: 0 done, 1 there is no such policy, 2 it could not be done."
        })
public final class PoliciesCommand {
    private static final String ROW = "%-34s %14s  %-24s %-9s %14s  %-24s %7s  %s%n";

    private static final Comparator<Terms> SHORTEST_FIRST =
            Comparator.comparing(Terms::retention).thenComparing(Terms::recall);

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** The scope of a policy: a client, or a client's operation. Without options, the scope is every client. */
    static final class Whose {
        @Option(
                names = "--client",
                required = true,
                paramLabel = "CLIENT",
                description = "Client to which the policy applies. Default: all clients.")
        @SuppressWarnings("NullAway.Init")
        private String client;

        @Option(
                names = "--operation",
                paramLabel = "NAME",
                description = "Operation to which the policy applies: keys that begin with NAME and a colon, such as"
                        + " refund:4711. Default: all keys.")
        private @Nullable String operation;
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = {
                "Lists the published policies and those that the tasks follow.",
                "Shows since when a policy counts, and from which age on its tasks refuse unknown keys.",
                "3h,45d means: answers are kept for 3 h. Unknown keys are looked up in the ledger until"
                        + " 45 d after they were first sent.",
                "A task takes up a policy when it next works for that client.",
                "UUID or UUID_V7 behind it is the form that new keys must have.",
                "Exit code: 0 listed, 2 it could not be done."
            })
    int list(@Mixin ClusterOptions cluster, @Mixin SkewOption skew, @Mixin StreamOptions stream) throws IOException {
        PolicyTopics topics = new PolicyTopics(cluster.client());
        Map<String, RetentionPolicy> published = topics.published(cluster.format());
        Map<String, Map<Integer, RetentionSchedule>> followed = topics.followed(stream.group(), skew.allowedSkew());
        int tasks = TopicTail.partitionCount(cluster.client(), Topic.PAYMENT_COMMANDS);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                ROW, "scope", "published", "at", "by", "in force", "since", "tasks", "refuses what was first sent by");
        TreeSet<String> scopes = new TreeSet<>(published.keySet());
        scopes.addAll(followed.keySet());
        Instant now = Instant.now();
        for (String scope : scopes) {
            print(scope, published.get(scope), followed.getOrDefault(scope, Map.of()), tasks, now, out);
        }
        if (scopes.isEmpty()) {
            out.println("no policy is published: the settings of the stream app count");
        }
        out.flush();
        return 0;
    }

    private static void print(
            String scope,
            @Nullable RetentionPolicy published,
            Map<Integer, RetentionSchedule> followed,
            int tasks,
            Instant now,
            PrintWriter out) {
        String wanted = published == null ? "-" : words(Policies.terms(published)) + words(published.getKeyForm());
        String at = published == null ? "-" : Times.text(published.getPublishedAt());
        String by = published == null ? "-" : published.getPublishedBy();
        // Tasks that have not worked for the client since the change still follow the one before.
        Map<Terms, List<RetentionSchedule>> byTerms = followed.values().stream()
                .collect(Collectors.groupingBy(
                        RetentionSchedule::terms, () -> new TreeMap<>(SHORTEST_FIRST), Collectors.toList()));
        if (byTerms.isEmpty()) {
            out.printf(ROW, scope, wanted, at, by, "-", "-", "0/" + tasks, "-");
        }
        byTerms.forEach((terms, policies) -> out.printf(
                ROW,
                scope,
                wanted,
                at,
                by,
                words(terms),
                policies.stream()
                        .map(policy -> policy.changes().getLast().from())
                        .max(Instant::compareTo)
                        .map(Times::text)
                        .orElseThrow(),
                policies.size() + "/" + tasks,
                policies.stream()
                        .map(policy -> policy.refusedUntil(now))
                        .max(Instant::compareTo)
                        .map(Times::text)
                        .orElseThrow()));
    }

    @Command(
            name = "set",
            mixinStandardHelpOptions = true,
            description = {
                "Publishes a retention: the time for which answers are kept after the settlement.",
                "It applies to all clients, to one client, or to one operation of a client.",
                "With --recall, keys that may have been forgotten are looked up in the ledger.",
                "With --key-form, new keys of another form are refused.",
                "The policy counts for payments that are settled from then on. Earlier promises are kept.",
                "Exit code: 0 published, 2 it could not be done."
            })
    int set(
            @Mixin ClusterOptions cluster,
            @ArgGroup(exclusive = false) @Nullable Whose whose,
            @Option(
                            names = "--retention",
                            required = true,
                            paramLabel = "TIME",
                            description =
                                    "Retention from 5m to 45d, such as 90m, 12h or 7d. The stream app's setting retention.max"
                                            + " is its upper bound.")
                    Duration retention,
            @Option(
                            names = "--recall",
                            paramLabel = "TIME",
                            description =
                                    "Age up to which an unknown key is looked up in the ledger and not refused. Longer than"
                                            + " the retention, up to 45d.")
                    @Nullable Duration recall,
            @Option(
                            names = "--key-form",
                            paramLabel = "FORM",
                            description =
                                    "Form of new keys: ANY, UUID (of version 4 or 7) or UUID_V7. Default: as the next wider"
                                            + " policy says.")
                    @Nullable KeyForm keyForm,
            @Mixin StreamOptions stream,
            @Mixin OperatorOption operator,
            @Mixin ReasonOption reason)
            throws IOException {
        PolicyScope scope = scope(whose);
        Terms terms = terms(retention, recall);
        RetentionPolicy policy = RetentionPolicy.newBuilder()
                .setRetentionMs(terms.retention().toMillis())
                .setRecallMs(terms.recall().toMillis())
                .setPublishedAt(Instant.now())
                .setPublishedBy("OPERATOR")
                .setKeyForm(keyForm == null ? null : keyForm.name())
                .build();
        PolicyTopics topics = new PolicyTopics(cluster.client());
        String words = words(terms) + words(policy.getKeyForm());
        Intent intent = Intent.ofCommand(operator, "policies set", scope.key(), reason.text(), words);
        AvroFormat format = cluster.format();
        try (OperatorTrail trail = OperatorTrail.on(cluster.client(), format);
                Attempt attempt = trail.begin(intent)) {
            topics.publish(format, scope, policy);
            attempt.done("published " + words);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("published " + scope.key() + ": " + words);
        topics.longestRetention(stream.group())
                .flatMap(longest -> warning(terms.retention(), longest))
                .ifPresent(out::println);
        return 0;
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = {
                "Removes a policy.",
                "Then the next wider policy counts, or else the settings.",
                "Exit code: 0 removed, 1 there is no policy for that scope, 2 it could not be done."
            })
    int remove(
            @Mixin ClusterOptions cluster,
            @ArgGroup(exclusive = false) @Nullable Whose whose,
            @Mixin OperatorOption operator,
            @Mixin ReasonOption reason)
            throws IOException {
        PolicyScope scope = scope(whose);
        PrintWriter out = spec.commandLine().getOut();
        PolicyTopics topics = new PolicyTopics(cluster.client());
        AvroFormat format = cluster.format();
        Set<String> published = topics.published(format).keySet();
        if (!published.contains(scope.key())) {
            out.println("nothing is published for " + scope.key() + ", nothing removed; "
                    + (published.isEmpty()
                            ? "no policy is published"
                            : "published are " + String.join(", ", published)));
            return 1;
        }
        Intent intent = Intent.ofCommand(operator, "policies remove", scope.key(), reason.text(), "take it back");
        try (OperatorTrail trail = OperatorTrail.on(cluster.client(), format);
                Attempt attempt = trail.begin(intent)) {
            topics.publish(format, scope, null);
            attempt.done("removed");
        }
        out.println("removed " + scope.key());
        return 0;
    }

    private PolicyScope scope(@Nullable Whose whose) {
        if (whose == null) {
            return PolicyScope.ALL;
        }
        if (!CommandCheck.isClientId(whose.client)) {
            throw wrong("--client is 1 to 64 of A-Z a-z 0-9 . _ -, not \"" + whose.client + "\"");
        }
        if (whose.operation == null) {
            return PolicyScope.ofClient(whose.client);
        }
        if (!PolicyScope.isOperation(whose.operation)) {
            throw wrong(
                    "--operation is 1 to 64 visible ASCII characters without a colon, not \"" + whose.operation + "\"");
        }
        return PolicyScope.ofOperation(whose.client, whose.operation);
    }

    private Terms terms(Duration retention, @Nullable Duration recall) {
        Duration kept = time("--retention", retention);
        Duration recalled = recall == null ? Duration.ZERO : time("--recall", recall);
        if (recall != null && recalled.compareTo(kept) <= 0) {
            throw wrong("--recall is longer than --retention: what is younger is known");
        }
        return new Terms(kept, recalled);
    }

    private Duration time(String option, Duration given) {
        if (given.compareTo(RetentionSchedule.MIN_RETENTION) < 0
                || given.compareTo(RetentionSchedule.MAX_RETENTION) > 0) {
            throw wrong(option + " is a time from " + DurationText.of(RetentionSchedule.MIN_RETENTION) + " to "
                    + DurationText.of(RetentionSchedule.MAX_RETENTION) + ", not " + DurationText.of(given));
        }
        return given;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** A warning that the apps do not follow a retention; empty if they follow it. */
    static Optional<String> warning(Duration retention, Duration longest) {
        return retention.compareTo(longest) <= 0
                ? Optional.empty()
                : Optional.of("WARNING: " + DurationText.of(retention) + " is more than stream-app's retention.max, "
                        + DurationText.of(longest) + ", and " + DurationText.of(longest)
                        + " is what tasks follow; scripts/policies list shows what is in force");
    }

    private static String words(@Nullable String keyForm) {
        return keyForm == null ? "" : " " + keyForm;
    }

    private static String words(Terms terms) {
        return DurationText.of(terms.retention())
                + (terms.recall().isZero() ? "" : "," + DurationText.of(terms.recall()));
    }
}
