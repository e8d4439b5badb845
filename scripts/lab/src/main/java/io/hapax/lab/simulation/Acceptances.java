package io.hapax.lab.simulation;

import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The commands that were accepted or recalled, by key, in their order. */
final class Acceptances {
    private final Map<PaymentKey, List<Acceptance>> byKey;

    /** The end of an accepted command. */
    enum End {
        NONE,
        SETTLED,
        /** The ledger knew the key from before, with another payload: to others it stays unknown. */
        REFUSED
    }

    /**
     * A command that was accepted or recalled, and how it ended.
     *
     * @param recalled the ledger was asked before anything was posted
     * @param posted the ledger was told to post it
     * @param expiresAt the time until which a retry gets the stored answer, as the settlement tells
     */
    record Acceptance(
            LogPosition command, Instant seenAt, boolean recalled, boolean posted, End end, Instant expiresAt) {
        Acceptance(LogPosition command, Instant seenAt, boolean recalled) {
            this(command, seenAt, recalled, !recalled, End.NONE, Instant.MIN);
        }

        Acceptance withPost() {
            return new Acceptance(command, seenAt, recalled, true, end, expiresAt);
        }

        Acceptance ended(End as, Instant until) {
            return new Acceptance(command, seenAt, recalled, posted, as, until);
        }

        /** True if every command of the key must be recognised at that time. */
        boolean isRemembered(Instant at) {
            return end == End.NONE || (end == End.SETTLED && at.isBefore(expiresAt));
        }
    }

    Acceptances(Map<PaymentKey, List<Acceptance>> byKey) {
        this.byKey = new HashMap<>(byKey);
    }

    Map<PaymentKey, List<Acceptance>> content() {
        return Map.copyOf(byKey);
    }

    List<Acceptance> of(PaymentKey key) {
        return byKey.getOrDefault(key, List.of());
    }

    @Nullable Acceptance find(PaymentKey key, LogPosition command) {
        return of(key).stream()
                .filter(acceptance -> acceptance.command.equals(command))
                .findAny()
                .orElse(null);
    }

    void add(PaymentKey key, Acceptance added) {
        List<Acceptance> all = new ArrayList<>(of(key));
        all.add(added);
        byKey.put(key, List.copyOf(all));
    }

    void replace(PaymentKey key, Acceptance changed) {
        byKey.put(
                key,
                of(key).stream()
                        .map(known -> known.command.equals(changed.command) ? changed : known)
                        .toList());
    }
}
