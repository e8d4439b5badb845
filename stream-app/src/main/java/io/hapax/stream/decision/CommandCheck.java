package io.hapax.stream.decision;

import io.hapax.money.Currencies;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The check of a received command against the rules. It names every rule that the command breaks. */
public final class CommandCheck {
    /** Characters of a client id at most. */
    public static final int MAX_CLIENT_ID = 64;

    /** Characters of an idempotency key at most, as in Stripe's API. */
    public static final int MAX_IDEMPOTENCY_KEY = 255;

    /**
     * Minor units of a payment at most: 90 trillion euros. It lies just below 2^53, so that clients that hold numbers
     * in floating point (JavaScript, most JSON libraries) read every amount exactly. One larger amount would stop the
     * reader of a topic.
     */
    public static final long MAX_AMOUNT_MINOR = 9_000_000_000_000_000L;

    private static final int MAX_ACCOUNT_ID = 64;

    /** SEPA's limit for remittance information. */
    private static final int MAX_REFERENCE = 140;

    /** A reservation lasts as long as that at least. */
    public static final Duration SHORTEST_HOLD = Duration.ofMinutes(1);

    /** A reservation lasts as long as that at most. */
    public static final Duration LONGEST_HOLD = Duration.ofDays(45);

    private final Duration allowedSkew;
    private final SwitchedOn switchedOn;

    /**
     * A check that lets new payments in one step begin, and nothing else.
     *
     * @param allowedSkew how far a client's clock may run ahead of the broker's
     */
    public CommandCheck(Duration allowedSkew) {
        this(allowedSkew, SwitchedOn.NOTHING);
    }

    /**
     * @param allowedSkew how far a client's clock may run ahead of the broker's
     * @param switchedOn what may be new besides payments in one step
     */
    public CommandCheck(Duration allowedSkew, SwitchedOn switchedOn) {
        this.allowedSkew = allowedSkew;
        this.switchedOn = switchedOn;
    }

    /** Either a command, or every rule that it breaks. */
    public CheckedCommand check(ReceivedCommand received, Instant now) {
        Instant firstSentAt = firstSentAt(received, now);
        List<Violation> violations = brokenAtAnyTime(received);
        if (firstSentAt != null && isInFuture(firstSentAt, now)) {
            violations.add(Violation.SENT_IN_FUTURE);
        }
        return violations.isEmpty()
                ? new CheckedCommand.Valid(command(received, firstSentAt))
                : new CheckedCommand.Invalid(List.copyOf(violations));
    }

    /** Every broken rule that has nothing to do with time: only the broker's clock may judge that. */
    public static List<Violation> brokenAtAnyTime(ReceivedCommand received) {
        List<Violation> violations = new ArrayList<>(0);
        checkKey(received.key(), violations);
        switch (received) {
            case ReceivedCommand.Pay pay -> {
                checkAccounts(pay.debtorAccount(), pay.creditorAccount(), violations);
                checkMoney(pay.amountMinor(), pay.currency(), pay.reference(), violations);
                checkConfirmed(pay.key(), pay.confirmsDistinctFrom(), violations);
            }
            case ReceivedCommand.Reserve reserve -> {
                checkAccounts(reserve.debtorAccount(), reserve.creditorAccount(), violations);
                checkMoney(reserve.amountMinor(), reserve.currency(), reserve.reference(), violations);
                checkHold(reserve.holdMs(), violations);
            }
            case ReceivedCommand.Capture capture -> {
                checkReservationKey(capture.key(), capture.reservationKey(), violations);
                checkDebtor(capture.debtorAccount(), violations);
                checkMoney(capture.amountMinor(), capture.currency(), capture.reference(), violations);
            }
            case ReceivedCommand.Free voiding -> {
                checkReservationKey(voiding.key(), voiding.reservationKey(), violations);
                checkDebtor(voiding.debtorAccount(), violations);
            }
            case ReceivedCommand.Cancel cancel -> {}
        }
        return violations;
    }

    private static void checkMoney(
            long amountMinor, String currency, @Nullable String reference, List<Violation> violations) {
        if (amountMinor <= 0) {
            violations.add(Violation.AMOUNT_NOT_POSITIVE);
        }
        if (amountMinor > MAX_AMOUNT_MINOR) {
            violations.add(Violation.AMOUNT_TOO_LARGE);
        }
        if (!Currencies.isMoney(currency)) {
            violations.add(Violation.CURRENCY_UNKNOWN);
        }
        if (reference != null && isLonger(reference, MAX_REFERENCE)) {
            violations.add(Violation.REFERENCE_TOO_LONG);
        }
    }

    private static void checkHold(long holdMs, List<Violation> violations) {
        if (holdMs < SHORTEST_HOLD.toMillis()) {
            violations.add(Violation.HOLD_TOO_SHORT);
        }
        if (holdMs > LONGEST_HOLD.toMillis()) {
            violations.add(Violation.HOLD_TOO_LONG);
        }
    }

    private static void checkConfirmed(PaymentKey key, @Nullable String confirmed, List<Violation> violations) {
        if (confirmed == null) return;
        if (!isIdempotencyKey(confirmed)) {
            violations.add(Violation.CONFIRMED_KEY_MALFORMED);
        } else if (confirmed.equals(key.idempotencyKey())) {
            violations.add(Violation.CONFIRMED_KEY_IS_OWN);
        }
    }

    private static void checkReservationKey(PaymentKey key, String reservationKey, List<Violation> violations) {
        if (!isIdempotencyKey(reservationKey)) {
            violations.add(Violation.RESERVATION_KEY_MALFORMED);
        } else if (reservationKey.equals(key.idempotencyKey())) {
            violations.add(Violation.RESERVATION_KEY_IS_OWN);
        }
    }

    /**
     * True when a text has more characters than that. Characters are those of Unicode: Java holds the rarer ones as
     * two.
     */
    private static boolean isLonger(String text, int characters) {
        return text.length() > characters && text.codePointCount(0, text.length()) > characters;
    }

    /** True when a text can be an idempotency key: 1 to 255 visible ASCII characters. */
    public static boolean isIdempotencyKey(String text) {
        return isVisibleAscii(text, MAX_IDEMPOTENCY_KEY);
    }

    /** True when a text can be a client id. */
    public static boolean isClientId(String text) {
        if (text.isEmpty() || text.length() > MAX_CLIENT_ID) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (!isOfClientId(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOfClientId(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }

    private static void checkKey(PaymentKey key, List<Violation> violations) {
        String clientId = key.clientId();
        String idempotencyKey = key.idempotencyKey();
        if (clientId.isEmpty()) {
            violations.add(Violation.CLIENT_ID_MISSING);
        } else if (!isClientId(clientId)) {
            violations.add(Violation.CLIENT_ID_MALFORMED);
        }
        if (idempotencyKey.isEmpty()) {
            violations.add(Violation.IDEMPOTENCY_KEY_MISSING);
        } else if (!isIdempotencyKey(idempotencyKey)) {
            violations.add(Violation.IDEMPOTENCY_KEY_MALFORMED);
        }
    }

    private static void checkDebtor(String debtor, List<Violation> violations) {
        if (!isVisibleAscii(debtor, MAX_ACCOUNT_ID)) {
            violations.add(Violation.DEBTOR_ACCOUNT_MALFORMED);
        }
    }

    private static void checkAccounts(String debtor, String creditor, List<Violation> violations) {
        checkDebtor(debtor, violations);
        if (!isVisibleAscii(creditor, MAX_ACCOUNT_ID)) {
            violations.add(Violation.CREDITOR_ACCOUNT_MALFORMED);
        }
        if (debtor.equals(creditor)) {
            violations.add(Violation.SAME_ACCOUNT);
        }
    }

    private Command command(ReceivedCommand received, @Nullable Instant firstSentAt) {
        return new Command(
                received.key(),
                payload(received),
                firstSentAt,
                received.origin(),
                refusedIfNew(received),
                Guard.confirming(received instanceof ReceivedCommand.Pay pay ? pay.confirmsDistinctFrom() : null));
    }

    /** The payload of a command that breaks no rule. */
    public static Payload payload(ReceivedCommand received) {
        return switch (received) {
            case ReceivedCommand.Pay pay ->
                new Payment(
                        pay.debtorAccount(),
                        pay.creditorAccount(),
                        pay.amountMinor(),
                        pay.currency(),
                        pay.reference(),
                        pay.encoded());
            case ReceivedCommand.Reserve reserve ->
                new Reservation(
                        reserve.debtorAccount(),
                        reserve.creditorAccount(),
                        reserve.amountMinor(),
                        reserve.currency(),
                        reserve.reference(),
                        Duration.ofMillis(reserve.holdMs()),
                        reserve.multiple());
            case ReceivedCommand.Capture capture ->
                new Capture(
                        capture.reservationKey(),
                        capture.debtorAccount(),
                        capture.amountMinor(),
                        capture.currency(),
                        capture.moreWillFollow(),
                        capture.reference());
            case ReceivedCommand.Free voiding -> new Voiding(voiding.reservationKey(), voiding.debtorAccount());
            case ReceivedCommand.Cancel cancel -> new Cancellation();
        };
    }

    /** The rule that a command breaks if it is a new one. What is held in a withdrawn currency may be captured. */
    public @Nullable Violation refusedIfNew(ReceivedCommand received) {
        return switch (received) {
            case ReceivedCommand.Pay pay -> inCurrentMoney(pay.currency());
            case ReceivedCommand.Reserve reserve ->
                switchedOn.twoSteps() ? inCurrentMoney(reserve.currency()) : Violation.TWO_STEPS_OFF;
            case ReceivedCommand.Capture capture -> switchedOn.twoSteps() ? null : Violation.TWO_STEPS_OFF;
            case ReceivedCommand.Free voiding -> switchedOn.twoSteps() ? null : Violation.TWO_STEPS_OFF;
            case ReceivedCommand.Cancel cancel -> switchedOn.guards() ? null : Violation.GUARDS_OFF;
        };
    }

    private static @Nullable Violation inCurrentMoney(String currency) {
        return Currencies.isCurrent(currency) ? null : Violation.CURRENCY_WITHDRAWN;
    }

    /**
     * The time at which the client first sent the command, as the client says it. Null if it does not.
     *
     * <p>A time inside the key that can't be true is no time: nobody has said anything, the key only looks like a
     * UUIDv7. Whoever judges must never take back that a time can be true, else a forgotten key would be accepted
     * that was to be refused: what is not in the future now won't be later, and the earliest possible time is fixed
     * for ever. See docs/decisions.md.
     */
    private @Nullable Instant firstSentAt(ReceivedCommand received, Instant now) {
        // A cancel is never too late, however old its key: the ledger knows for ever.
        if (received.asked().isCancel() || received.sentAt() != null) {
            return received.sentAt();
        }
        Instant keyMadeAt = UuidV7.timeOf(received.key().idempotencyKey());
        return keyMadeAt == null || isInFuture(keyMadeAt, now) ? null : keyMadeAt;
    }

    private boolean isInFuture(Instant time, Instant now) {
        return time.isAfter(now.plus(allowedSkew));
    }

    private static boolean isVisibleAscii(String text, int maxLength) {
        if (text.isEmpty() || text.length() > maxLength) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x21 || c > 0x7E) {
                return false;
            }
        }
        return true;
    }
}
