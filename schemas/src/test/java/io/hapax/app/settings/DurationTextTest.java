package io.hapax.app.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DurationTextTest {
    @Test
    void shouldUnderstandARetentionHoweverItIsWritten() {
        for (String day :
                new String[] {"24h", "24H", "1d", "PT24H", "pt24h", "P1D", "86400s", "1440m", "23h60m", " 24h "}) {
            assertEquals(Duration.ofDays(1), DurationText.parse(day), day);
        }
        assertEquals(Duration.ofMillis(100), DurationText.parse("100ms"));
        assertEquals(Duration.ofMillis(1500), DurationText.parse("PT1.5S"));
        assertEquals(Duration.ofMillis(93_784_005), DurationText.parse("1d2h3m4s5ms"));
        assertEquals(Duration.ZERO, DurationText.parse("0s"));
    }

    @Test
    void shouldPrintARetentionInOneWay() {
        assertEquals("24h", DurationText.of(Duration.ofDays(1)));
        assertEquals("2d", DurationText.of(Duration.ofDays(2)));
        assertEquals("90m", DurationText.of(Duration.ofMinutes(90)));
        assertEquals("61s", DurationText.of(Duration.ofSeconds(61)));
        assertEquals("1500ms", DurationText.of(Duration.ofMillis(1500)));
        assertEquals("0s", DurationText.of(Duration.ZERO));
        assertEquals("-5m", DurationText.of(Duration.ofMinutes(-5)));
    }

    @Test
    void shouldRefuseWhatIsNoDuration() {
        for (String text : new String[] {
            "",
            "h",
            "24",
            "24 h",
            "-1h",
            "PT-1H",
            "-PT1H",
            "1h1d",
            "1m1h",
            "1.5h",
            "1,5h",
            "1w",
            "P1M",
            "P",
            "PT",
            "\u0662h",
            "99999999999999d",
            "PT9999999999999999999H",
            "1h 30m",
            "2 minutes",
            "ms"
        }) {
            assertThrows(IllegalArgumentException.class, () -> DurationText.parse(text), text);
        }
        String message = assertThrows(IllegalArgumentException.class, () -> DurationText.parse("60"))
                .getMessage();
        assertTrue(message.startsWith("\"60\" has no unit: write it as 24h"), message);
    }

    @Test
    void shouldReadBackWhatItPrints() {
        Random random = new Random(14);
        for (int i = 0; i < 10_000; i++) {
            Duration duration = Duration.ofMillis(random.nextLong(1L << random.nextInt(1, 42)));
            assertEquals(duration, DurationText.parse(DurationText.of(duration)));
        }
    }
}
