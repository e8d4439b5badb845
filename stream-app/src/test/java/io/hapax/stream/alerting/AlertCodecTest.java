package io.hapax.stream.alerting;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.app.settings.SettingsReader;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlertCodecTest {
    @Test
    void shouldAlertWithoutACodecThatSomeClientsLackUnlessTheOperatorChoosesOne() {
        Map<String, String> needed =
                Map.of("kafka.bootstrap.servers", "localhost:9092", "schema.registry.url", "http://localhost:8081");
        assertEquals("none", codec(needed).getOrDefault("compression.type", "none"));
        assertEquals(
                "gzip",
                codec(Map.of(
                                "kafka.bootstrap.servers",
                                "localhost:9092",
                                "schema.registry.url",
                                "http://localhost:8081",
                                "kafka.compression.type",
                                "gzip"))
                        .get("compression.type"));
    }

    private static Map<String, Object> codec(Map<String, String> settings) {
        return InsightClients.producer(InsightSettings.read(new SettingsReader(settings)));
    }
}
