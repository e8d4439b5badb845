package io.hapax.stream.gateway.journey;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

/**
 * All decisions that requests of this instance wait for, by the key of the payment; no more than there are requests.
 */
final class AwaitedDecisions {
    private final ConcurrentMap<String, List<AwaitedDecision>> byKey = new ConcurrentHashMap<>();

    /** From now on decisions of this key are kept. {@link #leave} must follow. */
    AwaitedDecision await(String topicKey) {
        AwaitedDecision awaited = new AwaitedDecision();
        byKey.merge(
                topicKey,
                List.of(awaited),
                (some, more) -> Stream.concat(some.stream(), more.stream()).toList());
        return awaited;
    }

    /** Nobody waits for it any more. */
    @SuppressWarnings("NullAway") // Null removes the key, as ConcurrentMap says.
    void leave(String topicKey, AwaitedDecision awaited) {
        byKey.computeIfPresent(topicKey, (key, all) -> {
            List<AwaitedDecision> rest =
                    all.stream().filter(other -> other != awaited).toList();
            return rest.isEmpty() ? null : rest;
        });
    }

    /** True when somebody waits for a decision of this key. All other decisions need not even be decoded. */
    boolean isAwaited(String topicKey) {
        return byKey.containsKey(topicKey);
    }

    void offer(String topicKey, Decided read) {
        byKey.getOrDefault(topicKey, List.of()).forEach(awaited -> awaited.offer(read));
    }

    int size() {
        return byKey.size();
    }
}
