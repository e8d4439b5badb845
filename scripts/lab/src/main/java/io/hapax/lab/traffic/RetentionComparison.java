package io.hapax.lab.traffic;

import io.hapax.insight.KeyInsight;
import io.hapax.insight.RetentionAdvisor;
import io.hapax.insight.UsageFact;
import io.hapax.insight.UsageFact.Kind;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.RetentionSchedule.Terms;
import io.hapax.stream.decision.TaskPolicies;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A comparison of two retentions on the same traffic: one fixed for all clients, and one that adapts to each
 * client's late commands.
 */
public final class RetentionComparison {
    /** The fixed retention. */
    public static final Duration FIXED = Duration.ofHours(24);

    private static final Duration SKEW = Duration.ofMinutes(1);

    /** Days at the start in which no retention is shortened and nothing is measured. */
    private static final int LEARNING_DAYS = 3;

    private final @Nullable RetentionAdvisor advisor;
    private final KeyInsight insight;
    private final Map<PolicyScope, Terms> published = new HashMap<>();
    private final Map<RetentionAdvisor.Ground, Integer> grounds = new EnumMap<>(RetentionAdvisor.Ground.class);
    private final ModelService service;

    private long payments;
    private long refusedHonest;
    private long recalled;
    private long recalledKnown;
    private long acceptedAgain;
    private long reusedForAnother;
    private double keptHours;
    private long hours;
    private long hour = Long.MIN_VALUE;

    /**
     * The results after the days of learning.
     *
     * @param payments accepted payments of honest clients
     * @param kept settled payments in the store on average
     * @param refusedHonest commands of honest payments that were too late
     * @param recalled commands that were looked up in the ledger
     * @param recalledKnown those of them whose payment the ledger knew; the others were paid then, for the first
     *     time
     * @param acceptedAgain commands that were accepted although their payment had been accepted before. Each says
     *     that it was first sent before that.
     * @param reusedForAnother forgotten keys that a client used again by mistake, with a later time. The ledger
     *     caught them.
     */
    public record Outcome(
            long payments,
            double kept,
            long refusedHonest,
            long recalled,
            long recalledKnown,
            long acceptedAgain,
            long reusedForAnother,
            Map<RetentionAdvisor.Ground, Integer> grounds,
            Map<Duration, Integer> retentions) {}

    private RetentionComparison(ModelWorld world, int clients, @Nullable RetentionAdvisor advisor) {
        this.advisor = advisor;
        this.insight = new KeyInsight(2 * clients, 1);
        RetentionSchedule initial = new RetentionSchedule(FIXED, SKEW, Duration.ofHours(1));
        this.service = new ModelService(world, initial, new Published(), this::decided);
    }

    private final class Published implements TaskPolicies.Published {
        @Override
        public boolean isNone() {
            return published.isEmpty();
        }

        @Override
        public @Nullable Terms termsOf(PolicyScope scope) {
            return published.get(scope);
        }
    }

    /** @param advisor null: the same retention for all */
    public static Outcome run(long seed, int clients, int days, @Nullable RetentionAdvisor advisor) {
        TrafficModel model = new TrafficModel(seed, clients, days);
        RetentionComparison comparison = new RetentionComparison(model.world(), clients, advisor);
        model.run(comparison::command);
        return comparison.outcome();
    }

    private void command(ModelCommand command, long atMs) {
        pass(atMs);
        Instant firstSentAt = command.firstSentAt();
        if (advisor != null) {
            String clientId = command.key().clientId();
            Long firstSentMs = firstSentAt == null ? null : firstSentAt.toEpochMilli();
            insight.sent(clientId, atMs, firstSentMs);
            grow(advisor, clientId, firstSentMs == null ? 0 : atMs - firstSentMs);
        }
        service.command(command, atMs);
    }

    private void pass(long atMs) {
        long now = Math.floorDiv(atMs, ModelWorld.HOUR_MS);
        if (now == hour) {
            return;
        }
        hour = now;
        if (isMeasured(atMs)) {
            hours++;
            keptHours += service.kept();
            if (advisor != null) {
                // Not longer than before, and in narrow buckets like all that is published.
                published.put(PolicyScope.ALL, new Terms(FIXED, advisor.recall()));
            }
            if (advisor != null && Math.floorMod(atMs, ModelWorld.DAY_MS) < ModelWorld.HOUR_MS) {
                adapt(advisor);
            }
        }
    }

    private static boolean isMeasured(long atMs) {
        return atMs >= ModelWorld.BEGIN_MS + LEARNING_DAYS * ModelWorld.DAY_MS;
    }

    private void grow(RetentionAdvisor by, String clientId, long latenessMs) {
        PolicyScope scope = PolicyScope.ofClient(clientId);
        Duration grown = by.grown(inForce(scope), latenessMs);
        if (grown != null) {
            published.put(scope, new Terms(grown, by.recall()));
        }
    }

    private Duration inForce(PolicyScope scope) {
        Terms terms = published.get(scope);
        return terms == null ? FIXED : terms.retention();
    }

    /** Once a day. */
    private void adapt(RetentionAdvisor by) {
        grounds.clear();
        by.advise(insight).forEach((clientId, advice) -> {
            grounds.merge(advice.ground(), 1, Integer::sum);
            PolicyScope scope = PolicyScope.ofClient(clientId);
            Duration next = by.next(inForce(scope), advice.retention());
            if (!next.equals(inForce(scope))) {
                published.put(scope, new Terms(next, by.recall()));
            }
        });
    }

    private void decided(UsageFact fact, ModelCommand command, boolean wasRecalled) {
        insight.observe(fact);
        boolean honest = command.planted() == null;
        boolean caught = fact.kind() == Kind.CAUGHT_BY_LEDGER;
        if (caught && !wasRecalled) {
            caught(fact, command.firstSentAt());
        }
        if (!isMeasured(fact.atMs())) {
            return;
        }
        if (fact.kind() == Kind.ACCEPTED || fact.kind() == Kind.FAILED) {
            payments += honest ? 1 : 0;
        }
        if (fact.kind() == Kind.EXPIRED && honest) {
            refusedHonest++;
        }
        recalled += wasRecalled ? 1 : 0;
        recalledKnown += wasRecalled && caught ? 1 : 0;
    }

    /** Accepted, posted, and found on record by the ledger. */
    private void caught(UsageFact fact, @Nullable Instant firstSentAt) {
        if (firstSentAt == null) {
            return;
        }
        if (firstSentAt.toEpochMilli() <= fact.firstSeenAtMs() + SKEW.toMillis()) {
            acceptedAgain++;
        } else {
            reusedForAnother++;
        }
    }

    private Outcome outcome() {
        Map<Duration, Integer> retentions = new TreeMap<>();
        published.values().forEach(terms -> retentions.merge(terms.retention(), 1, Integer::sum));
        return new Outcome(
                payments,
                keptHours / Math.max(1, hours),
                refusedHonest,
                recalled,
                recalledKnown,
                acceptedAgain,
                reusedForAnother,
                Map.copyOf(grounds),
                retentions);
    }
}
