package io.hapax.ledger.posting;

import java.util.Currency;

/** ISO 4217 alphabetic codes. */
public final class CurrencyCode {

    private CurrencyCode() {}

    /** Whether {@code code} names a currency that has a minor unit: gold (XAU) and "no currency" (XXX) have none. */
    public static boolean isMoney(String code) {
        try {
            return Currency.getInstance(code).getDefaultFractionDigits() >= 0;
        } catch (IllegalArgumentException notInIso4217) {
            return false;
        }
    }
}
