package io.hapax.stream.decision;

/** A rule that a command breaks; the name is the stable code in answers. */
public enum Violation {
    /** The client id is empty. */
    CLIENT_ID_MISSING,
    /** The client id is not 1 to 64 characters of {@code A-Z a-z 0-9 . _ -}. */
    CLIENT_ID_MALFORMED,
    /** The idempotency key is empty. */
    IDEMPOTENCY_KEY_MISSING,
    /** The idempotency key is not 1 to 255 visible ASCII characters. */
    IDEMPOTENCY_KEY_MALFORMED,
    /** The debtor account id is not 1 to 64 visible ASCII characters. */
    DEBTOR_ACCOUNT_MALFORMED,
    /** The creditor account id is not 1 to 64 visible ASCII characters. */
    CREDITOR_ACCOUNT_MALFORMED,
    /** Debtor and creditor are the same account. */
    SAME_ACCOUNT,
    /** The amount is zero or less. */
    AMOUNT_NOT_POSITIVE,
    /** The amount is more than {@link CommandCheck#MAX_AMOUNT_MINOR}. */
    AMOUNT_TOO_LARGE,
    /** The currency is not an ISO 4217 code with a minor unit. */
    CURRENCY_UNKNOWN,
    /** The currency was withdrawn from ISO 4217: new payments are refused, what was paid in it is still answered. */
    CURRENCY_WITHDRAWN,
    /** The reference is longer than 140 characters. */
    REFERENCE_TOO_LONG,
    /** {@code sentAt} is later than now plus the allowed skew: such a time could keep a key acceptable for ever. */
    SENT_IN_FUTURE,
    /** A reservation is to last less than {@link CommandCheck#SHORTEST_HOLD}. */
    HOLD_TOO_SHORT,
    /** A reservation is to last longer than {@link CommandCheck#LONGEST_HOLD}. */
    HOLD_TOO_LONG,
    /** The key of the reservation is no idempotency key. */
    RESERVATION_KEY_MALFORMED,
    /** A capture or voiding has the key of its own reservation. */
    RESERVATION_KEY_IS_OWN,
    /** The key that {@code confirmsDistinctFrom} names is no idempotency key. */
    CONFIRMED_KEY_MALFORMED,
    /** A payment confirms that it is another one than itself. */
    CONFIRMED_KEY_IS_OWN,
    /** The operator has not switched payments in two steps on: new ones are refused, known ones still answered. */
    TWO_STEPS_OFF,
    /** The operator has not switched guards on: new cancels are refused, known ones still answered. */
    GUARDS_OFF,
    /** The policy asks for keys that are UUIDs: new ones of another form are refused, known ones still answered. */
    KEY_NOT_UUID,
    /** The policy asks for keys that are UUIDs of version 7. */
    KEY_NOT_UUID_V7
}
