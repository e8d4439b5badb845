package io.hapax.storm.check;

import static io.hapax.storm.check.Invariant.LAGS_ARE_ZERO;
import static io.hapax.storm.check.Invariant.NOTHING_PENDING;
import static io.hapax.storm.check.Invariant.READY_AGAIN;
import static io.hapax.storm.check.Invariant.REPLICAS_AGREE;
import static io.hapax.storm.check.Invariant.SAME_ON_EVERY_INSTANCE;
import static io.hapax.storm.check.Invariant.TOOLS_AGREE;

import io.hapax.storm.history.LookUp;
import io.hapax.storm.history.RunEnd.Replicas;
import io.hapax.storm.history.RunEnd.ToolVerdict;
import io.hapax.storm.history.RunFacts.Instance;
import io.hapax.storm.history.RunFolder;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The check of a run's end: all is read, ready and settled, and all instances and replicas say the same. */
final class EndCheck {
    /** Tools without whose word a run is not at its end. */
    private static final List<String> TOOLS = List.of("reconcile", "audit");

    private static final String FINAL = "final.json";
    private static final String OPEN_TRANSACTIONS = "open transactions/";

    /** Topics that a group of an app reads. */
    private static final List<String> READ = List.of(
            "payment-commands", "payment-commands-rerouted", "payment-decisions", "ledger-events", "ledger-outcomes");

    /** Topics whose replicas hold the same to the byte. */
    private static final List<String> COMPARED =
            Stream.concat(READ.stream(), Stream.of("dead-letters")).toList();

    private final RunFolder folder;
    private final RunLog log;
    private final Findings findings;

    EndCheck(RunFolder folder, RunLog log, Findings findings) {
        this.folder = folder;
        this.log = log;
        this.findings = findings;
    }

    void run() {
        figuresAreThere();
        log.end
                .lags()
                .forEach((where, lag) ->
                        findings.require(lag == 0, LAGS_ARE_ZERO, where, lag + " records are not read", FINAL));
        log.end
                .pending()
                .forEach((who, pending) ->
                        findings.require(pending == 0, NOTHING_PENDING, who, pending + " payments are pending", FINAL));
        for (Instance instance : apps()) {
            findings.require(
                    Boolean.TRUE.equals(log.end.ready().get(instance.name())),
                    READY_AGAIN,
                    instance.name(),
                    "is not ready",
                    FINAL);
        }
        log.end.replicas().forEach(this::replicas);
        tools();
        lookUps();
    }

    /** What nobody says is no proof: each partition that is read has a reader, and each instance counts. */
    private void figuresAreThere() {
        for (int partition = 0; partition < log.facts.partitions(); partition++) {
            for (String topic : READ) {
                String where = topic + "-" + partition;
                long readers = log.end.lags().keySet().stream()
                        .filter(who -> who.endsWith("/" + where) && !who.startsWith(OPEN_TRANSACTIONS))
                        .count();
                findings.require(
                        readers > 0 && log.end.lags().containsKey(OPEN_TRANSACTIONS + where),
                        LAGS_ARE_ZERO,
                        where,
                        "nobody says how much is read",
                        FINAL);
            }
        }
        gateways()
                .forEach(name -> findings.require(
                        log.end.pending().containsKey(name),
                        NOTHING_PENDING,
                        name,
                        "does not say what is pending",
                        FINAL));
        Set<String> compared = new HashSet<>();
        log.end.replicas().forEach(each -> compared.add(each.topic() + "-" + each.partition()));
        for (String topic : COMPARED) {
            for (int partition = 0; partition < log.facts.partitions(); partition++) {
                String where = topic + "-" + partition;
                findings.require(compared.contains(where), REPLICAS_AGREE, where, "was not compared", FINAL);
            }
        }
    }

    private List<String> gateways() {
        return apps().stream()
                .filter(instance -> instance.program().equals("stream-app"))
                .map(Instance::name)
                .toList();
    }

    private List<Instance> apps() {
        return log.facts.instances().stream()
                .filter(instance ->
                        List.of("stream-app", "ledger-consumer", "insight-app").contains(instance.program()))
                .toList();
    }

    private void replicas(Replicas replicas) {
        String subject = replicas.topic() + "-" + replicas.partition();
        findings.require(
                new HashSet<>(replicas.digests().values()).size() == 1,
                REPLICAS_AGREE,
                subject,
                "replicas differ: " + replicas.digests(),
                FINAL);
        long brokers = log.facts.instances().stream()
                .filter(instance -> instance.program().equals("broker"))
                .count();
        findings.require(
                replicas.inSync().size() == brokers && replicas.digests().size() == brokers,
                REPLICAS_AGREE,
                subject,
                "in sync are " + replicas.inSync() + " of " + replicas.digests().keySet() + ", there are " + brokers
                        + " brokers",
                FINAL);
    }

    private void tools() {
        Set<String> heard = new HashSet<>();
        for (ToolVerdict verdict : log.end.tools()) {
            heard.add(verdict.tool());
            findings.require(
                    verdict.exitCode() == 0,
                    TOOLS_AGREE,
                    verdict.tool(),
                    "exit code " + verdict.exitCode() + ": " + verdict.output(),
                    FINAL);
        }
        for (String tool : TOOLS) {
            findings.require(heard.contains(tool), TOOLS_AGREE, tool, "was not asked", FINAL);
        }
    }

    private void lookUps() {
        Map<Name, Set<String>> asked = new HashMap<>();
        folder.readLookUps(lookUp -> {
            Name name = new Name(lookUp.client(), lookUp.key());
            asked.computeIfAbsent(name, none -> new HashSet<>(4)).add(lookUp.instance());
            if (Objects.equals(lookUp.answer().status(), 404) && isForgotten(log.stories.get(name))) {
                return;
            }
            String lie = lieOf(lookUp, log.stories.get(name));
            findings.require(
                    lie == null,
                    SAME_ON_EVERY_INSTANCE,
                    name,
                    lookUp.instance() + " answers " + lookUp.answer().status() + " "
                            + lookUp.answer().body() + ", " + lie,
                    "look-ups");
        });
        List<String> gateways = gateways();
        for (Story story : log.stories.values()) {
            if (story.isAccepted()) {
                findings.require(
                        asked.getOrDefault(story.name, Set.of()).containsAll(gateways),
                        SAME_ON_EVERY_INSTANCE,
                        story.name,
                        "was looked up at " + asked.get(story.name) + " only",
                        "look-ups");
            }
        }
    }

    /** True if the last settlement of a key may be forgotten: then an instance that knows nothing proves nothing. */
    private boolean isForgotten(@Nullable Story story) {
        return story != null
                && story.payment() != null
                && story.settlements().stream()
                        .max(Comparator.comparingLong(Decision::decidedMs))
                        .filter(last -> log.forgottenMs(last) <= log.end.readMs())
                        .isPresent();
    }

    private @Nullable String lieOf(LookUp lookUp, @Nullable Story story) {
        HttpAnswer answer = HttpAnswer.of(lookUp.answer());
        Posted posted = story == null ? null : story.payment();
        if (story == null || posted == null || story.settlements().isEmpty()) {
            return List.of(400, 404).contains(answer.status()) ? null : "though nothing was paid";
        }
        boolean right = answer.status() == 200
                && answer.result().equals(posted.result())
                && posted.paymentId().equals(answer.paymentId())
                && posted.payload().equals(answer.payload());
        return right ? null : "the ledger has " + posted.result() + " of " + posted.payload();
    }
}
