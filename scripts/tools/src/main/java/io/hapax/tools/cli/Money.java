package io.hapax.tools.cli;

import io.hapax.money.Currencies;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts as text in units, such as 12.50, and as numbers in minor units. */
public final class Money {
    private static final Pattern AMOUNT = Pattern.compile("-?+([0-9]++)(?:\\.([0-9]++))?+");

    /**
     * A zero in front makes a number of an account of it, a minus before nothing is a mistake of whoever calculated
     * it.
     */
    private static final Pattern ODD = Pattern.compile("-?0[0-9].*+|-0(?:\\.0++)?+");

    /** Largest number of digits, more than any amount has. So a number of a million digits takes no time. */
    private static final int MOST_DIGITS = 40;

    private static final int MOST_SHOWN = 60;

    private Money() {}

    /**
     * Exactly: digits, and behind a point no more of them than the currency has decimals. {@code 1,000.00},
     * {@code 1.000} and {@code 1e3} mean different things to different people and are refused, like {@code 007} and
     * {@code -0}.
     *
     * @throws IllegalArgumentException saying what is wrong with the text
     */
    public static long minorUnits(String text, String currency) {
        Matcher amount = AMOUNT.matcher(text);
        if (!amount.matches()) {
            throw new IllegalArgumentException("\"" + shortly(text)
                    + "\" is no amount: it must be digits, with a point before the decimals, such as 1250.00");
        }
        if (ODD.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "\"" + shortly(text) + "\" is no amount: it must have no zeros in front, and zero no sign");
        }
        int digits = decimals(currency);
        if (amount.group(2) != null && amount.group(2).length() > digits) {
            throw new IllegalArgumentException(
                    "\"" + shortly(text) + "\" has more decimals than the " + digits + " of " + currency);
        }
        if (amount.group(1).length() > MOST_DIGITS) {
            throw tooLarge(text);
        }
        try {
            return new BigDecimal(text).movePointRight(digits).longValueExact();
        } catch (ArithmeticException e) {
            throw tooLarge(text);
        }
    }

    private static IllegalArgumentException tooLarge(String text) {
        return new IllegalArgumentException("\"" + shortly(text) + "\" is too large: more than an account can hold");
    }

    private static String shortly(String text) {
        return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
    }

    /** The amount with its currency, such as {@code 1,234.50 EUR}. */
    public static String format(long amountMinor, String currency) {
        return format(BigDecimal.valueOf(amountMinor), currency);
    }

    /** The same of a sum, which may be more than an account can hold. */
    public static String format(BigDecimal amountMinor, String currency) {
        int decimals = decimals(currency);
        return String.format(Locale.ROOT, "%,." + decimals + "f %s", amountMinor.movePointLeft(decimals), currency);
    }

    /** The decimals of a currency. An unknown code counts as two, like most: the service refuses such a currency. */
    public static int decimals(String currency) {
        return Currencies.decimals(currency).orElse(2);
    }
}
