package io.hapax.insight;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The shortest retention for each client that keeps the chance of refusing an honest retry below a level, from how
 * late commands come.
 *
 * <p>Where old keys are looked up in the ledger for as long as the recall, nobody is refused for a short retention:
 * it makes the ledger be asked more often, no more. Then the retention is the shortest that keeps the chance of that
 * below another level, which can be a thousand times as high; the recall is always the longest, since it costs
 * nothing as long as nothing comes late.
 *
 * <p>One in a million can't be learned from one client: most have not sent a million payments. So a client is judged
 * with all that retry at about its pace, a person's clicks apart from a service's back-off and from a job's. What was
 * seen of them is bounded from above with 95 % confidence; beyond the longest that was seen, the chance is taken to
 * fall with the square of the time. What a client did itself counts twice: it is kept for at least twice as long as
 * its own latest command needed; with a recall, for as long as its own late commands are evidently more than the
 * level.
 *
 * <p>No shorter one is advised for who does not say when its payments were first sent (only the ledger would then
 * know a forgotten key), for who is little known, and for who misused old keys: neither does that speak for others.
 *
 * @param shortest retention that may be advised
 * @param longest retention that may be advised, and is when no shorter one will do
 * @param refused chance that a command is refused that should not be
 * @param asked chance that the ledger is asked about a command, where there is a recall
 * @param recall how long ago a command can have been first sent to be looked up; zero: no old key is
 */
public record RetentionAdvisor(Duration shortest, Duration longest, double refused, double asked, Duration recall) {
    /** From it on by doubling, a day is reached exactly. */
    public static final Duration SHORTEST = Duration.ofMillis(337_500);

    /** One in a million. */
    public static final double DEFAULT_REFUSED = 1e-6;

    /** One in a thousand: as if the ledger had so many more payments. */
    public static final double DEFAULT_ASKED = 1e-3;

    /** Upper bound, with 95 % confidence, of what is expected when nothing was seen: the rule of three. */
    private static final double UNSEEN = 3;

    /** Standard deviations of a one-sided bound with the same confidence. */
    private static final double DEVIATIONS = 1.645;

    /** Commands and retries below which a client is little known. */
    private static final long FEW_COMMANDS = 200;

    private static final long FEW_RETRIES = 10;

    /** Clients below which a pace is little known. */
    private static final int FEW_CLIENTS = 10;

    /** Its tenth part tells who retries: a client's outages make all of them late. */
    private static final double PACE = 0.1;

    private static final int STEP = 2;

    /** The ground on which a retention is advised. */
    public enum Ground {
        /** The behaviour of clients with the same pace allows it. */
        EVIDENCE,
        NO_TIME_TOLD,
        LITTLE_KNOWN,
        MISUSE
    }

    /**
     * A retention that is advised, with its ground and the numbers behind it.
     *
     * @param later bound of the chance that a command comes later than the retention; 1 where nothing is known
     * @param refused bound of the chance that it is refused: the same, or, with a recall, that it comes later than that
     * @param commands of clients of its pace, that it rests on
     * @param longest that one of them, or this client, was late
     */
    public record Advice(
            Duration retention, Ground ground, double later, double refused, long commands, Duration longest) {}

    /** Without a recall: what is too old is refused. */
    public RetentionAdvisor(Duration shortest, Duration longest, double refused) {
        this(shortest, longest, refused, DEFAULT_ASKED, Duration.ZERO);
    }

    /** The delays of all clients that retry at one pace. */
    private static final class Pool {
        private final DelayHistogram delays = new DelayHistogram();
        private int clients;
    }

    /** For every client that is watched. */
    public Map<String, Advice> advise(KeyInsight insight) {
        Map<Integer, Pool> pools = new HashMap<>();
        insight.forEachRetention((clientId, usage, misused) -> {
            if (ground(usage, misused) == Ground.EVIDENCE) {
                Pool pool = pools.computeIfAbsent(pace(usage), pace -> new Pool());
                pool.delays.add(usage.lateness().delays());
                pool.clients++;
            }
        });
        Map<String, Advice> advice = new HashMap<>();
        insight.forEachRetention((clientId, usage, misused) ->
                advice.put(clientId, advise(usage, ground(usage, misused), pools.get(pace(usage)))));
        return advice;
    }

    /**
     * At once, for who has just been later than half of what its keys are kept for; null if that, or the recall, will
     * do.
     */
    public @Nullable Duration grown(Duration inForce, long latenessMs) {
        if (recalls() || 2 * latenessMs <= inForce.toMillis() || inForce.compareTo(longest) >= 0) {
            return null;
        }
        return enough(Duration.ofMillis(2 * latenessMs));
    }

    /** The retention to publish next: a longer one at once, a shorter one by one step, each for a day at least. */
    public Duration next(Duration inForce, Duration advised) {
        Duration step = inForce.dividedBy(STEP);
        return advised.compareTo(step) < 0 && step.compareTo(shortest) > 0 ? step : advised;
    }

    private Ground ground(ClientUsage usage, boolean misused) {
        if (misused) {
            return Ground.MISUSE;
        }
        if (usage.lateness().timeless() > 0) {
            return Ground.NO_TIME_TOLD;
        }
        boolean known = usage.lateness().delays().total() >= FEW_COMMANDS
                && usage.delays().total() >= FEW_RETRIES;
        return known ? Ground.EVIDENCE : Ground.LITTLE_KNOWN;
    }

    private Advice advise(ClientUsage usage, Ground ground, @Nullable Pool pool) {
        DelayHistogram own = usage.lateness().delays();
        if (ground != Ground.EVIDENCE || pool == null || pool.clients < FEW_CLIENTS) {
            Ground unknown = ground == Ground.EVIDENCE ? Ground.LITTLE_KNOWN : ground;
            return new Advice(longest, unknown, 1, 1, 0, own.longest());
        }
        Duration advised = recalls() ? shortest : enough(own.longest().multipliedBy(2));
        while (advised.compareTo(longest) < 0 && !isLongEnough(advised, own, pool)) {
            advised = longer(advised);
        }
        return new Advice(
                advised,
                ground,
                chance(pool.delays, advised),
                chance(pool.delays, recalls() ? recall : advised),
                pool.delays.total(),
                pool.delays.longest());
    }

    private boolean isLongEnough(Duration retention, DelayHistogram own, Pool pool) {
        return recalls()
                ? chance(pool.delays, retention) <= asked && evidentShare(own, retention) <= asked
                : chance(pool.delays, retention) <= refused;
    }

    private boolean recalls() {
        return !recall.isZero();
    }

    /** The first of the steps from the shortest on that is long enough. */
    private Duration enough(Duration needed) {
        Duration enough = shortest;
        while (enough.compareTo(needed) < 0 && enough.compareTo(longest) < 0) {
            enough = longer(enough);
        }
        return enough;
    }

    private Duration longer(Duration than) {
        Duration longer = than.multipliedBy(STEP);
        return longer.compareTo(longest) < 0 ? longer : longest;
    }

    private static int pace(ClientUsage usage) {
        long seconds = Math.max(1, usage.delays().quantile(PACE).toSeconds());
        return Long.SIZE - Long.numberOfLeadingZeros(seconds);
    }

    /** Share that comes later, bounded from below: few late ones among few commands are evidence of nothing. */
    private static double evidentShare(DelayHistogram delays, Duration retention) {
        double later = delays.laterThan(retention);
        return (later - DEVIATIONS * Math.sqrt(later)) / Math.max(1, delays.total());
    }

    /** Bounded from above. */
    private static double chance(DelayHistogram delays, Duration retention) {
        double all = Math.max(1, delays.total());
        double later = delays.laterThan(retention);
        double bound = (later + DEVIATIONS * Math.sqrt(later) + UNSEEN) / all;
        if (later > 0) {
            return Math.min(1, bound);
        }
        double beyond = (double) Math.max(1_000, delays.longest().toMillis()) / retention.toMillis();
        return Math.min(1, bound * beyond * beyond);
    }
}
