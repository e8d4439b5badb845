package io.hapax.stream.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.stream.settings.StreamSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of the address that an instance gives the others through Kafka Streams. */
class OtherInstancesTest {
    @ParameterizedTest
    @CsvSource({
        "http://10.0.0.7:8080, 10.0.0.7",
        "https://pay-1.example:443, pay-1.example",
        "http://[::1]:8080, ::1",
        "http://[2001:db8::17]:8080, 2001:db8::17",
        "http://[fe80::1%25eth0]:8080, fe80::1%25eth0"
    })
    void shouldBeFoundUnderTheUrlThatItTells(String url, String host) {
        Map<String, String> texts = new HashMap<>();
        texts.put("kafka.bootstrap.servers", "localhost:9092");
        texts.put("schema.registry.url", "http://localhost:8081");
        texts.put("gateway.port", "8080");
        texts.put("gateway.api.keys", "keys.json");
        texts.put("gateway.advertised.url", url);
        var gateway = Objects.requireNonNull(StreamSettings.read(texts).gateway());
        HostInfo asStreamsTellsIt = Objects.requireNonNull(HostInfo.buildFromEndpoint(gateway.hostAndPort()));
        assertEquals(host, asStreamsTellsIt.host());
        assertEquals(url, OtherInstances.base(gateway.advertisedUrl().getScheme(), asStreamsTellsIt));
    }
}
