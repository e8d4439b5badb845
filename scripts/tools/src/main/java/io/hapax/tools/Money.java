package io.hapax.tools;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.Locale;

/** Amounts as people write them, in units such as 12.50, and as they are kept, in minor units. */
public final class Money {
    private Money() {}

    /**
     * Exactly: an amount with more decimals than its currency has is no amount.
     *
     * @throws IllegalArgumentException saying what is wrong with the text
     */
    public static long minorUnits(String text, String currency) {
        int digits = digits(currency);
        try {
            return new BigDecimal(text).movePointRight(digits).longValueExact();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("is no number: " + text, e);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "does not fit the " + digits + " decimals of " + currency + ": " + text, e);
        }
    }

    /** With its currency, such as {@code 1,234.50 EUR}. */
    public static String format(long amountMinor, String currency) {
        int digits = digits(currency);
        return String.format(Locale.ROOT, "%,." + digits + "f %s", BigDecimal.valueOf(amountMinor, digits), currency);
    }

    /** Of a code that is no currency two, like most: the service answers that there is no such currency. */
    private static int digits(String currency) {
        try {
            return Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
        } catch (IllegalArgumentException e) {
            return 2;
        }
    }
}
