package io.hapax.stream.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.hapax.serde.AvroFormat;
import io.hapax.stream.metrics.JourneyMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/**
 * The topology as it was released. Names of sub-topologies, stores and changelogs are part of what a running app has
 * stored: before you change this file, read "Changing a deployed topology" in ARCHITECTURE.md.
 */
class TopologySnapshotTest {
    @Test
    void shouldBeTheReleasedTopology() throws IOException {
        String description = new PaymentTopology(
                        Journey.POLICY,
                        AvroFormat.onRegistry("http://no-registry"),
                        4,
                        new JourneyMetrics(new SimpleMeterRegistry()))
                .build()
                .describe()
                .toString();
        assertFalse(description.contains("KSTREAM-"), "a generated name");
        assertEquals(released(), description);
    }

    private static String released() throws IOException {
        try (InputStream source = TopologySnapshotTest.class.getResourceAsStream("topology.txt")) {
            return new String(source.readAllBytes(), UTF_8);
        }
    }
}
