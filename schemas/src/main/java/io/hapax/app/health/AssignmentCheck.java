package io.hapax.app.health;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A check that an instance has a share of its group's work. An instance without work is not ready at first: its share
 * may still belong to an instance that died, until the session of that instance ends. After that time other instances
 * have all the work. The instance is then a standby, and the check passes.
 */
public final class AssignmentCheck {
    private final String name;
    private final Duration standsByAfter;
    private final LongSupplier nanoClock;
    private @Nullable Long withoutSinceNanos;

    /**
     * @param name of the check, which is also what is shared out: {@code tasks}, {@code partitions}
     * @param standsByAfter beyond the session timeout of the group
     */
    public AssignmentCheck(String name, Duration standsByAfter, LongSupplier nanoClock) {
        this.name = name;
        this.standsByAfter = standsByAfter;
        this.nanoClock = nanoClock;
    }

    /** To be asked again and again, by one who takes part in the group at that time. */
    public synchronized Check check(int share) {
        if (share > 0) {
            withoutSinceNanos = null;
            return Check.passed(name, share + " assigned");
        }
        long now = nanoClock.getAsLong();
        if (withoutSinceNanos == null) {
            withoutSinceNanos = now;
        }
        Duration left = standsByAfter.minusNanos(now - withoutSinceNanos);
        return left.isPositive()
                ? Check.failed(
                        name,
                        "none assigned; those of an instance that died are handed over when its session ends, within "
                                + left.toSeconds() + " s")
                : Check.passed(name, "none left for this instance: it stands by");
    }

    /** Takes no part in the group now. */
    public synchronized Check absent() {
        withoutSinceNanos = null;
        return Check.failed(name, "none assigned");
    }
}
