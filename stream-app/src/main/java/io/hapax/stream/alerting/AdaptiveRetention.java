package io.hapax.stream.alerting;

import io.hapax.insight.KeyInsight;
import io.hapax.insight.RetentionAdvisor;
import io.hapax.insight.RetentionAdvisor.Advice;
import io.hapax.schemas.RetentionPolicy;
import io.hapax.stream.decision.PolicyScope;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Retention policies that follow how late each client's commands come: longer at once, shorter once a day and by one
 * step. Leaves alone what somebody else has published.
 */
final class AdaptiveRetention {
    /** The publisher's name in the policies that this class publishes. */
    static final String PUBLISHER = "ADAPTIVE";

    private static final Duration DAY = Duration.ofDays(1);

    private final RetentionAdvisor advisor;
    private final Map<PolicyScope, RetentionPolicy> published = new LinkedHashMap<>();
    private final Map<PolicyScope, RetentionPolicy> wanted = new LinkedHashMap<>();
    private long day = Long.MIN_VALUE;
    private long dayTaken = Long.MIN_VALUE;

    AdaptiveRetention(RetentionAdvisor advisor) {
        this.advisor = advisor;
    }

    /** Takes the policies that are on the topic now, in place of those known before. */
    void read(Map<PolicyScope, RetentionPolicy> now) {
        published.clear();
        published.putAll(now);
        wanted.keySet().removeIf(scope -> isOthers(published.get(scope)));
    }

    /** Gives up what it has wanted since {@link #take}: whoever reads the same commands next wants it, too. */
    void forget() {
        wanted.clear();
        day = dayTaken;
    }

    /** A command came that late. */
    void sent(String clientId, long atMs, long latenessMs) {
        PolicyScope scope = PolicyScope.ofClient(clientId);
        Duration grown = advisor.grown(inForce(scope), latenessMs);
        if (grown != null && !isOthers(published.get(scope))) {
            want(scope, grown, atMs, Map.of("reason", "a command came late", "latenessMs", String.valueOf(latenessMs)));
        }
    }

    /** Time has come to there; once a day everybody is looked at. */
    void pass(long atMs, KeyInsight insight) {
        long today = Math.floorDiv(atMs, DAY.toMillis());
        if (today <= day) {
            return;
        }
        boolean isFirst = day == Long.MIN_VALUE;
        day = today;
        if (!isFirst) {
            look(atMs, insight);
        }
    }

    private void look(long atMs, KeyInsight insight) {
        RetentionPolicy ofAll = current(PolicyScope.ALL);
        if (ofAll == null || (!isOthers(ofAll) && recallDiffers(ofAll))) {
            want(
                    PolicyScope.ALL,
                    advisor.longest(),
                    atMs,
                    Map.of(
                            "reason",
                            "narrow buckets for all" + (advisor.recall().isZero() ? "" : ", and a recall")));
        }
        advisor.advise(insight).forEach((clientId, advice) -> {
            PolicyScope scope = PolicyScope.ofClient(clientId);
            RetentionPolicy before = current(scope);
            Duration inForce = inForce(scope);
            Duration next = advisor.next(inForce, advice.retention());
            boolean isTime = before == null || atMs - before.getPublishedAt().toEpochMilli() >= DAY.toMillis() / 2;
            Duration wanted = next.compareTo(inForce) < 0 && !isTime ? inForce : next;
            boolean differs = !wanted.equals(inForce) || (before != null && recallDiffers(before));
            if (differs && !isOthers(before)) {
                want(scope, wanted, atMs, evidence(advice));
            }
        });
    }

    /** Published by an older program, or under other settings. */
    private boolean recallDiffers(RetentionPolicy policy) {
        return policy.getRecallMs() != advisor.recall().toMillis();
    }

    private static Map<String, String> evidence(Advice advice) {
        return Map.of(
                "reason", advice.ground().name(),
                "advised", advice.retention().toString(),
                "chanceOfLaterAtMost", String.format(Locale.ROOT, "%.1e", advice.later()),
                "chanceOfRefusalAtMost", String.format(Locale.ROOT, "%.1e", advice.refused()),
                "commandsSeen", String.valueOf(advice.commands()),
                "latestSeen", advice.longest().toString());
    }

    private void want(PolicyScope scope, Duration retention, long atMs, Map<String, String> evidence) {
        wanted.put(
                scope,
                new RetentionPolicy(
                        retention.toMillis(),
                        advisor.recall().toMillis(),
                        Instant.ofEpochMilli(atMs),
                        PUBLISHER,
                        new LinkedHashMap<>(evidence),
                        null,
                        null));
    }

    boolean wantsAny() {
        return !wanted.isEmpty();
    }

    /** The policies to publish. From then on they count as published. */
    Map<PolicyScope, RetentionPolicy> take() {
        Map<PolicyScope, RetentionPolicy> taken = Map.copyOf(wanted);
        published.putAll(wanted);
        wanted.clear();
        dayTaken = day;
        return taken;
    }

    private @Nullable RetentionPolicy current(PolicyScope scope) {
        RetentionPolicy next = wanted.get(scope);
        return next == null ? published.get(scope) : next;
    }

    private Duration inForce(PolicyScope scope) {
        RetentionPolicy own = current(scope);
        RetentionPolicy found = own == null ? current(PolicyScope.ALL) : own;
        return found == null ? advisor.longest() : Duration.ofMillis(found.getRetentionMs());
    }

    private static boolean isOthers(@Nullable RetentionPolicy policy) {
        return policy != null && !policy.getPublishedBy().equals(PUBLISHER);
    }
}
