package io.hapax.stream.gateway;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * The limits on the number of requests that each client may send to this instance. There are as many buckets as
 * clients with a key.
 */
final class RateLimits {
    private final int burst;
    private final int perSecond;
    private final LongSupplier nanoClock;
    private final ConcurrentMap<String, TokenBucket> buckets = new ConcurrentHashMap<>();

    RateLimits(int burst, int perSecond, LongSupplier nanoClock) {
        this.burst = burst;
        this.perSecond = perSecond;
        this.nanoClock = nanoClock;
    }

    /** The number of requests that the client has left after this one; {@link TokenBucket#NONE} if this is too many. */
    int take(String client) {
        long now = nanoClock.getAsLong();
        return buckets.computeIfAbsent(client, name -> new TokenBucket(burst, perSecond, now))
                .tryTake(now);
    }
}
