package io.hapax.stream.alerting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.app.settings.SettingsException;
import io.hapax.app.settings.SettingsReader;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InsightSettingsTest {
    private static final Map<String, String> NEEDED =
            Map.of("kafka.bootstrap.servers", "localhost:9092", "schema.registry.url", "http://localhost:8081");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka.isolation.level",
                "kafka.enable.auto.commit",
                "kafka.group.id",
                "kafka.transactional.id",
                "kafka.group.remote.assignor",
                "kafka.enable.idempotence",
                "kafka.acks",
                "kafka.interceptor.classes",
                "kafka.consumer.isolation.level",
                "kafka.a.setting.of.kafkas.next.version"
            })
    void shouldRefuseWhatOneAlertPerIncidentRestsOn(String name) {
        String message = assertThrows(SettingsException.class, () -> read(name)).getMessage();
        assertTrue(message.contains(name + " can't be set, "), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka.security.protocol",
                "kafka.sasl.jaas.config",
                "kafka.ssl.truststore.location",
                "kafka.max.poll.records",
                "kafka.session.timeout.ms",
                "kafka.client.rack"
            })
    void shouldPassOnWhatOperatorsNeed(String name) {
        assertEquals("whatever", read(name).kafka().get(name.substring("kafka.".length())));
    }

    private static InsightSettings read(String name) {
        Map<String, String> texts = new HashMap<>(NEEDED);
        texts.put(name, "whatever");
        return InsightSettings.read(new SettingsReader(texts));
    }
}
