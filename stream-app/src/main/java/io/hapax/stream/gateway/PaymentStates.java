package io.hapax.stream.gateway;

import io.hapax.stream.records.PaymentLookup;
import io.hapax.stream.records.PaymentLookup.Found;
import io.hapax.topics.PaymentKey;
import java.time.Clock;

/** The look-up of the state of a payment or reservation, here or at the instance that owns its key. */
final class PaymentStates {
    private final PaymentLookup lookup;
    private final OtherInstances others;
    private final Clock clock;

    PaymentStates(PaymentLookup lookup, OtherInstances others, Clock clock) {
        this.lookup = lookup;
        this.others = others;
        this.clock = clock;
    }

    Reply find(HttpCall call, LookedUp kind, PaymentKey key) throws InterruptedException {
        return switch (lookup.find(key, clock.instant())) {
            case Found.Known(var payment, var expiresAt) -> DecisionReply.found(kind, key, payment, expiresAt);
            case Found.Unknown unknown -> kind.notFound();
            case Found.Moving moving -> Reply.problem(Problem.LOOK_UP_UNAVAILABLE);
            // Who was asked by another instance does not ask on: the two do not agree on who owns the key.
            case Found.Elsewhere(var owner) ->
                OtherInstances.isForwarded(call)
                        ? Reply.problem(Problem.LOOK_UP_UNAVAILABLE)
                        : others.ask(owner, call, kind.path(key.idempotencyKey()));
        };
    }
}
