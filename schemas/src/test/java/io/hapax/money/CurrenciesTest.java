package io.hapax.money;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CurrenciesTest {
    /** Totals of list one as published on 2026-09-17: 178 codes, of which 13 have no number of decimals. */
    @Test
    void shouldHaveAsManyCurrenciesAsListOne() {
        Map<Integer, Integer> current = new TreeMap<>();
        int withdrawn = 0;
        for (String code : everyThreeLetters()) {
            if (Currencies.isCurrent(code)) {
                current.merge(Currencies.decimals(code).getAsInt(), 1, Integer::sum);
            } else if (Currencies.isMoney(code)) {
                withdrawn++;
            }
        }
        assertEquals(Map.of(0, 17, 2, 139, 3, 7, 4, 2), current);
        assertEquals(54, withdrawn);
        assertEquals(165 + 54, Currencies.codes().size());
        assertEquals(165 + 54, Currencies.codes().stream().distinct().count());
    }

    @ParameterizedTest
    @CsvSource({
        "EUR, 2",
        "USD, 2",
        "JPY, 0",
        "KRW, 0",
        "CLP, 0",
        "ISK, 0",
        "UGX, 0",
        "XOF, 0",
        "BHD, 3",
        "IQD, 3",
        "KWD, 3",
        "TND, 3",
        "CLF, 4",
        // What lists that follow a JDK or a locale miss or have otherwise.
        "UYW, 4",
        "UYI, 0",
        "UYU, 2",
        "XAD, 2",
        "XCG, 2",
        "ZWG, 2",
        "SLE, 2",
        "VED, 2",
        "VES, 2",
        "HUF, 2",
        "RSD, 2",
        "MGA, 2",
        "MRU, 2",
        "CUP, 2",
        "USN, 2"
    })
    void shouldCountMoneyInTheDecimalsOfListOne(String code, int decimals) {
        assertTrue(Currencies.isCurrent(code));
        assertEquals(OptionalInt.of(decimals), Currencies.decimals(code));
    }

    /** The newest first. */
    @ParameterizedTest
    @CsvSource({
        "BGN, 2", "ANG, 2", "ZWL, 2", "SLL, 2", "HRK, 2", "CUC, 2", "STD, 2", "MRO, 2", "VEF, 2", "BYR, 0", "LTL, 2",
        "LVL, 2", "EEK, 2", "ZWR, 2", "DEM, 2", "ITL, 0", "TRL, 0", "USS, 2"
    })
    void shouldStillReadWhatWasPaidInACurrencyThatWasWithdrawn(String code, int decimals) {
        assertFalse(Currencies.isCurrent(code));
        assertTrue(Currencies.isMoney(code));
        assertEquals(OptionalInt.of(decimals), Currencies.decimals(code));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "XXX",
                "XTS",
                "XAU",
                "XAG",
                "XPT",
                "XPD",
                "XDR",
                "XSU",
                "XUA",
                "XBA",
                "eur",
                "EUR ",
                "EURO",
                "EU",
                "",
                "BTC",
                "\u0395UR",
                "DDM"
            })
    void shouldTakeNothingElseForMoney(String code) {
        assertFalse(Currencies.isMoney(code));
        assertEquals(OptionalInt.empty(), Currencies.decimals(code));
    }

    private static Iterable<String> everyThreeLetters() {
        return IntStream.range(0, 26 * 26 * 26)
                        .mapToObj(n -> "" + (char) ('A' + n / 676) + (char) ('A' + n / 26 % 26) + (char) ('A' + n % 26))
                ::iterator;
    }
}
