package io.hapax.stream.alerting;

import io.hapax.insight.Alert;
import io.hapax.insight.Evidence;
import io.hapax.schemas.IncidentPhase;
import io.hapax.schemas.KeyUsageAlert;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** The mapping of alerts to Avro. */
public final class Alerts {
    private Alerts() {}

    public static KeyUsageAlert alert(Alert alert) {
        Map<String, String> evidence = new LinkedHashMap<>();
        for (Evidence each : alert.evidence()) {
            evidence.put(each.name(), each.value());
        }
        return new KeyUsageAlert(
                alert.incidentId(),
                alert.phase() == Alert.Phase.OPENED ? IncidentPhase.OPENED : IncidentPhase.CLOSED,
                alert.clientId(),
                alert.cause().kind().name(),
                alert.cause().name(),
                alert.reason(),
                Instant.ofEpochMilli(alert.atMs()),
                Instant.ofEpochMilli(alert.openedAtMs()),
                evidence);
    }
}
