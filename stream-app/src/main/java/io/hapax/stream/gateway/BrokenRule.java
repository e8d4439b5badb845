package io.hapax.stream.gateway;

import io.hapax.stream.decision.Violation;
import java.util.stream.Stream;

/**
 * One thing that is wrong with a request.
 *
 * @param code stable, such as {@code AMOUNT_NOT_POSITIVE}
 * @param field whose value it is about, never the value
 */
record BrokenRule(String code, String field) {
    /** A broken rule as it is answered: its stable code and the field. */
    static BrokenRule of(String code) {
        // An instance of a later version may know rules that this one does not.
        return Stream.of(Violation.values())
                .filter(violation -> violation.name().equals(code))
                .findFirst()
                .map(violation -> new BrokenRule(code, field(violation)))
                .orElse(new BrokenRule(code, "payment"));
    }

    private static String field(Violation violation) {
        return switch (violation) {
            case DEBTOR_ACCOUNT_MALFORMED -> CommandBody.DEBTOR;
            case CREDITOR_ACCOUNT_MALFORMED, SAME_ACCOUNT -> CommandBody.CREDITOR;
            case AMOUNT_NOT_POSITIVE, AMOUNT_TOO_LARGE -> CommandBody.AMOUNT;
            case CURRENCY_UNKNOWN, CURRENCY_WITHDRAWN -> CommandBody.CURRENCY;
            case REFERENCE_TOO_LONG -> CommandBody.REFERENCE;
            case SENT_IN_FUTURE -> CommandBody.SENT_AT;
            case HOLD_TOO_SHORT, HOLD_TOO_LONG -> CommandBody.HOLD_MS;
            case RESERVATION_KEY_MALFORMED, RESERVATION_KEY_IS_OWN -> CommandBody.RESERVATION_KEY;
            case CONFIRMED_KEY_MALFORMED, CONFIRMED_KEY_IS_OWN -> CommandBody.CONFIRMS;
            case TWO_STEPS_OFF, GUARDS_OFF -> "payment";
            case CLIENT_ID_MISSING, CLIENT_ID_MALFORMED -> "clientId";
            case IDEMPOTENCY_KEY_MISSING, IDEMPOTENCY_KEY_MALFORMED, KEY_NOT_UUID, KEY_NOT_UUID_V7 -> "Idempotency-Key";
        };
    }
}
