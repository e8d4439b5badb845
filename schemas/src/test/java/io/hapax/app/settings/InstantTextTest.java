package io.hapax.app.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.DateTimeException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class InstantTextTest {
    @Test
    void shouldReadATimeWithItsOffset() {
        assertEquals(Instant.ofEpochSecond(1_767_225_600), InstantText.parse("2026-01-01T00:00:00Z"));
        assertEquals(Instant.ofEpochSecond(1_767_225_600), InstantText.parse("2026-01-01T02:00:00+02:00"));
        assertEquals(Instant.ofEpochSecond(1_767_225_599), InstantText.parse("2025-12-31T23:59:59Z"));
    }

    @Test
    void shouldRefuseATimeThatTwoPeopleReadDifferently() {
        for (String text : new String[] {
            "2026-01-01T24:00:00Z",
            "2026-01-01t24:00:00z",
            "2026-01-01T24:00:00.000+01:00",
            "2026-01-01T24:00:01Z",
            "2026-01-01T00:00:00",
            "2026-01-01",
            "yesterday",
            "",
            "24"
        }) {
            assertThrows(DateTimeException.class, () -> InstantText.parse(text), text);
        }
    }
}
