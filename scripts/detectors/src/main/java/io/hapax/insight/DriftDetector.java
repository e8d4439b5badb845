package io.hapax.insight;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Pairs of equal payments under two keys within minutes, held against the client's own past: some sell the same
 * ticket to the same customer twice a day, and are right to.
 */
final class DriftDetector implements Detector {
    /** Pairs told as evidence. */
    private static final int TOLD = 5;

    private final RecentPayments recent;
    private final OwnPast pairs = new OwnPast();
    private final OwnPast payments = new OwnPast();
    private final Deque<Pair> lastPairs = new ArrayDeque<>(0);

    private record Pair(String first, String second) {}

    DriftDetector(RecentPayments recent) {
        this.recent = recent;
    }

    @Override
    public Optional<Finding> observe(UsageFact fact) {
        pairs.pass(fact.atMs());
        payments.pass(fact.atMs());
        if (!fact.kind().isFirst() || fact.payload() == 0) {
            return Optional.empty();
        }
        payments.add(fact.atMs());
        String other = recent.put(fact);
        if (other == null) {
            return Optional.empty();
        }
        pairs.add(fact.atMs());
        lastPairs.addLast(new Pair(other, fact.idempotencyKey()));
        if (lastPairs.size() > TOLD) {
            lastPairs.removeFirst();
        }
        int inHour = pairs.lastHour(fact.atMs());
        boolean reached = pairs.hasPast() && inHour >= Thresholds.PAIRS + 2 * usual(fact.atMs());
        return reached ? Optional.of(finding(inHour)) : Optional.empty();
    }

    /** Pairs in the busiest hour of the past, more when there are more payments: their number grows with the square. */
    private double usual(long atMs) {
        double busier = (double) payments.lastHour(atMs) / Math.max(1, payments.busiestHour());
        return pairs.busiestHour() * Math.max(1, busier * busier);
    }

    private Finding finding(int inHour) {
        return Finding.of(
                Cause.NEW_KEY_FOR_EACH_RETRY,
                Evidence.of("pairsInHour", inHour),
                Evidence.of("pairsInBusiestHourBefore", pairs.busiestHour()),
                Evidence.of(
                        "pairs",
                        lastPairs.stream()
                                .map(pair -> pair.first + "=" + pair.second)
                                .collect(Collectors.joining(" "))));
    }

    @Override
    public void write(DataOutput out) throws IOException {
        pairs.write(out);
        payments.write(out);
        out.writeByte(lastPairs.size());
        for (Pair pair : lastPairs) {
            out.writeUTF(pair.first);
            out.writeUTF(pair.second);
        }
    }

    @Override
    public void read(DataInput in) throws IOException {
        pairs.read(in);
        payments.read(in);
        int size = in.readByte();
        for (int i = 0; i < size; i++) {
            lastPairs.addLast(new Pair(in.readUTF(), in.readUTF()));
        }
    }
}
