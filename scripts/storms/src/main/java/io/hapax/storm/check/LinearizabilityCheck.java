package io.hapax.storm.check;

import static io.hapax.storm.check.Invariant.LINEARIZABLE;

import io.hapax.storm.check.KeyCall.Effect;
import io.hapax.storm.history.ClientEvent.Route;
import io.hapax.storm.history.Payload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The check of each key's history: what all clients together saw of it must have happened in some order. */
final class LinearizabilityCheck {
    private final RunLog log;
    private final Findings findings;

    LinearizabilityCheck(RunLog log, Findings findings) {
        this.log = log;
        this.findings = findings;
    }

    void run() {
        for (Story story : log.stories.values()) {
            if (!story.operations.isEmpty()) {
                KeyCall misfit = new LinearSearch(calls(story), forgottenNs(story)).misfit();
                findings.require(
                        misfit == null,
                        LINEARIZABLE,
                        story.name,
                        misfit == null
                                ? ""
                                : "no order has room for op " + misfit.op() + ", which " + misfit.effect() + " "
                                        + Objects.requireNonNullElse(misfit.result(), ""),
                        "clients, " + story.operations.size() + " operations of the key");
            }
        }
    }

    /** When the key may have been forgotten, on the clients' monotonic clock. */
    private long forgottenNs(Story story) {
        Operation first = story.operations.getFirst();
        long forgottenMs = log.forgottenMs(story);
        return forgottenMs == Operation.NEVER
                ? Operation.NEVER
                : first.invokedNs + TimeUnit.MILLISECONDS.toNanos(forgottenMs - first.invokedMs);
    }

    static List<KeyCall> calls(Story story) {
        Map<Place, Decision> decisions = new HashMap<>();
        story.decisions.forEach(decision -> decisions.putIfAbsent(decision.command(), decision));
        List<KeyCall> calls = new ArrayList<>();
        for (Operation operation : story.operations) {
            HttpAnswer answer = operation.http();
            if (operation.isLookUp()) {
                if (answer != null) {
                    add(calls, operation, seen(answer), answer.payload(), answer);
                }
            } else if (operation.route == Route.TOPIC) {
                decided(calls, operation, decisions.get(operation.acknowledged()));
            } else {
                add(calls, operation, answered(answer), operation.request.payload(), answer);
            }
        }
        return calls;
    }

    private static @Nullable Effect seen(HttpAnswer answer) {
        return switch (answer.status()) {
            case 404 -> Effect.SEES_NOTHING;
            case 200 -> answer.isSettled() ? Effect.SEES_SETTLED : Effect.SEES_PENDING;
            default -> null;
        };
    }

    private static @Nullable Effect answered(@Nullable HttpAnswer answer) {
        if (answer == null) {
            return Effect.MAY_PAY;
        }
        if (answer.isSettled()) {
            return Boolean.FALSE.equals(answer.replayed()) ? Effect.PAYS : Effect.MEETS_SETTLED;
        }
        return switch (answer.status()) {
            case 409 -> Effect.MEETS_PENDING;
            case 412 -> Effect.IS_TOO_LATE;
            case 422 -> Effect.MEETS_ANOTHER;
            case 202, 408, 500, 503 -> Effect.MAY_PAY;
            // Refused before it was sent, or broken.
            default -> null;
        };
    }

    private static void add(
            List<KeyCall> calls,
            Operation operation,
            @Nullable Effect effect,
            @Nullable Payload payload,
            @Nullable HttpAnswer answer) {
        if (effect == null) {
            return;
        }
        long toNs = effect == Effect.MAY_PAY ? Operation.NEVER : operation.endedNs();
        Result result = answer != null && answer.isSettled() ? answer.result() : null;
        calls.add(new KeyCall(operation.op, operation.invokedNs, toNs, effect, payload, result));
        if (effect == Effect.PAYS) {
            // It was told the end as well.
            calls.add(new KeyCall(operation.op, operation.invokedNs, toNs, Effect.MEETS_SETTLED, payload, result));
        }
    }

    /** On the topic path the decision is the answer. Nobody knows when it was read. */
    private static void decided(List<KeyCall> calls, Operation operation, @Nullable Decision decision) {
        Effect effect = decision == null
                ? Effect.MAY_PAY
                : switch (decision.verdict()) {
                    case "SETTLED" -> decision.ledgerKnewSinceMs() == null ? Effect.PAYS : Effect.MEETS_SETTLED;
                    case "REPLAYED" -> Effect.MEETS_SETTLED;
                    case "IN_FLIGHT" -> Effect.MEETS_PENDING;
                    case "CONFLICT" -> Effect.MEETS_ANOTHER;
                    case "EXPIRED" -> Effect.IS_TOO_LATE;
                    default -> null;
                };
        if (effect != null) {
            calls.add(new KeyCall(
                    operation.op,
                    operation.invokedNs,
                    Operation.NEVER,
                    effect,
                    operation.request.payload(),
                    effect == Effect.MEETS_SETTLED && decision != null ? decision.result() : null));
        }
    }
}
