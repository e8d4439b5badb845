package io.hapax.insight;

import io.hapax.insight.UsageFact.Kind;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Replays of one key, none long after the one before. Only replays count: who asks while the payment is in flight has
 * no answer yet, and is right to ask.
 */
final class RetryLoopDetector implements Detector {
    private static final double REGULAR = 0.3;
    private static final double NO_DELAY_MS = 1_000;

    private final KeyCounts replays = new KeyCounts(Thresholds.LOOP_LONGEST_GAP);

    @Override
    public Optional<Finding> observe(UsageFact fact) {
        if (fact.kind() != Kind.REPLAYED) {
            return Optional.empty();
        }
        KeyCounts.Run run = replays.add(fact.idempotencyKey(), fact.atMs());
        if (run.count < Thresholds.LOOP_REPLAYS) {
            return Optional.empty();
        }
        return Optional.of(Finding.of(
                cause(run),
                Evidence.of("idempotencyKey", run.key),
                Evidence.of("replays", run.count),
                Evidence.of(
                        "within", Duration.ofMillis(run.lastMs - run.firstMs).toString()),
                Evidence.of("meanDelayMs", Math.round(run.meanGapMs)),
                Evidence.of("irregularityPercent", Math.round(100 * run.irregularity()))));
    }

    private static Cause cause(KeyCounts.Run run) {
        if (run.meanGapMs < NO_DELAY_MS) {
            return Cause.LOOP_WITHOUT_DELAY;
        }
        return run.irregularity() < REGULAR ? Cause.LOOP_WITH_FIXED_DELAY : Cause.LOOP_WITH_VARYING_DELAY;
    }

    @Override
    public void write(DataOutput out) throws IOException {
        replays.write(out);
    }

    @Override
    public void read(DataInput in) throws IOException {
        replays.read(in);
    }
}
