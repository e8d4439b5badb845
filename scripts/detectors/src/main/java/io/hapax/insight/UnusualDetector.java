package io.hapax.insight;

import io.hapax.insight.UsageFact.Kind;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;

/**
 * A client that differs from its own past: an hour with many times as many payments, invalid commands or failed
 * payments as its busiest hour of the last seven days. A forest over all clients says whether that is rare, and which
 * of them makes it so.
 */
final class UnusualDetector implements Detector {
    static final int FEATURES = 3;

    /** Below this, what the numbers say is confirmed by how often other clients look the same. */
    private static final double USUAL_SCORE = 1.0;

    private static final long STEP_MS = 5 * 60_000L;

    /** Of each client's hours one in so many is learned: enough for a sample of all clients. */
    private static final int LEARN_ONE_IN = 8;

    private static final Cause[] CAUSES = {Cause.VOLUME, Cause.INVALID_COMMANDS, Cause.FAILED_PAYMENTS};

    private final Forest forest;
    private final OwnPast[] pasts = {new OwnPast(), new OwnPast(), new OwnPast()};
    private long learnedHour = Long.MIN_VALUE;
    private long askedStep = Long.MIN_VALUE;

    UnusualDetector(Forest forest) {
        this.forest = forest;
    }

    @Override
    public Optional<Finding> observe(UsageFact fact) {
        long atMs = fact.atMs();
        count(fact);
        learn(fact);
        if (!isCandidate(atMs) || Math.floorDiv(atMs, STEP_MS) == askedStep) {
            return Optional.empty();
        }
        askedStep = Math.floorDiv(atMs, STEP_MS);
        return judge(atMs);
    }

    private void count(UsageFact fact) {
        long atMs = fact.atMs();
        for (OwnPast past : pasts) {
            past.pass(atMs);
        }
        Kind kind = fact.kind();
        if (kind.isFirst()) {
            pasts[0].add(atMs);
        }
        if (kind == Kind.INVALID) {
            pasts[1].add(atMs);
        }
        if (kind == Kind.FAILED) {
            pasts[2].add(atMs);
        }
    }

    private void learn(UsageFact fact) {
        long hour = Math.floorDiv(fact.atMs(), 12 * STEP_MS);
        if (hour != learnedHour && pasts[0].hasPast()) {
            learnedHour = hour;
            if (Math.floorMod(fact.clientId().hashCode() + hour, LEARN_ONE_IN) == 0) {
                forest.learn(features(fact.atMs()));
            }
        }
    }

    private boolean isCandidate(long atMs) {
        for (int feature = 0; feature < FEATURES; feature++) {
            if (exceeds(feature, atMs)) {
                return true;
            }
        }
        return false;
    }

    private boolean exceeds(int feature, long atMs) {
        OwnPast past = pasts[feature];
        int least = feature == 0 ? Thresholds.UNUSUAL_PAYMENTS : Thresholds.UNUSUAL_TROUBLE;
        int inHour = past.lastHour(atMs);
        return past.hasPast() && inHour >= least && inHour >= Thresholds.UNUSUAL_FACTOR * past.busiestHour();
    }

    private Optional<Finding> judge(long atMs) {
        float[] features = features(atMs);
        double score = forest.isReady() ? forest.score(features) : Double.NaN;
        if (score < USUAL_SCORE) {
            return Optional.empty();
        }
        int feature = strongest(features, atMs);
        return Optional.of(Finding.of(
                CAUSES[feature],
                Evidence.of("inHour", pasts[feature].lastHour(atMs)),
                Evidence.of("inBusiestHourBefore", pasts[feature].busiestHour()),
                Evidence.of(
                        "anomalyScorePercent", Double.isNaN(score) ? "not known yet" : "" + Math.round(100 * score))));
    }

    /** Of the features beyond their threshold, the one that the forest finds oddest. */
    private int strongest(float[] features, long atMs) {
        double[] attribution =
                forest.isReady() ? forest.attribution(features) : new double[] {features[0], features[1], features[2]};
        int strongest = -1;
        for (int feature = 0; feature < FEATURES; feature++) {
            if (exceeds(feature, atMs) && (strongest < 0 || attribution[feature] > attribution[strongest])) {
                strongest = feature;
            }
        }
        return strongest;
    }

    /**
     * The features of the hour: each is the logarithm of the ratio to the busiest hour. Small counts are damped, so
     * that a few more or less of next to nothing do not count.
     */
    private float[] features(long atMs) {
        float[] features = new float[FEATURES];
        for (int feature = 0; feature < FEATURES; feature++) {
            OwnPast past = pasts[feature];
            features[feature] = (float) Math.log((past.lastHour(atMs) + 5.0) / (past.busiestHour() + 5.0));
        }
        return features;
    }

    @Override
    public void write(DataOutput out) throws IOException {
        for (OwnPast past : pasts) {
            past.write(out);
        }
        out.writeLong(learnedHour);
        out.writeLong(askedStep);
    }

    @Override
    public void read(DataInput in) throws IOException {
        for (OwnPast past : pasts) {
            past.read(in);
        }
        learnedHour = in.readLong();
        askedStep = in.readLong();
    }
}
