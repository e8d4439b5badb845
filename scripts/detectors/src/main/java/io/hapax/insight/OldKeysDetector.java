package io.hapax.insight;

import io.hapax.insight.UsageFact.Kind;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Old keys that come again: recorded commands, a queue that was left lying, or one key that is sent for ever.
 *
 * <p>A file that is sent again as a whole is none of these: its keys are all of one age, and come from where they
 * always come.
 */
final class OldKeysDetector implements Detector {
    /** Share of commands on their own partition that differs this much from the past comes from another producer. */
    private static final double OTHER_SOURCE = 0.35;

    /** Accepted commands after which the client's usual share is known. */
    private static final int SOURCE_KNOWN_AFTER = 50;

    /** Weight of one command in the usual share: it follows a change of producer in some hundred commands. */
    private static final double SOURCE_WEIGHT = 0.01;

    /** In a queue that was left lying, nearly all is too late; a recording reaches into what is still known. */
    private static final double NEARLY_ALL = 0.9;

    private final KeyCounts late = new KeyCounts(Thresholds.LATE_LONGEST_GAP);
    private final Deque<Again> again = new ArrayDeque<>(0);
    private double usualShare;
    private int accepted;

    private record Again(long atMs, int keyHash, long ageMs, boolean tooLate, boolean ownPartition) {}

    @Override
    public Optional<Finding> observe(UsageFact fact) {
        Kind kind = fact.kind();
        if (kind.isFirst()) {
            learnSource(fact.ownPartition());
            return Optional.empty();
        }
        boolean old = kind.isTooLate() || (kind == Kind.REPLAYED && fact.ageMs() >= Thresholds.OLD_AFTER.toMillis());
        if (!old) {
            return Optional.empty();
        }
        remember(fact);
        Finding finding = kind.isTooLate() ? oneKeyForEver(fact) : null;
        if (finding == null) {
            finding = recorded(fact.atMs());
        }
        if (finding == null && kind.isTooLate()) {
            finding = staleQueue(fact.atMs());
        }
        return Optional.ofNullable(finding);
    }

    private void learnSource(boolean ownPartition) {
        accepted = Math.min(accepted + 1, SOURCE_KNOWN_AFTER);
        double weight = Math.max(SOURCE_WEIGHT, 1.0 / accepted);
        usualShare += weight * ((ownPartition ? 1 : 0) - usualShare);
    }

    private void remember(UsageFact fact) {
        int hash = fact.idempotencyKey().hashCode();
        again.removeIf(earlier -> earlier.keyHash == hash);
        again.addLast(new Again(fact.atMs(), hash, fact.ageMs(), isStale(fact), fact.ownPartition()));
        if (again.size() > Thresholds.RECORDED_KEYS) {
            again.removeFirst();
        }
    }

    /**
     * True when the command counts as stale. Where answers are kept for a short time and then looked up in the
     * ledger, a file that is sent again is not stale yet.
     */
    private static boolean isStale(UsageFact fact) {
        return fact.kind() == Kind.EXPIRED
                || (fact.kind() == Kind.CAUGHT_BY_LEDGER && fact.ageMs() >= Thresholds.STALE_AFTER.toMillis());
    }

    private @Nullable Finding oneKeyForEver(UsageFact fact) {
        KeyCounts.Run run = late.add(fact.idempotencyKey(), fact.atMs());
        return run.count < Thresholds.LATE_TIMES
                ? null
                : Finding.of(
                        Cause.ONE_KEY_FOR_EVER,
                        Evidence.of("idempotencyKey", run.key),
                        Evidence.of("timesTooLate", run.count),
                        Evidence.of("meanDelayMs", Math.round(run.meanGapMs)));
    }

    private @Nullable Finding recorded(long atMs) {
        if (again.size() < Thresholds.RECORDED_KEYS
                || atMs - again.getFirst().atMs > Thresholds.RECORDED_WITHIN.toMillis()) {
            return null;
        }
        long spreadMs = spreadMs();
        boolean elsewhere = fromElsewhere(Long.MIN_VALUE);
        if (!elsewhere && spreadMs < Thresholds.RECORDED_SPREAD.toMillis()) {
            return null;
        }
        return Finding.of(
                elsewhere ? Cause.RECORDED_COMMANDS_FROM_ELSEWHERE : Cause.RECORDED_COMMANDS_FROM_THE_SAME_SOURCE,
                Evidence.of("oldKeys", again.size()),
                Evidence.of(
                        "within",
                        Duration.ofMillis(atMs - again.getFirst().atMs).toString()),
                Evidence.of("tooLate", again.stream().filter(Again::tooLate).count()),
                Evidence.of("differenceInAge", Duration.ofMillis(spreadMs).toString()),
                Evidence.of("ownPartitionPercent", Math.round(100 * ownShare(Long.MIN_VALUE))),
                Evidence.of("usuallyOwnPartitionPercent", Math.round(100 * usualShare)));
    }

    private @Nullable Finding staleQueue(long atMs) {
        long since = atMs - Thresholds.STALE_WITHIN.toMillis();
        long all = again.stream().filter(a -> a.atMs >= since).count();
        long tooLate = again.stream().filter(a -> a.atMs >= since && a.tooLate).count();
        return tooLate < Thresholds.STALE_KEYS || tooLate < NEARLY_ALL * all || fromElsewhere(since)
                ? null
                : Finding.of(
                        Cause.STALE_QUEUE,
                        Evidence.of("keysTooLate", tooLate),
                        Evidence.of("oldKeysStillKnown", all - tooLate),
                        Evidence.of("within", Thresholds.STALE_WITHIN.toString()));
    }

    private boolean fromElsewhere(long sinceMs) {
        return accepted >= SOURCE_KNOWN_AFTER && Math.abs(ownShare(sinceMs) - usualShare) > OTHER_SOURCE;
    }

    private double ownShare(long sinceMs) {
        return again.stream()
                .filter(a -> a.atMs >= sinceMs)
                .mapToInt(a -> a.ownPartition ? 1 : 0)
                .average()
                .orElse(usualShare);
    }

    /** Between the lowest and the highest tenth of the ages that are known. */
    private long spreadMs() {
        long[] ages = again.stream()
                .filter(a -> a.ageMs > 0)
                .mapToLong(Again::ageMs)
                .sorted()
                .toArray();
        if (ages.length < 10) {
            return 0;
        }
        Arrays.sort(ages);
        return ages[ages.length * 9 / 10] - ages[ages.length / 10];
    }

    @Override
    public void write(DataOutput out) throws IOException {
        late.write(out);
        out.writeDouble(usualShare);
        out.writeInt(accepted);
        out.writeByte(again.size());
        for (Again a : again) {
            out.writeLong(a.atMs);
            out.writeInt(a.keyHash);
            out.writeLong(a.ageMs);
            out.writeBoolean(a.tooLate);
            out.writeBoolean(a.ownPartition);
        }
    }

    @Override
    public void read(DataInput in) throws IOException {
        late.read(in);
        usualShare = in.readDouble();
        accepted = in.readInt();
        int size = in.readByte();
        for (int i = 0; i < size; i++) {
            again.addLast(new Again(in.readLong(), in.readInt(), in.readLong(), in.readBoolean(), in.readBoolean()));
        }
    }
}
