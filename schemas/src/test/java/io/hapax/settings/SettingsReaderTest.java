package io.hapax.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReaderTest {
    @Test
    void shouldReadEachKindOfSetting() {
        SettingsReader settings = new SettingsReader(Map.of(
                "url",
                " http://x ",
                "threads",
                "3",
                "retention",
                "45d",
                "lease",
                "500ms",
                "protocol",
                "streams",
                "on",
                "true",
                "kafka.bootstrap.servers",
                "b:1"));
        assertEquals("http://x", settings.text("url"));
        assertEquals(3, settings.number("threads", 1, 1, 8));
        assertEquals(
                Duration.ofDays(45), settings.duration("retention", Duration.ZERO, Duration.ZERO, Duration.ofDays(45)));
        assertEquals(
                Duration.ofMillis(500), settings.duration("lease", Duration.ZERO, Duration.ZERO, Duration.ofDays(1)));
        assertEquals("streams", settings.oneOf("protocol", "classic", List.of("classic", "streams")));
        assertTrue(settings.flag("on", false));
        assertEquals(Map.of("bootstrap.servers", "b:1"), settings.below("kafka."));
        settings.finish();
    }

    @Test
    void shouldTellEveryMistakeInOneMessage() {
        SettingsReader settings =
                new SettingsReader(Map.of("threads", "none", "lease", "2 minutes", "retension", "24h"));
        settings.text("url");
        settings.number("threads", 1, 1, 8);
        settings.duration("lease", Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofHours(1));
        String message = assertThrows(SettingsException.class, settings::finish).getMessage();
        assertEquals("""
                Wrong settings:
                  - url is missing
                  - threads is "none", must be a whole number from 1 to 8
                  - lease is "2 minutes", must be a time from 1s to 1h, such as 24h
                  - retension is unknown; known are [lease, threads, url]""", message);
    }

    @Test
    void shouldPutTheEnvironmentOnTopOfTheFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("app.properties"), "threads=2\njdbc.url=from-file\n");
        assertEquals(
                Map.of("threads", "2", "jdbc.url", "from-environment"),
                SettingsSource.read(Map.of(
                        "HAPAX_CONFIG", file.toString(), "HAPAX_JDBC_URL", "from-environment", "HOME", "/nowhere")));
    }
}
