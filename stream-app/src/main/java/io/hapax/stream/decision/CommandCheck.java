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

    private final Duration allowedSkew;

    /** @param allowedSkew how far a client's clock may run ahead of the broker's */
    public CommandCheck(Duration allowedSkew) {
        this.allowedSkew = allowedSkew;
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
            case ReceivedCommand.Pay pay -> checkPayment(pay, violations);
        }
        return violations;
    }

    private static void checkPayment(ReceivedCommand.Pay received, List<Violation> violations) {
        checkAccounts(received, violations);
        if (received.amountMinor() <= 0) {
            violations.add(Violation.AMOUNT_NOT_POSITIVE);
        }
        if (received.amountMinor() > MAX_AMOUNT_MINOR) {
            violations.add(Violation.AMOUNT_TOO_LARGE);
        }
        if (!Currencies.isMoney(received.currency())) {
            violations.add(Violation.CURRENCY_UNKNOWN);
        }
        if (received.reference() != null && isLonger(received.reference(), MAX_REFERENCE)) {
            violations.add(Violation.REFERENCE_TOO_LONG);
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

    private static void checkAccounts(ReceivedCommand.Pay received, List<Violation> violations) {
        if (!isVisibleAscii(received.debtorAccount(), MAX_ACCOUNT_ID)) {
            violations.add(Violation.DEBTOR_ACCOUNT_MALFORMED);
        }
        if (!isVisibleAscii(received.creditorAccount(), MAX_ACCOUNT_ID)) {
            violations.add(Violation.CREDITOR_ACCOUNT_MALFORMED);
        }
        if (received.debtorAccount().equals(received.creditorAccount())) {
            violations.add(Violation.SAME_ACCOUNT);
        }
    }

    private static Command command(ReceivedCommand received, @Nullable Instant firstSentAt) {
        return switch (received) {
            case ReceivedCommand.Pay pay -> command(pay, firstSentAt);
        };
    }

    private static Command command(ReceivedCommand.Pay received, @Nullable Instant firstSentAt) {
        Payment payment = new Payment(
                received.debtorAccount(),
                received.creditorAccount(),
                received.amountMinor(),
                received.currency(),
                received.reference(),
                received.encoded());
        Violation refusedIfNew = Currencies.isCurrent(received.currency()) ? null : Violation.CURRENCY_WITHDRAWN;
        return new Command(received.key(), payment, firstSentAt, received.origin(), refusedIfNew);
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
        if (received.sentAt() != null) {
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
