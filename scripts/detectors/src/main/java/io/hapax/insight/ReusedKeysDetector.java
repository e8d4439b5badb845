package io.hapax.insight;

import io.hapax.insight.UsageFact.Kind;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Conflicts: one key, different payments. One is an accident; several in an hour have a common cause. */
final class ReusedKeysDetector implements Detector {
    private static final String DEBTOR = "debtorAccount";
    private static final String CREDITOR = "creditorAccount";

    private final Deque<Conflict> conflicts = new ArrayDeque<>(0);

    /**
     * @param otherAccounts whether the second payment is between other accounts, so that it is no retry of the first
     */
    private record Conflict(long atMs, int keyHash, boolean otherAccounts) {}

    @Override
    public Optional<Finding> observe(UsageFact fact) {
        if (fact.kind() != Kind.CONFLICT) {
            return Optional.empty();
        }
        boolean otherAccounts =
                fact.differing().contains(DEBTOR) || fact.differing().contains(CREDITOR);
        conflicts.addLast(new Conflict(fact.atMs(), fact.idempotencyKey().hashCode(), otherAccounts));
        if (conflicts.size() > Thresholds.CONFLICTS) {
            conflicts.removeFirst();
        }
        boolean reached = conflicts.size() == Thresholds.CONFLICTS
                && fact.atMs() - conflicts.getFirst().atMs <= Thresholds.CONFLICTS_WITHIN.toMillis();
        return reached ? Optional.of(finding(fact)) : Optional.empty();
    }

    private Finding finding(UsageFact last) {
        long keys = conflicts.stream().mapToInt(Conflict::keyHash).distinct().count();
        long otherAccounts = conflicts.stream().filter(Conflict::otherAccounts).count();
        return Finding.of(
                cause(keys, otherAccounts),
                Evidence.of("conflicts", conflicts.size()),
                Evidence.of("keys", keys),
                Evidence.of("betweenOtherAccounts", otherAccounts),
                Evidence.of("idempotencyKey", last.idempotencyKey()),
                Evidence.of("differingFields", String.join(",", last.differing())));
    }

    private static Cause cause(long keys, long otherAccounts) {
        boolean mostlyOther = 2 * otherAccounts > Thresholds.CONFLICTS;
        if (!mostlyOther) {
            return Cause.RETRY_CHANGES_THE_PAYLOAD;
        }
        return 2 * keys <= Thresholds.CONFLICTS ? Cause.ONE_KEY_FOR_ALL_PAYMENTS : Cause.KEYS_STARTED_OVER;
    }

    @Override
    public void write(DataOutput out) throws IOException {
        out.writeByte(conflicts.size());
        for (Conflict conflict : conflicts) {
            out.writeLong(conflict.atMs);
            out.writeInt(conflict.keyHash);
            out.writeBoolean(conflict.otherAccounts);
        }
    }

    @Override
    public void read(DataInput in) throws IOException {
        int size = in.readByte();
        for (int i = 0; i < size; i++) {
            conflicts.addLast(new Conflict(in.readLong(), in.readInt(), in.readBoolean()));
        }
    }
}
