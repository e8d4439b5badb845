package io.hapax.storm.check;

import io.hapax.storm.history.Payload;
import org.jspecify.annotations.Nullable;

/**
 * The state of one key, as a client that is alone would know it.
 *
 * @param payload the payment under the key, once there is one
 * @param result its end, once anybody has seen it: it stays what it is
 */
record KeyState(
        Phase phase, @Nullable Payload payload, @Nullable Result result) {
    static final KeyState FREE = new KeyState(Phase.FREE, null, null);

    /** A part of a key's life. The parts follow each other in this order. */
    enum Phase {
        FREE,
        PENDING,
        SETTLED,
        /** Known to the ledger alone: the key may be accepted anew, and gets the same answer. */
        FORGOTTEN
    }

    /** The state after a call took effect; null where it can't have taken effect in this state. */
    @Nullable KeyState after(KeyCall call) {
        return switch (phase) {
            case FREE -> whenFree(call);
            case PENDING -> whenPending(call);
            case SETTLED -> whenSettled(call);
            case FORGOTTEN -> whenForgotten(call);
        };
    }

    /** The state that follows by itself; null if none does. */
    @Nullable KeyState next(boolean forgettable) {
        return switch (phase) {
            case PENDING -> new KeyState(Phase.SETTLED, payload, result);
            case SETTLED -> forgettable ? new KeyState(Phase.FORGOTTEN, payload, result) : null;
            case FREE, FORGOTTEN -> null;
        };
    }

    private @Nullable KeyState whenFree(KeyCall call) {
        return switch (call.effect()) {
            case PAYS, MAY_PAY -> new KeyState(Phase.PENDING, call.payload(), null);
            case SEES_NOTHING, IS_TOO_LATE -> this;
            default -> null;
        };
    }

    private @Nullable KeyState whenPending(KeyCall call) {
        return switch (call.effect()) {
            case MEETS_PENDING, SEES_PENDING -> isOf(call) ? this : null;
            case MEETS_ANOTHER -> isOf(call) ? null : this;
            default -> null;
        };
    }

    private @Nullable KeyState whenSettled(KeyCall call) {
        return switch (call.effect()) {
            case MEETS_SETTLED, SEES_SETTLED -> isOf(call) ? seen(call) : null;
            case MEETS_ANOTHER -> isOf(call) ? null : this;
            default -> null;
        };
    }

    private @Nullable KeyState seen(KeyCall call) {
        if (result == null) {
            return new KeyState(phase, payload, call.result());
        }
        return result.equals(call.result()) ? this : null;
    }

    private boolean isOf(KeyCall call) {
        return call.payload() == null || call.payload().equals(payload);
    }

    /** The ledger never forgets: the end stays what it was. */
    private @Nullable KeyState whenForgotten(KeyCall call) {
        return switch (call.effect()) {
            case MEETS_SETTLED, SEES_SETTLED -> isOf(call) ? seen(call) : null;
            default -> this;
        };
    }
}
