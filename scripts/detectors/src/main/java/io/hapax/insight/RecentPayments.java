package io.hapax.insight;

import org.jspecify.annotations.Nullable;

/**
 * The newest accepted payments of all clients, to find the same one under another key.
 *
 * <p>A table of fixed size in which a payment has one place, and a newer one takes it from an older: what is looked
 * for came seconds or minutes ago. Memory does not grow with clients or load; under more load than places within the
 * time of a pair, it looks back less far.
 */
final class RecentPayments {
    private final long[] payloads;
    private final long[] times;
    private final String[] keys;

    /** @param places a power of two */
    RecentPayments(int places) {
        payloads = new long[places];
        times = new long[places];
        keys = new String[places];
    }

    /**
     * Puts a payment in, and returns the other key under which the client asked for the same one before; null if
     * none.
     */
    @Nullable String put(UsageFact fact) {
        long payload = mix(fact.payload() ^ mix(fact.clientId().hashCode()));
        int place = (int) (payload & (payloads.length - 1));
        boolean pair = payloads[place] == payload
                && Math.abs(fact.atMs() - times[place]) <= Thresholds.PAIR_WITHIN.toMillis()
                && !keys[place].equals(fact.idempotencyKey());
        String other = pair ? keys[place] : null;
        payloads[place] = payload;
        times[place] = fact.atMs();
        keys[place] = fact.idempotencyKey();
        return other;
    }

    /** Spreads the bits (the finalizer of MurmurHash3). */
    private static long mix(long bits) {
        long mixed = (bits ^ bits >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
