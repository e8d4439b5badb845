package io.hapax.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MoneyTest {
    @Test
    void shouldTakeAnAmountExactly() {
        assertEquals(125_000, Money.minorUnits("1250.00", "EUR"));
        assertEquals(125_000, Money.minorUnits("1250", "EUR"));
        assertEquals(1250, Money.minorUnits("12.5", "EUR"));
        assertEquals(1000, Money.minorUnits("1000", "JPY"));
        assertEquals(1001, Money.minorUnits("1.001", "KWD"));
        assertEquals(70_000_000_000_000_001L, Money.minorUnits("700000000000000.01", "EUR"));
        assertEquals(Long.MAX_VALUE, Money.minorUnits("92233720368547758.07", "EUR"));
        assertEquals(-5, Money.minorUnits("-0.05", "EUR"));
    }

    @Test
    void shouldRefuseAnAmountThatPeopleReadDifferently() {
        for (String text : new String[] {
            "",
            " ",
            "1,000.00",
            "1.000,00",
            "1,5",
            "1 000",
            "1e3",
            "1E3",
            "+1",
            "--1",
            "1.",
            ".5",
            "1.0.0",
            "0x10",
            "1_000",
            "1'000",
            "\u0661",
            "1\u00a0000",
            "NaN",
            "Infinity",
            "€1",
            "1 EUR",
            "12.50 ",
            "1-",
            "\u22121"
        }) {
            String message = assertThrows(IllegalArgumentException.class, () -> Money.minorUnits(text, "EUR"), text)
                    .getMessage();
            assertTrue(String.valueOf(message).contains("is no amount: it must be digits"), message);
        }
    }

    @Test
    void shouldRefuseZerosInFrontAndAZeroBelowZero() {
        for (String text : new String[] {"007", "00", "00.50", "-01", "-0", "-0.00", "0".repeat(1_000_000)}) {
            String message = assertThrows(IllegalArgumentException.class, () -> Money.minorUnits(text, "EUR"), text)
                    .getMessage();
            assertTrue(String.valueOf(message).endsWith("it must have no zeros in front, and zero no sign"), message);
        }
        assertEquals(0, Money.minorUnits("0", "EUR"));
        assertEquals(0, Money.minorUnits("0.00", "EUR"));
        assertEquals(50, Money.minorUnits("0.50", "EUR"));
    }

    @Test
    void shouldRefuseMoreDecimalsThanTheCurrencyHas() {
        for (String[] each : new String[][] {
            {"1.000", "EUR"}, {"0.001", "EUR"}, {"1.0", "JPY"}, {"1.0001", "KWD"}, {"1.0000000000000000001", "EUR"}
        }) {
            String message = assertThrows(
                            IllegalArgumentException.class, () -> Money.minorUnits(each[0], each[1]), each[0])
                    .getMessage();
            assertTrue(String.valueOf(message).contains("has more decimals than the"), message);
        }
    }

    @Test
    void shouldRefuseMoreThanAnAccountCanHold() {
        for (String text : new String[] {
            "92233720368547758.08", "9".repeat(40), "9".repeat(50), "9".repeat(50) + ".05", "-92233720368547758.09"
        }) {
            String message = assertThrows(IllegalArgumentException.class, () -> Money.minorUnits(text, "EUR"))
                    .getMessage();
            assertTrue(String.valueOf(message).endsWith("is too large: more than an account can hold"), message);
        }
        String million = assertThrows(
                        IllegalArgumentException.class, () -> Money.minorUnits("9".repeat(1_000_000), "EUR"))
                .getMessage();
        assertTrue(String.valueOf(million).length() < 200, "shown in full");
    }
}
