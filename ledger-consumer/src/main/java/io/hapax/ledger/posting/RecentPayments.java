package io.hapax.ledger.posting;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The guarded payments that were posted lately, while a batch is worked through. Of equal ones, the latest is enough:
 * if one of them is within a window, the latest is.
 */
final class RecentPayments {
    private final Map<Likeness, Recent> latest;
    private final Map<Likeness, Recent> changed = new HashMap<>();

    RecentPayments(Map<Likeness, Recent> before) {
        latest = new HashMap<>(before);
    }

    /**
     * The failure of a payment that is suspected to be one before it; null if it is not. Who confirms the latest equal
     * payment knows of all before it.
     *
     * @param clock of the request's partition
     */
    PaymentResult.@Nullable Failed suspicion(PostingRequest request, Instant clock) {
        Guard guard = request.guard();
        if (!guard.isOn()) return null;
        Recent before = latest.get(Likeness.of(request));
        if (before == null || before.isOverAt(clock)) return null;
        if (!clock.isBefore(before.at().plus(guard.window()))) return null;
        boolean own = before.clientId().equals(request.clientId());
        if (own && before.idempotencyKey().equals(guard.confirmsDistinctFrom())) return null;
        return new PaymentResult.Failed(FailureReason.SUSPECTED_DUPLICATE, null, own ? before.idempotencyKey() : null);
    }

    /** Remembers a payment that was completed. */
    void completed(PostingRequest request, Instant clock) {
        Guard guard = request.guard();
        if (!guard.isOn()) return;
        Likeness likeness = Likeness.of(request);
        Recent before = latest.get(likeness);
        Instant until = clock.plus(guard.window());
        Recent now = new Recent(
                request.clientId(),
                request.idempotencyKey(),
                clock,
                before != null && before.until().isAfter(until) ? before.until() : until);
        latest.put(likeness, now);
        changed.put(likeness, now);
    }

    /** What is to be remembered after the batch and was not before. */
    Map<Likeness, Recent> changed() {
        return Map.copyOf(changed);
    }
}
