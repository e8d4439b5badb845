package io.hapax.lab.traffic;

import io.hapax.insight.Cause;
import io.hapax.insight.Thresholds;
import io.hapax.insight.UsageFact;
import io.hapax.insight.UsageFact.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * The time at which a planted misuse reaches the documented threshold. It is counted exactly, from the commands
 * that the model knows to belong to it. Only the thresholds are shared with the detectors.
 */
final class ThresholdWatch {
    private static final long DAY_MS = ModelWorld.DAY_MS;

    private final Planted planted;
    private final Deque<Long> times = new ArrayDeque<>();
    private final Map<Long, Integer> busiestOfDay = new HashMap<>();
    private long reachedAtMs = -1;

    ThresholdWatch(Planted planted) {
        this.planted = planted;
    }

    boolean isReached() {
        return reachedAtMs >= 0;
    }

    long reachedAtMs() {
        return reachedAtMs;
    }

    /** @param belongs whether the command is part of the misuse */
    void observe(UsageFact fact, boolean belongs) {
        if (isReached()) {
            return;
        }
        Cause cause = planted.cause();
        Kind kind = fact.kind();
        boolean late = kind == Kind.EXPIRED || kind == Kind.CAUGHT_BY_LEDGER;
        boolean first = kind == Kind.ACCEPTED || kind == Kind.FAILED;
        switch (cause.kind()) {
            case RETRY_LOOP ->
                count(fact, belongs && kind == Kind.REPLAYED, Thresholds.LOOP_REPLAYS, Duration.ofDays(7));
            case REPLAY_ATTACK -> {
                boolean old =
                        kind == Kind.REPLAYED && fact.atMs() - fact.firstSeenAtMs() >= Thresholds.OLD_AFTER.toMillis();
                count(fact, belongs && (old || late), Thresholds.RECORDED_KEYS, Thresholds.RECORDED_WITHIN);
            }
            case SENT_AFTER_EXPIRY -> {
                if (cause == Cause.ONE_KEY_FOR_EVER) {
                    count(fact, belongs && late, Thresholds.LATE_TIMES, Duration.ofDays(7));
                } else {
                    count(fact, belongs && late, Thresholds.STALE_KEYS, Thresholds.STALE_WITHIN);
                }
            }
            case KEY_REUSED ->
                count(fact, belongs && kind == Kind.CONFLICT, Thresholds.CONFLICTS, Thresholds.CONFLICTS_WITHIN);
            case IDEMPOTENCY_DRIFT -> count(fact, belongs && first, Thresholds.PAIRS, Duration.ofHours(1));
            case WEAK_KEYS -> count(fact, belongs && first, Thresholds.WEAK_KEYS, Duration.ofDays(14));
            case UNUSUAL_USAGE -> unusual(fact, first);
        }
    }

    private void count(UsageFact fact, boolean counts, int needed, Duration within) {
        if (!counts) {
            return;
        }
        times.addLast(fact.atMs());
        if (times.size() > needed) {
            times.removeFirst();
        }
        if (times.size() == needed && fact.atMs() - times.getFirst() <= within.toMillis()) {
            reachedAtMs = fact.atMs();
        }
    }

    private void unusual(UsageFact fact, boolean first) {
        boolean counts = switch (planted.cause()) {
            case INVALID_COMMANDS -> fact.kind() == Kind.INVALID;
            case FAILED_PAYMENTS -> fact.kind() == Kind.FAILED;
            default -> first;
        };
        if (!counts) {
            return;
        }
        long now = fact.atMs();
        times.addLast(now);
        while (times.getFirst() <= now - ModelWorld.HOUR_MS) {
            times.removeFirst();
        }
        long today = Math.floorDiv(now, DAY_MS);
        busiestOfDay.merge(today, times.size(), Math::max);
        int busiest = 0;
        for (long day = today - 8; day <= today - 2; day++) {
            busiest = Math.max(busiest, busiestOfDay.getOrDefault(day, 0));
        }
        int least = planted.cause() == Cause.VOLUME ? Thresholds.UNUSUAL_PAYMENTS : Thresholds.UNUSUAL_TROUBLE;
        if (now >= planted.beginMs() && times.size() >= least && times.size() >= Thresholds.UNUSUAL_FACTOR * busiest) {
            reachedAtMs = now;
        }
    }
}
