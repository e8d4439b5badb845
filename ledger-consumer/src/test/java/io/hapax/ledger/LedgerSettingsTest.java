package io.hapax.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.app.settings.SettingsException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerSettingsTest {
    private static final Map<String, String> NEEDED = Map.of(
            "kafka.bootstrap.servers", "localhost:9092",
            "schema.registry.url", "http://localhost:8081",
            "jdbc.url", "jdbc:postgresql://localhost/hapax",
            "jdbc.user", "ledger");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka.isolation.level",
                "kafka.consumer.auto.offset.reset",
                "kafka.producer.acks",
                "kafka.producer.partitioner.class",
                "kafka.producer.transactional.id",
                "kafka.group.id",
                "kafka.consumer.max.poll.records",
                "kafka.max.request.size",
                "kafka.interceptor.classes",
                "kafka.producer.interceptor.classes",
                "kafka.consumer.partition.assignment.strategy",
                "kafka.consumer.check.crcs",
                "kafka.admin.isolation.level",
                "kafka.processing.guarantee",
                "kafka.a.setting.of.kafkas.next.version"
            })
    void shouldRefuseWhatTheBooksRestOn(String name) {
        String message = assertThrows(SettingsException.class, () -> read(name)).getMessage();
        assertTrue(message.contains(name + " can't be set, "), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka.security.protocol",
                "kafka.consumer.sasl.jaas.config",
                "kafka.ssl.truststore.location",
                "kafka.consumer.group.instance.id",
                "kafka.producer.compression.type",
                "kafka.admin.request.timeout.ms",
                "kafka.client.rack",
                "kafka.metric.reporters"
            })
    void shouldPassOnWhatOperatorsNeed(String name) {
        assertEquals("whatever", read(name).kafka().passThrough().get(name.substring("kafka.".length())));
    }

    private static LedgerSettings read(String name) {
        Map<String, String> texts = new HashMap<>(NEEDED);
        texts.put(name, "whatever");
        return LedgerSettings.read(texts);
    }
}
